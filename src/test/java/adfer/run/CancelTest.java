package adfer.run;

import static adfer.run.Bench.done;
import static adfer.run.Bench.failed;
import static adfer.run.Plans.A;
import static adfer.run.Plans.B;
import static adfer.run.Plans.ownership;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;
import adfer.state.Command;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a run is taken back. */
class CancelTest {
    private static final Decision CANCEL = new Decision.Cancel();
    private static final StepId START = new StepId("start");
    private static final StepId STOP = new StepId("stop");

    private final Bench bench = Bench.migrating("db");

    @Test
    void aRunThatHasDoneNothingIsCancelledAtOnce() {
        bench.decide(CANCEL);
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.group().activeRun()).isEmpty();
        assertThat(bench.journal())
                .endsWith(
                        "jane cancelled the run; what was done is taken back in reverse order:"
                                + " because.",
                        "Everything that can be taken back was taken back.");
    }

    @Test
    void whatIsUnderWayIsLeftToEndFirst() {
        bench.step().decide(CANCEL);
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLING);
        assertThat(bench.starts()).isEmpty();
        assertThat(bench.next().waiting())
                .containsExactly("What is under way is left to end before anything is taken back.");
        assertThat(bench.refused(bench.start("stop/undo/db"))).isEqualTo("out-of-turn");
        bench.finish("stop/db", done());
        assertThat(bench.starts()).containsExactly("stop/undo/db");
    }

    @Test
    void everythingIsTakenBackInReverseOrder() {
        bench.until("start/db").finish("start/db", failed(false)).decide(CANCEL);
        assertThat(bench.starts()).containsExactly("start/undo/db");
        assertThat(bench.refused(bench.start("ownership/undo"))).isEqualTo("out-of-turn");
        assertThat(bench.refused(bench.start("stop/undo/db"))).isEqualTo("out-of-turn");
        bench.step();
        assertThat(bench.starts()).isEmpty();
        bench.finish("start/undo/db", done());
        assertThat(bench.starts()).containsExactly("ownership/undo");
        bench.step();
        assertThat(bench.owner()).isEqualTo(A);
        assertThat(bench.starts()).containsExactly("stop/undo/db");
        bench.step().finish("stop/undo/db", done());
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(List.of(bench.step("stop"), bench.step("ownership"), bench.step("start")))
                .containsOnly(StepStatus.UNDONE);
    }

    @Test
    void cancellingBeginsANewTenure() {
        bench.decide(CANCEL);
        assertThat(bench.owner()).isEqualTo(A);
        assertThat(bench.epoch()).isGreaterThan(new Epoch(1));
    }

    @Test
    void stopFromBeforeTheCancellingCanNotEndWhatIsStartedAfterIt() {
        bench.step();
        Epoch stop = bench.progress("stop/db").epoch();
        bench.decide(CANCEL).finish("stop/db", done()).step();
        assertThat(bench.progress("stop/undo/db").epoch()).isGreaterThan(stop);
    }

    @Test
    void aVmIsStartedAgainWithAnEpochThatItsStopAllows() {
        bench.step().finish("stop/db", done()).decide(CANCEL).step();
        Epoch stopped = bench.progress("stop/db").epoch();
        assertThat(bench.progress("stop/undo/db").epoch().before(stopped)).isFalse();
    }

    @Test
    void aCancelledRunGoesNoFurtherForward() {
        bench.until("ownership/move").decide(CANCEL);
        assertThat(bench.refused(bench.start("start/db"))).isEqualTo("out-of-turn");
        assertThat(bench.refusedDecision(CANCEL)).isEqualTo("wrong-phase");
        assertThat(bench.refusedDecision(new Decision.Pause())).isEqualTo("wrong-phase");
        assertThat(bench.refusedDecision(new Decision.Resume())).isEqualTo("wrong-phase");
    }

    @Test
    void aPausedRunCanBeCancelled() {
        bench.step().finish("stop/db", done()).decide(new Decision.Pause()).decide(CANCEL);
        assertThat(bench.starts()).containsExactly("stop/undo/db");
    }

    @Test
    void whatIsInDoubtIsTakenBackToo() {
        bench.step().decide(CANCEL).accepted(bench.doubtOf("stop/db"));
        assertThat(bench.starts()).containsExactly("stop/undo/db");
    }

    @Test
    void whatWaitsForItsNextAttemptIsTakenBackInstead() {
        Bench bench =
                Bench.of("db")
                        .begin(
                                Operation.MIGRATION,
                                step("stop")
                                        .retry(3, Duration.ofMinutes(5))
                                        .stops(A, "db")
                                        .undoStarts(A, "db"));
        bench.step().finish("stop/db", failed(true)).decide(CANCEL);
        assertThat(bench.starts()).containsExactly("stop/undo/db");
        assertThat(bench.step("stop")).isEqualTo(StepStatus.WAITING);
    }

    @Test
    void whatFailsWhileCancellingIsNotTriedAgain() {
        Bench bench =
                Bench.of("db")
                        .begin(
                                Operation.MIGRATION,
                                step("stop").retry(3, Duration.ofSeconds(5)).stops(A, "db"));
        bench.step().decide(CANCEL).finish("stop/db", failed(true));
        assertThat(bench.status("stop/db")).isEqualTo(Status.FAILED);
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.step("stop")).isEqualTo(StepStatus.SKIPPED);
    }

    @Test
    void anUndoThatFailsIsTriedAgainAndThenPutToTheOperator() {
        Bench bench =
                Bench.of("db")
                        .begin(
                                Operation.MIGRATION,
                                step("stop")
                                        .retry(2, Duration.ofSeconds(5))
                                        .stops(A, "db")
                                        .undoStarts(A, "db"));
        bench.step().finish("stop/db", failed(false)).decide(CANCEL);
        bench.step().finish("stop/undo/db", failed(true)).wait(Duration.ofSeconds(5));
        bench.step().finish("stop/undo/db", failed(true));
        assertThat(bench.step("stop")).isEqualTo(StepStatus.NEEDS_OPERATOR);
        assertThat(bench.starts()).isEmpty();
        bench.decide(new Decision.Retry(STOP));
        assertThat(bench.status("stop/db")).isEqualTo(Status.FAILED);
        bench.step().finish("stop/undo/db", done());
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.step("stop")).isEqualTo(StepStatus.UNDONE);
    }

    @Test
    void anUndoThatFailsCanBeSkipped() {
        bench.step().finish("stop/db", done()).decide(CANCEL).step();
        bench.finish("stop/undo/db", failed(false)).decide(new Decision.Skip(STOP));
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.step("stop")).isEqualTo(StepStatus.SKIPPED);
    }

    @Test
    void anUndoThatNobodyCanBeginCanBeSkipped() {
        bench.step().finish("stop/db", done()).without(A).decide(CANCEL);
        assertThat(bench.starts()).isEmpty();
        bench.decide(new Decision.Skip(STOP));
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
    }

    @Test
    void theWordOfAnOperatorConcernsTheUndoOnly() {
        bench.until("start/db").finish("start/db", failed(false)).decide(CANCEL);
        assertThat(bench.refusedDecision(new Decision.Retry(START))).isEqualTo("nothing-to-do");
        assertThat(bench.step("start")).isEqualTo(StepStatus.WAITING);
    }

    @Test
    void questionsToPeopleAreLetGo() {
        Bench bench =
                Bench.of()
                        .begin(
                                Operation.MIGRATION,
                                step("sign-off").approve(),
                                step("look").pause(Optional.empty()));
        bench.step().decide(CANCEL);
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.status("sign-off/ask")).isEqualTo(Status.SKIPPED);
        assertThat(bench.status("look/wait")).isEqualTo(Status.SKIPPED);
    }

    @Test
    void aPauseInAnUndoEndsByItself() {
        Bench bench =
                Bench.of()
                        .begin(
                                Operation.MIGRATION,
                                step("x")
                                        .script(A, "x", Optional.empty())
                                        .undoPause(Duration.ofMinutes(5)));
        bench.step().finish("x/x", failed(false)).decide(CANCEL).step();
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLING);
        bench.wait(Duration.ofMinutes(5)).step();
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
    }

    @Test
    void stepsThatNeverBeganAreNotTakenBack() {
        bench.step().finish("stop/db", done()).decide(CANCEL).flow();
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.run().tasks().keySet())
                .extracting(Object::toString)
                .containsExactly("stop/db", "stop/undo/db");
        assertThat(bench.step("start")).isEqualTo(StepStatus.WAITING);
    }

    @Test
    void aStepWithNothingToTakeItBackWithStaysAsItIs() {
        Bench bench =
                Bench.of("db")
                        .begin(
                                Operation.MIGRATION,
                                step("stop").stops(A, "db"),
                                step("x").after("stop").script(A, "x", Optional.empty()));
        bench.step().finish("stop/db", done()).decide(CANCEL);
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.step("stop")).isEqualTo(StepStatus.DONE);
    }

    @Test
    void anOutcomeThatComesAfterTheEndChangesNothing() {
        Bench bench = Bench.of("db").begin(Operation.MIGRATION, step("stop").stops(A, "db"));
        bench.step().accepted(bench.doubtOf("stop/db"));
        Command late = bench.finishOf("stop/db", done());
        bench.decide(CANCEL);
        var next = bench.plan(Operation.MIGRATION, Plans.usual("db"));
        var second = new adfer.kernel.RunId("run-2");
        bench.accepted(new Command.StartRun(second, next));
        assertThat(bench.refused(late)).isEqualTo("run-ended");
        assertThat(bench.group().activeRun()).contains(second);
    }

    @Test
    void theGroupStaysAtTheTargetWhenThereIsNoWayBack() {
        Bench bench =
                Bench.of("db")
                        .begin(
                                Operation.FAILOVER,
                                step("prepare")
                                        .script(B, "prepare", Optional.empty())
                                        .undoScript(B, "revert")
                                        .undoStarts(A, "db"),
                                ownership().after("prepare").noWayBack(),
                                step("start")
                                        .after("ownership")
                                        .starts(B, "db")
                                        .undoStops(B, "db"));
        bench.until("start/db").finish("start/db", failed(false)).decide(CANCEL);
        assertThat(bench.starts()).containsExactly("start/undo/db");
        bench.step().finish("start/undo/db", done());
        assertThat(bench.starts()).containsExactly("prepare/undo/revert");
        bench.step().finish("prepare/undo/revert", done());
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.owner()).isEqualTo(B);
        assertThat(bench.journal().getLast())
                .isEqualTo(
                        "Everything that can be taken back was taken back; the group stays with"
                                + " site b.");
    }

    @Test
    void theGroupStaysAtTheTargetWhenItsVmsCannotBeStopped() {
        bench.until("start/db").finish("start/db", failed(false)).decide(CANCEL);
        bench.step().finish("start/undo/db", failed(false));
        assertThat(bench.refused(bench.start("ownership/undo"))).isEqualTo("out-of-turn");
        bench.decide(new Decision.Skip(START));
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.owner()).isEqualTo(B);
    }

    @Test
    void theGroupStaysAtTheTargetWhenNothingStopsWhatWasStartedThere() {
        Bench bench =
                Bench.of("db")
                        .begin(
                                Operation.MIGRATION,
                                step("stop").stops(A, "db").undoStarts(A, "db"),
                                ownership().after("stop"),
                                step("start")
                                        .after("ownership")
                                        .starts(B, "db")
                                        .undoScript(B, "revert"));
        bench.until("start/db").finish("start/db", failed(false)).decide(CANCEL).flow();
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(bench.owner()).isEqualTo(B);
        assertThat(bench.status("start/undo/revert")).isEqualTo(Status.DONE);
    }
}
