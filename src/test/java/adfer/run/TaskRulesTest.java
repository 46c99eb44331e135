package adfer.run;

import static adfer.run.Bench.A1;
import static adfer.run.Bench.B1;
import static adfer.run.Bench.RUN;
import static adfer.run.Bench.done;
import static adfer.run.Bench.failed;
import static adfer.run.Bench.startOf;
import static adfer.run.Plans.A;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Problem;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.plan.Operation;
import adfer.run.TaskProgress.Status;
import adfer.state.Command;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What may happen to one task, and what may not. */
class TaskRulesTest {
    private static final Duration BACKOFF = Duration.ofSeconds(5);

    private final Bench bench = Bench.migrating("db", "web");

    private static Bench scripting(int attempts) {
        return Bench.of()
                .begin(
                        Operation.MIGRATION,
                        step("promote")
                                .script(A, "promote", Optional.empty())
                                .retry(attempts, BACKOFF));
    }

    @Test
    void aTaskIsStartedOnce() {
        bench.accepted(startOf("stop/db", 1, Optional.of(A1)));
        assertThat(bench.refused(startOf("stop/db", 1, Optional.of(A1)))).isEqualTo("stale-start");
        assertThat(bench.refused(startOf("stop/db", 2, Optional.of(A1)))).isEqualTo("stale-start");
    }

    @Test
    void anAttemptFollowsTheLatest() {
        assertThat(bench.refused(startOf("stop/db", 2, Optional.of(A1)))).isEqualTo("stale-start");
        assertThat(bench.refused(startOf("stop/db", 0, Optional.of(A1)))).isEqualTo("stale-start");
    }

    @Test
    void oneStaleStartRefusesTheWholeOrder() {
        bench.accepted(bench.start("stop/db"));
        Command both =
                new Command.StartTasks(
                        RUN,
                        List.of(
                                new TaskStart(new TaskId("stop/web"), 1, Optional.of(A1)),
                                new TaskStart(new TaskId("stop/db"), 1, Optional.of(A1))));
        assertThat(bench.refused(both)).isEqualTo("stale-start");
        assertThat(bench.run().progress(new TaskId("stop/web"))).isEmpty();
    }

    @Test
    void anUnknownTaskIsRefused() {
        assertThat(bench.refused(startOf("stop/nobody", 1, Optional.of(A1))))
                .isEqualTo("no-such-task");
    }

    @Test
    void whatANodeCarriesOutNeedsOne() {
        assertThat(bench.refused(startOf("stop/db", 1, Optional.empty())))
                .isEqualTo("wrong-executor");
    }

    @Test
    void whatNoNodeCarriesOutTakesNone() {
        bench.step().finish("stop/db", done()).finish("stop/web", done());
        assertThat(bench.refused(startOf("ownership/move", 1, Optional.of(B1))))
                .isEqualTo("wrong-executor");
    }

    @Test
    void anOutcomeEndsItsAttempt() {
        bench.accepted(bench.start("stop/db")).finish("stop/db", done());
        TaskProgress ended = bench.progress("stop/db");
        assertThat(ended.status()).isEqualTo(Status.DONE);
        assertThat(ended.outcome()).contains(done());
        assertThat(ended.endedAt()).contains(bench.now);
        assertThat(ended.output()).isEqualTo("said something");
    }

    @Test
    void anOutcomeCountsOnce() {
        bench.accepted(bench.start("stop/db"));
        Command finish = bench.finishOf("stop/db", done());
        bench.accepted(finish);
        assertThat(bench.refused(finish)).isEqualTo("stale-outcome");
        assertThat(bench.refused(bench.finishOf("stop/db", failed(true))))
                .isEqualTo("stale-outcome");
    }

    @Test
    void theOutcomeOfAnEarlierAttemptIsStale() {
        bench.accepted(bench.start("stop/db"));
        Command first = bench.finishOf("stop/db", done());
        bench.accepted(bench.doubtOf("stop/db")).accepted(bench.start("stop/db"));
        assertThat(bench.refused(first)).isEqualTo("stale-outcome");
        assertThat(bench.status("stop/db")).isEqualTo(Status.RUNNING);
    }

    @Test
    void theOutcomeOfAnAttemptInDoubtIsWelcome() {
        bench.accepted(bench.start("stop/db"));
        Command late = bench.finishOf("stop/db", done());
        bench.accepted(bench.doubtOf("stop/db")).accepted(late);
        assertThat(bench.status("stop/db")).isEqualTo(Status.DONE);
    }

    @Test
    void whatFollowsADoubtIsToLookFirst() {
        bench.accepted(bench.start("stop/db"));
        assertThat(bench.progress("stop/db").recovering()).isFalse();
        bench.accepted(bench.doubtOf("stop/db"));
        assertThat(bench.status("stop/db")).isEqualTo(Status.DOUBTFUL);
        bench.accepted(bench.start("stop/db"));
        assertThat(bench.progress("stop/db").recovering()).isTrue();
        assertThat(bench.progress("stop/db").attempt()).isEqualTo(2);
        assertThat(bench.progress("stop/db").tries()).isZero();
    }

    @Test
    void aDoubtIsNotForgottenByAFailureThatFollows() {
        Bench bench = scripting(3);
        bench.step().accepted(bench.doubtOf("promote/promote")).step();
        bench.finish("promote/promote", failed(true)).wait(BACKOFF).step();
        assertThat(bench.progress("promote/promote").attempt()).isEqualTo(3);
        assertThat(bench.progress("promote/promote").recovering()).isTrue();
    }

    @Test
    void anOperatorsRetrySettlesADoubt() {
        Bench bench = scripting(1);
        bench.step().accepted(bench.doubtOf("promote/promote")).step();
        bench.finish("promote/promote", new Outcome.Unsure(new Problem("in-doubt", "Who knows?")));
        assertThat(bench.status("promote/promote")).isEqualTo(Status.FAILED);
        assertThat(bench.starts()).isEmpty();
        bench.decide(new Decision.Retry(new StepId("promote"))).step();
        assertThat(bench.progress("promote/promote").recovering()).isFalse();
    }

    @Test
    void aDoubtIsAboutOneAttempt() {
        bench.accepted(bench.start("stop/db"));
        Command doubt = bench.doubtOf("stop/db");
        bench.accepted(doubt).accepted(bench.start("stop/db"));
        assertThat(bench.refused(doubt)).isEqualTo("stale-doubt");
        assertThat(bench.status("stop/db")).isEqualTo(Status.RUNNING);
    }

    @Test
    void aQuestionToPeopleIsNeverInDoubt() {
        Bench bench = Bench.of().begin(Operation.MIGRATION, step("sign-off").approve());
        bench.step();
        assertThat(bench.refused(bench.doubtOf("sign-off/ask"))).isEqualTo("stale-doubt");
    }

    @Test
    void aFailureIsTriedAgainWithGrowingPauses() {
        Bench bench = scripting(8);
        for (int factor : new int[] {1, 2, 4, 8, 10, 10, 10}) {
            bench.step().finish("promote/promote", failed(true));
            assertThat(bench.status("promote/promote")).isEqualTo(Status.RETRYING);
            Duration pause = BACKOFF.multipliedBy(factor);
            bench.wait(pause.minusMillis(1));
            assertThat(bench.starts()).isEmpty();
            bench.wait(Duration.ofMillis(1));
            assertThat(bench.starts()).containsExactly("promote/promote");
        }
        bench.step().finish("promote/promote", failed(true));
        assertThat(bench.status("promote/promote")).isEqualTo(Status.FAILED);
        assertThat(bench.progress("promote/promote").tries()).isEqualTo(8);
    }

    @Test
    void doubtsDoNotUseUpTries() {
        Bench bench = scripting(2);
        for (int i = 0; i < 5; i++) {
            bench.step().accepted(bench.doubtOf("promote/promote"));
        }
        bench.step().finish("promote/promote", failed(true));
        assertThat(bench.status("promote/promote")).isEqualTo(Status.RETRYING);
    }

    @Test
    void whatMustNotBeTriedAgainFailsAtOnce() {
        Bench bench = scripting(8);
        bench.step().finish("promote/promote", failed(false));
        assertThat(bench.status("promote/promote")).isEqualTo(Status.FAILED);
    }

    @Test
    void outputIsKeptWhileAnAttemptIsUnderWay() {
        bench.accepted(bench.start("stop/db"));
        bench.accepted(new Command.ReportOutput(RUN, new TaskId("stop/db"), 1, "half way"));
        assertThat(bench.progress("stop/db").output()).isEqualTo("half way");
        bench.accepted(new Command.FinishTask(RUN, new TaskId("stop/db"), 1, done(), ""));
        assertThat(bench.progress("stop/db").output()).isEqualTo("half way");
        assertThat(bench.refused(new Command.ReportOutput(RUN, new TaskId("stop/db"), 1, "late")))
                .isEqualTo("stale-output");
    }

    @Test
    void outputOfAnEarlierAttemptIsStale() {
        bench.accepted(bench.start("stop/db")).accepted(bench.doubtOf("stop/db"));
        bench.accepted(bench.start("stop/db"));
        assertThat(bench.refused(new Command.ReportOutput(RUN, new TaskId("stop/db"), 1, "late")))
                .isEqualTo("stale-output");
    }

    @Test
    void onlyTheEndOfLongOutputIsKept() {
        bench.accepted(bench.start("stop/db"));
        String text = "x".repeat(TaskProgress.MAX_OUTPUT) + "end";
        bench.accepted(new Command.ReportOutput(RUN, new TaskId("stop/db"), 1, text));
        assertThat(bench.progress("stop/db").output())
                .hasSize(TaskProgress.MAX_OUTPUT)
                .endsWith("end");
    }

    @Test
    void nothingHappensToARunThatHasEnded() {
        bench.step();
        Command late = bench.finishOf("stop/db", done());
        Command start = bench.start("stop/db");
        Command doubt = bench.doubtOf("stop/db");
        bench.finish("stop/db", done()).finish("stop/web", done()).flow();
        assertThat(bench.phase()).isEqualTo(RunHeader.Phase.DONE);
        assertThat(bench.refused(late)).isEqualTo("run-ended");
        assertThat(bench.refused(start)).isEqualTo("run-ended");
        assertThat(bench.refused(doubt)).isEqualTo("run-ended");
        assertThat(bench.refused(new Command.ReportOutput(RUN, new TaskId("stop/db"), 1, "late")))
                .isEqualTo("run-ended");
        assertThat(bench.refusedDecision(new Decision.Cancel())).isEqualTo("run-ended");
    }

    @Test
    void aTaskOfNoRunIsRefused() {
        Bench bench = Bench.of();
        assertThat(bench.refused(startOf("stop/db", 1, Optional.of(A1)))).isEqualTo("no-such-run");
    }

    @Test
    void everyJournalEntryHasItsNumber() {
        bench.flow();
        List<Long> numbers = bench.state.journal(RUN).map(JournalEntry::number).toList();
        assertThat(numbers).hasSize((int) bench.run().header().journal());
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(i + 1L);
        }
        assertThat(bench.journal().getFirst())
                .isEqualTo(
                        "Planned migration of catalogue from site a to site b, started by jane.");
        assertThat(bench.journal().getLast()).isEqualTo("Every step is done and was observed.");
    }
}
