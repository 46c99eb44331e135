package adfer.run;

import static adfer.run.Bench.done;
import static adfer.run.Bench.failed;
import static adfer.run.Plans.A;
import static adfer.run.Plans.B;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;
import adfer.state.Command;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** What people can say to a run that goes forward. */
class OperatorTest {
    private static final StepId SIGN_OFF = new StepId("sign-off");
    private static final StepId PROMOTE = new StepId("promote");

    private final Bench bench =
            Bench.of("db")
                    .begin(
                            Operation.MIGRATION,
                            step("promote")
                                    .script(B, "one", Optional.empty())
                                    .script(B, "two", Optional.empty())
                                    .retry(2, Duration.ofSeconds(5)),
                            step("sign-off").after("promote").approve());

    private void toSignOff() {
        bench.step().finish("promote/one", done()).finish("promote/two", done()).step();
    }

    @Test
    void anApprovalLetsTheRunGoOn() {
        toSignOff();
        assertThat(bench.step("sign-off")).isEqualTo(StepStatus.RUNNING);
        bench.decide(new Decision.Approve(SIGN_OFF));
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
        assertThat(bench.journal()).contains("jane approved sign-off/ask: because.");
    }

    @Test
    void aRejectionHoldsTheRunUntilItIsRetried() {
        toSignOff();
        bench.decide(new Decision.Reject(SIGN_OFF));
        assertThat(bench.step("sign-off")).isEqualTo(StepStatus.NEEDS_OPERATOR);
        assertThat(bench.starts()).isEmpty();
        assertThat(bench.refusedDecision(new Decision.Approve(SIGN_OFF)))
                .isEqualTo("nothing-to-do");
        bench.decide(new Decision.Retry(SIGN_OFF)).step();
        assertThat(bench.progress("sign-off/ask").attempt()).isEqualTo(2);
        bench.decide(new Decision.Approve(SIGN_OFF));
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void nothingIsApprovedBeforeItIsAsked() {
        assertThat(bench.refusedDecision(new Decision.Approve(SIGN_OFF)))
                .isEqualTo("nothing-to-do");
        assertThat(bench.refusedDecision(new Decision.Reject(SIGN_OFF))).isEqualTo("nothing-to-do");
        bench.step();
        assertThat(bench.refusedDecision(new Decision.Approve(PROMOTE))).isEqualTo("nothing-to-do");
    }

    @Test
    void anUnknownStepIsRefused() {
        StepId nobody = new StepId("nobody");
        assertThat(bench.refusedDecision(new Decision.Retry(nobody))).isEqualTo("no-such-step");
        assertThat(bench.refusedDecision(new Decision.Skip(nobody))).isEqualTo("no-such-step");
    }

    @Test
    void aRetryConcernsWhatFailedOnly() {
        bench.step().finish("promote/one", failed(false));
        bench.decide(new Decision.Retry(PROMOTE));
        assertThat(bench.starts()).containsExactly("promote/one");
        assertThat(bench.refusedDecision(new Decision.Retry(PROMOTE))).isEqualTo("nothing-to-do");
    }

    @Test
    void aRetryBeginsToCountAnew() {
        bench.step().finish("promote/one", failed(false)).decide(new Decision.Retry(PROMOTE));
        bench.step().finish("promote/one", failed(true));
        assertThat(bench.status("promote/one")).isEqualTo(Status.RETRYING);
    }

    @Test
    void aSkippedFailureLetsTheRunGoOn() {
        bench.step().finish("promote/one", done()).finish("promote/two", failed(false));
        assertThat(bench.step("promote")).isEqualTo(StepStatus.NEEDS_OPERATOR);
        bench.decide(new Decision.Skip(PROMOTE));
        assertThat(bench.step("promote")).isEqualTo(StepStatus.SKIPPED);
        assertThat(bench.status("promote/one")).isEqualTo(Status.DONE);
        assertThat(bench.journal()).contains("jane skipped promote/two: because.");
        assertThat(bench.starts()).containsExactly("sign-off/ask");
    }

    @Test
    void aRunThatEndsWithoutASkippedStepDoesNotSayThatItWasObserved() {
        bench.step().finish("promote/one", done()).finish("promote/two", failed(false));
        bench.decide(new Decision.Skip(PROMOTE)).step();
        bench.decide(new Decision.Approve(SIGN_OFF));
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
        assertThat(bench.journal().getLast())
                .isEqualTo(
                        "Every step is done and was observed, except promote, which was skipped.");
    }

    @Test
    void aSkipNeedsAReason() {
        bench.step().finish("promote/one", failed(false));
        assertThat(bench.refused(new Command.Decide(Bench.RUN, new Decision.Skip(PROMOTE))))
                .isEqualTo("no-reason");
    }

    @Test
    void aSkipLeavesAloneWhatIsUnderWay() {
        bench.step();
        assertThat(bench.refusedDecision(new Decision.Skip(PROMOTE))).isEqualTo("nothing-to-do");
        bench.finish("promote/one", failed(true)).decide(new Decision.Skip(PROMOTE));
        assertThat(bench.status("promote/one")).isEqualTo(Status.SKIPPED);
        assertThat(bench.status("promote/two")).isEqualTo(Status.RUNNING);
    }

    @Test
    void whatIsInDoubtCanBeSkipped() {
        bench.step().accepted(bench.doubtOf("promote/one"));
        Command late = bench.finishOf("promote/one", done());
        bench.decide(new Decision.Skip(PROMOTE));
        assertThat(bench.refused(late)).isEqualTo("stale-outcome");
    }

    @Test
    void whatNobodyCanBeginIsSkippedAsAWhole() {
        bench.without(B);
        assertThat(bench.starts()).isEmpty();
        bench.decide(new Decision.Skip(PROMOTE));
        assertThat(bench.step("promote")).isEqualTo(StepStatus.SKIPPED);
        assertThat(bench.progress("promote/one").attempt()).isZero();
        assertThat(bench.starts()).containsExactly("sign-off/ask");
    }

    @Test
    void aStepIsNotSkippedBeforeItsTurn() {
        assertThat(bench.refusedDecision(new Decision.Skip(SIGN_OFF))).isEqualTo("nothing-to-do");
    }

    @Test
    void aQuestionCanBeSkipped() {
        toSignOff();
        bench.decide(new Decision.Skip(SIGN_OFF));
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void pauseAndResumeAlternate() {
        assertThat(bench.refusedDecision(new Decision.Resume())).isEqualTo("wrong-phase");
        bench.decide(new Decision.Pause());
        assertThat(bench.refusedDecision(new Decision.Pause())).isEqualTo("wrong-phase");
        bench.decide(new Decision.Resume());
        assertThat(bench.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aPausedRunTakesDecisions() {
        toSignOff();
        bench.decide(new Decision.Pause()).decide(new Decision.Approve(SIGN_OFF));
        assertThat(bench.phase()).isEqualTo(Phase.PAUSED);
        bench.decide(new Decision.Resume());
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void aStopIsSkippedOnlyOnProof() {
        Bench bench = Bench.migrating("db").without(A);
        assertThat(bench.refusedDecision(new Decision.Skip(new StepId("stop"))))
                .isEqualTo("safety-step");
    }
}
