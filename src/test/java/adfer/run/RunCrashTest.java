package adfer.run;

import static adfer.run.Bench.JANE;
import static adfer.run.Bench.RUN;
import static adfer.run.Plans.A;
import static adfer.run.Plans.B;
import static adfer.run.Plans.ownership;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Task;
import adfer.run.Fates.Doom;
import adfer.run.Fates.Fate;
import adfer.run.RunHeader.Phase;
import adfer.state.Command;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** One thing goes wrong at one place of a migration, every thing at every place. */
class RunCrashTest {
    private static final GroupId GROUP = new GroupId("catalogue");

    private final World world = new World(1, Optional.empty());
    private final WorldOperator operator = new WorldOperator(world);

    private static Plan plan() {
        return Plans.plan(
                Operation.MIGRATION,
                GROUP.value(),
                new Epoch(1),
                step("prepare")
                        .script(B, "prepare", Optional.of(Plans.check()))
                        .undoScript(B, "tidy"),
                step("stop")
                        .after("prepare")
                        .stops(A, "web")
                        .wave(1)
                        .stops(A, "db")
                        .wave(0)
                        .undoStarts(A, "db", "web"),
                ownership().after("stop"),
                step("start")
                        .after("ownership")
                        .starts(B, "db", "web")
                        .verify(B)
                        .undoStops(B, "db", "web"),
                step("promote").after("start").script(B, "promote", Optional.empty()),
                step("sign-off").after("promote").approve());
    }

    static Stream<Arguments> forward() {
        return everyDoom(plan().steps().stream().flatMap(Run::forwardTasks));
    }

    static Stream<Arguments> back() {
        return everyDoom(plan().steps().stream().flatMap(step -> step.undo().stream()));
    }

    private static Stream<Arguments> everyDoom(Stream<Task> tasks) {
        return tasks.filter(Engine::needsExecutor)
                .flatMap(task ->
                        Arrays.stream(Doom.values()).map(doom -> Arguments.of(task.id(), doom)));
    }

    @ParameterizedTest
    @MethodSource("forward")
    void theRunCompletesWhateverBefallsATask(TaskId victim, Doom doom) {
        begin(victim, doom);
        settle();
        assertThat(phase()).isEqualTo(Phase.DONE);
        assertRunsAt(B);
        assertThat(world.effects(RUN, "prepare/prepare")).isEqualTo(1);
        world.checks.atTheEnd();
    }

    @ParameterizedTest
    @MethodSource("back")
    void theRunIsTakenBackWhateverBefallsAnUndo(TaskId victim, Doom doom) {
        begin(victim, doom);
        passUntil(() -> begun("sign-off/ask"));
        decide(new Decision.Cancel());
        settle();
        assertThat(phase()).isEqualTo(Phase.CANCELLED);
        assertRunsAt(A);
        world.checks.atTheEnd();
    }

    @ParameterizedTest
    @MethodSource("forward")
    void theRunIsTakenBackWhicheverTaskIsUnderWay(TaskId victim, Doom doom) {
        begin(victim, doom);
        passUntil(() -> begun(victim.value()));
        decide(new Decision.Cancel());
        settle();
        assertThat(phase()).isEqualTo(Phase.CANCELLED);
        assertRunsAt(A);
        world.checks.atTheEnd();
    }

    private void begin(TaskId victim, Doom doom) {
        world.publish(GROUP.value(), "db", "web");
        world.fates =
                (task, attempt) ->
                        task.id().equals(victim) && attempt.attempt() == 1
                                ? Fate.of(doom)
                                : Fate.KIND;
        world.lookEvery(Duration.ofSeconds(5));
        world.apply("", JANE, "", new Command.StartRun(RUN, plan()));
    }

    private void decide(Decision decision) {
        world.apply("", JANE, "because", new Command.Decide(RUN, decision));
    }

    private Phase phase() {
        return world.state.run(RUN).orElseThrow().header().phase();
    }

    private boolean begun(String task) {
        return world.state.run(RUN).orElseThrow().tasks().containsKey(new TaskId(task));
    }

    private void settle() {
        passUntil(() -> {
            operator.help();
            return phase().ended();
        });
    }

    private void passUntil(BooleanSupplier there) {
        for (int i = 0; i < 2_000 && !there.getAsBoolean(); i++) {
            world.pass(Duration.ofSeconds(1));
            if (i % 20 == 0) {
                world.nodes.forEach(WorldNode::restart);
            }
        }
        assertThat(there.getAsBoolean()).isTrue();
    }

    private void assertRunsAt(SiteId home) {
        world.sites
                .values()
                .forEach(site ->
                        assertThat(Stream.of("db", "web").map(VmId::new).filter(site::runs))
                                .as("VMs that run at %s", site.id)
                                .hasSize(site.id.equals(home) ? 2 : 0));
        assertThat(world.state.group(GROUP).orElseThrow().owner()).isEqualTo(home);
    }
}
