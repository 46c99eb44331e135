package adfer.plan;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.StepId;
import adfer.run.Decision;
import adfer.run.Engine;
import adfer.run.Outcome;
import adfer.run.Run;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskStart;
import adfer.run.Workers;
import adfer.runbook.Step;
import adfer.state.Applied;
import adfer.state.AttestationTerms;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Reply;
import adfer.state.Transition;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Runbooks made up from a seed are planned and run to their end, in whatever order tasks happen to
 * end: nothing starts at the target before the source is stopped and the group has moved, every
 * step keeps to its 'after', and a cancelled run leaves the group where its VMs are.
 */
class RandomRunbooksTest {
    private static final RunId RUN = new RunId("r");
    private static final String HEAD =
            Stage.RUNBOOK.substring(0, Stage.RUNBOOK.indexOf("steps:")) + "steps:\n";

    private SplittableRandom random = new SplittableRandom();
    private static final AttestationTerms ALONE =
            new AttestationTerms(1, Duration.ofMinutes(30), Duration.ofHours(4));

    private ClusterState state = ClusterState.EMPTY;
    private Instant now = NOW;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void runsKeepTheirOrderWhateverHappens(long seed) {
        random = new SplittableRandom(seed);
        for (int round = 0; round < 60; round++) {
            oneRun(random.nextBoolean(), random.nextInt(4) == 0);
        }
    }

    private void oneRun(boolean lost, boolean cancel) {
        Stage stage = new Stage().runbook(runbook());
        if (lost) {
            stage.lost(A);
        }
        Operation operation = lost ? Operation.FAILOVER : Operation.MIGRATION;
        Plan plan = stage.plan(operation);
        assertThat(plan.refusals()).isEmpty();
        state = stage.state();
        if (lost) {
            apply(new Command.Attest(A, "It is off", state.index(), ALONE));
        }
        apply(new Command.StartRun(RUN, plan));
        int cancelAt = cancel ? random.nextInt(30) : Integer.MAX_VALUE;
        for (int tick = 0; !ended() && tick < 500; tick++) {
            if (tick == cancelAt) {
                apply(new Command.Decide(RUN, new Decision.Cancel()));
            }
            startWhatMayStart();
            endSomething();
        }
        assertThat(ended()).as("the run ends, with %s", plan.steps()).isTrue();
        boolean moved = run().header().phase() == Phase.DONE;
        assertThat(state.group(CATALOGUE).orElseThrow().owner().equals(B) || !moved).isTrue();
    }

    private boolean ended() {
        return run().header().phase().ended();
    }

    private Run run() {
        return state.run(RUN).orElseThrow();
    }

    private void apply(Command command) {
        Applied applied =
                Transition.apply(
                        state,
                        state.index() + 1,
                        new Entry("", new Actor("jane", "cli"), now, "", command));
        assertThat(applied.reply()).isInstanceOf(Reply.Accepted.class);
        state = applied.state();
    }

    private void startWhatMayStart() {
        now = now.plusSeconds(120);
        Workers workers =
                new Workers(
                        new TreeMap<>(
                                Map.of(
                                        A,
                                        List.of(new Executor(new NodeId("a1"), 1)),
                                        B,
                                        List.of(new Executor(new NodeId("b1"), 1)))));
        Engine.Next next = Engine.next(run(), workers, now);
        next.timeUp().forEach(pause -> finish(pause.task(), pause.attempt()));
        if (!ended()) {
            for (TaskStart start : Engine.next(run(), workers, now).starts()) {
                check(start);
                apply(new Command.StartTasks(RUN, List.of(start)));
            }
        }
    }

    private void check(TaskStart start) {
        Run run = run();
        Task task = run.task(start.task()).orElseThrow();
        PlannedStep step = run.stepOf(start.task()).orElseThrow();
        if (step.undo().contains(task)) {
            return;
        }
        assertThat(done(step.id(), run)).as("%s is not over", step.id()).isFalse();
        behind(step.id())
                .forEach(before ->
                        assertThat(done(before, run))
                                .as("%s before %s", before, step.id())
                                .isTrue());
        boolean atTarget =
                task.site().equals(B)
                        && (task.action() instanceof TaskAction.StartVm
                                || task.action() instanceof TaskAction.RunScript);
        if (atTarget) {
            assertThat(state.group(CATALOGUE).orElseThrow().epoch()).isEqualTo(new Epoch(2));
            run.plan().steps().stream()
                    .flatMap(s -> s.tasks().stream())
                    .filter(t -> t.action() instanceof TaskAction.StopVm && t.site().equals(A))
                    .forEach(t -> assertThat(run.complete(t)).isTrue());
        }
    }

    /** Everything the runbook's own text puts before a step, through skipped steps, too. */
    private List<StepId> behind(StepId id) {
        List<StepId> behind = new ArrayList<>();
        List<StepId> open = new ArrayList<>(List.of(id));
        while (!open.isEmpty()) {
            StepId next = open.removeLast();
            state.runbook(CATALOGUE).orElseThrow().runbook().step(next).stream()
                    .map(Step::after)
                    .flatMap(List::stream)
                    .filter(before -> !behind.contains(before))
                    .forEach(before -> {
                        behind.add(before);
                        open.add(before);
                    });
        }
        return behind;
    }

    private static boolean done(StepId id, Run run) {
        PlannedStep step = run.step(id).orElseThrow();
        boolean hasWork = !step.tasks().isEmpty() || !step.verify().isEmpty();
        return step.skipped().isPresent()
                || (hasWork
                        && step.tasks().stream().allMatch(run::complete)
                        && step.verify().stream().allMatch(run::complete));
    }

    private void endSomething() {
        List<TaskProgress> running =
                run().tasks().values().stream()
                        .filter(task -> task.status() == TaskProgress.Status.RUNNING)
                        .toList();
        if (!running.isEmpty()) {
            TaskProgress task = running.get(random.nextInt(running.size()));
            if (task.executor().isPresent()) {
                finish(task.task(), task.attempt());
            } else {
                Run run = run();
                if (run.task(task.task()).orElseThrow().action() instanceof TaskAction.Approve) {
                    StepId step = run.stepOf(task.task()).orElseThrow().id();
                    apply(new Command.Decide(RUN, new Decision.Approve(step)));
                }
            }
        }
    }

    private void finish(adfer.kernel.TaskId task, int attempt) {
        apply(new Command.FinishTask(RUN, task, attempt, new Outcome.Done("Done.", false), ""));
    }

    /** A runbook that the linter has nothing against, as far as errors go. */
    private String runbook() {
        StringBuilder yaml = new StringBuilder(HEAD);
        int stops = 1 + random.nextInt(2);
        int steps = stops + 2 + random.nextInt(8);
        List<String> safeForStop = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            String id = "s" + i;
            boolean stop = i < stops;
            String kind = stop ? "stop" : i == stops ? "start" : any("start", "script", "source");
            boolean person = !stop && i > stops && random.nextInt(5) == 0;
            yaml.append("  - id: ").append(id).append('\n').append("    ");
            yaml.append(
                    switch (person ? "person" : kind) {
                        case "stop" ->
                                i == 0 ? "vm.stop: { at: source }" : "vm.stop: { vms: [db-1] }";
                        case "start" ->
                                any("vm.start: {}", "vm.start: { label: tier=web, atOnce: 1 }");
                        case "script" -> "script: { run: promote.sh, timeout: 1m }";
                        case "source" -> "script: { at: source, run: promote.sh, timeout: 1m }";
                        default ->
                                any("pause: 1m", "approve: { role: x, message: y, timeout: 1h }");
                    });
            yaml.append('\n');
            if (!stop && random.nextInt(4) == 0) {
                yaml.append("    when: ").append(any("migration", "failover")).append('\n');
            }
            if (kind.equals("start") && !person && random.nextBoolean()) {
                yaml.append("    verify: { tcp: \"{vm}:80\" }\n");
            }
            List<String> before = new ArrayList<>(stop ? safeForStop : all);
            before.removeIf(other -> random.nextInt(3) > 0);
            yaml.append("    after: ").append(before).append('\n');
            all.add(id);
            if (stop) {
                safeForStop.add(id);
            }
        }
        return yaml.toString();
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
