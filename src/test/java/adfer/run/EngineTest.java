package adfer.run;

import static adfer.run.Bench.A1;
import static adfer.run.Plans.A;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.NodeId;
import adfer.kernel.TaskId;
import adfer.plan.Operation;
import adfer.run.TaskProgress.Executor;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who is told to act, and when somebody is given up. */
class EngineTest {
    private static final Executor A2 = new Executor(new NodeId("a2"), 1);

    private final Bench bench = Bench.migrating("db", "web");

    private static Workers at(Executor... executors) {
        return new Workers(new TreeMap<>(Map.of(A, List.of(executors))));
    }

    @Test
    void theNodesOfASiteShareItsTasks() {
        bench.workers = at(A1, A2);
        assertThat(bench.next().starts().stream().map(start -> start.executor().orElseThrow()))
                .containsExactly(A1, A2);
    }

    @Test
    void aBusyNodeIsToldLess() {
        Bench bench =
                Bench.of()
                        .begin(
                                Operation.MIGRATION,
                                step("stop").stops(A, "v1", "v2").wave(1).stops(A, "v3"),
                                step("other").stops(A, "v4", "v5"));
        bench.workers = at(A1);
        bench.accepted(bench.start("stop/v1")).accepted(bench.start("stop/v2"));
        bench.workers = at(A1, A2);
        assertThat(bench.next().starts().stream().map(start -> start.executor().orElseThrow()))
                .containsExactly(A2, A2);
    }

    @Test
    void withoutANodeATaskWaitsAndTheRunSaysSo() {
        bench.without(A);
        assertThat(bench.starts()).isEmpty();
        assertThat(bench.next().waiting())
                .containsExactly("No node of site a can be reached to carry out its tasks.");
    }

    @Test
    void whatARestartedNodeWasDoingIsInDoubt() {
        bench.step();
        bench.workers = at(new Executor(A1.node(), 2));
        assertThat(bench.next().doubts())
                .containsExactly(
                        new TaskAttempt(new TaskId("stop/db"), 1),
                        new TaskAttempt(new TaskId("stop/web"), 1));
        bench.step();
        assertThat(bench.starts()).containsExactly("stop/db", "stop/web");
        assertThat(bench.next().doubts()).isEmpty();
    }

    @Test
    void whatALostNodeWasDoingIsInDoubtEvenWhilePaused() {
        bench.step().decide(new Decision.Pause()).without(A);
        assertThat(bench.next().doubts()).hasSize(2);
    }

    @Test
    void aNodeThatIsSilentForTooLongIsDoubted() {
        bench.step().wait(Plans.TIMEOUT.plus(Engine.SILENCE));
        assertThat(bench.next().doubts()).isEmpty();
        bench.wait(Duration.ofMillis(1));
        assertThat(bench.next().doubts()).hasSize(2);
    }

    @Test
    void aTaskInDoubtTakesNoRoom() {
        Bench bench =
                Bench.of().begin(Operation.MIGRATION, step("stop").atOnce(1).stops(A, "v1", "v2"));
        bench.step().accepted(bench.doubtOf("stop/v1"));
        assertThat(bench.starts()).containsExactly("stop/v1");
    }

    @Test
    void equalQuestionsHaveEqualAnswers() {
        assertThat(bench.next()).isEqualTo(bench.next());
    }
}
