package adfer.run;

import static adfer.run.Bench.done;
import static adfer.run.Bench.failed;
import static adfer.run.Plans.A;
import static adfer.run.Plans.B;
import static adfer.run.Plans.ownership;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader.Phase;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** What comes after what, while a run goes forward. */
class RunOrderTest {
    private final Bench bench = Bench.of("db", "web");

    @Test
    void aStepWaitsForThoseBeforeIt() {
        bench.begin(Operation.MIGRATION, Plans.usual("db", "web"));
        assertThat(bench.starts()).containsExactly("stop/db", "stop/web");
        bench.step().finish("stop/db", done());
        assertThat(bench.starts()).isEmpty();
        assertThat(bench.refused(bench.start("ownership/move"))).isEqualTo("out-of-turn");
        assertThat(bench.refused(bench.start("start/db"))).isEqualTo("out-of-turn");
        bench.finish("stop/web", done());
        assertThat(bench.starts()).containsExactly("ownership/move");
        bench.step();
        assertThat(bench.starts()).containsExactly("start/db", "start/web");
        bench.flow();
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void stepsThatDoNotWaitForEachOtherGoSideBySide() {
        bench.begin(
                Operation.MIGRATION,
                step("one").script(A, "x", Optional.empty()),
                step("two").script(B, "x", Optional.empty()),
                step("three").after("one", "two").script(B, "x", Optional.empty()));
        assertThat(bench.starts()).containsExactly("one/x", "two/x");
    }

    @Test
    void aStepThatFailedHoldsOnlyWhatWaitsForIt() {
        bench.begin(
                Operation.MIGRATION,
                step("one").script(A, "x", Optional.empty()),
                step("after-one").after("one").script(A, "x", Optional.empty()),
                step("two").script(B, "x", Optional.empty()),
                step("after-two").after("two").script(B, "x", Optional.empty()));
        bench.step().finish("one/x", failed(false)).finish("two/x", done());
        assertThat(bench.starts()).containsExactly("after-two/x");
    }

    @Test
    void aWaveWaitsForTheOneBeforeIt() {
        bench.begin(
                Operation.MIGRATION, step("stop").wave(3).stops(A, "web").wave(7).stops(A, "db"));
        assertThat(bench.starts()).containsExactly("stop/web");
        assertThat(bench.refused(bench.start("stop/db"))).isEqualTo("out-of-turn");
        bench.step();
        assertThat(bench.starts()).isEmpty();
        bench.finish("stop/web", failed(false));
        assertThat(bench.starts()).isEmpty();
        bench.decide(new Decision.Retry(new StepId("stop"))).step().finish("stop/web", done());
        assertThat(bench.starts()).containsExactly("stop/db");
    }

    @Test
    void verificationBeginsWhenAllIsDone() {
        bench.begin(Operation.MIGRATION, step("stop").stops(A, "db", "web").verify(A));
        bench.step().finish("stop/db", done());
        assertThat(bench.starts()).isEmpty();
        assertThat(bench.refused(bench.start("stop/verify"))).isEqualTo("out-of-turn");
        bench.finish("stop/web", done());
        assertThat(bench.starts()).containsExactly("stop/verify");
        assertThat(bench.step("stop")).isEqualTo(StepStatus.RUNNING);
    }

    @Test
    void aStepIsDoneWhenItsVerificationHolds() {
        bench.begin(
                Operation.MIGRATION,
                step("stop").stops(A, "db").verify(A),
                step("next").after("stop").script(A, "x", Optional.empty()));
        bench.step().finish("stop/db", done()).step();
        bench.finish("stop/verify", failed(false));
        assertThat(bench.starts()).isEmpty();
        assertThat(bench.step("stop")).isEqualTo(StepStatus.NEEDS_OPERATOR);
        bench.decide(new Decision.Retry(new StepId("stop")));
        assertThat(bench.starts()).containsExactly("stop/verify");
        bench.step().finish("stop/verify", done());
        assertThat(bench.step("stop")).isEqualTo(StepStatus.DONE);
        assertThat(bench.starts()).containsExactly("next/x");
    }

    @Test
    void aSkippedStepHandsOnWhatItWaitsFor() {
        bench.begin(
                Operation.MIGRATION,
                step("first").script(A, "x", Optional.empty()),
                step("hollow").after("first").skipped(),
                step("last").after("hollow").script(B, "x", Optional.empty()));
        assertThat(bench.starts()).containsExactly("first/x");
        assertThat(bench.step("hollow")).isEqualTo(StepStatus.SKIPPED);
        bench.flow();
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void aStepWithoutTasksWaitsForThoseBeforeIt() {
        bench.begin(
                Operation.MIGRATION,
                step("first").script(A, "x", Optional.empty()),
                step("hollow").after("first"),
                step("last").after("hollow").script(B, "x", Optional.empty()));
        assertThat(bench.step("hollow")).isEqualTo(StepStatus.WAITING);
        assertThat(bench.starts()).containsExactly("first/x");
        bench.step().finish("first/x", done());
        assertThat(bench.step("hollow")).isEqualTo(StepStatus.DONE);
        assertThat(bench.starts()).containsExactly("last/x");
    }

    @Test
    void aRunOfNothingIsDoneAtOnce() {
        bench.begin(Operation.MIGRATION, step("hollow").skipped());
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
        assertThat(bench.group().activeRun()).isEmpty();
    }

    @Test
    void aPausedRunBeginsNothingAndLetsEndWhatIsUnderWay() {
        bench.begin(Operation.MIGRATION, Plans.usual("db")).step().decide(new Decision.Pause());
        bench.finish("stop/db", done());
        assertThat(bench.starts()).isEmpty();
        assertThat(bench.next().waiting()).containsExactly("An operator paused the run.");
        assertThat(bench.refused(bench.start("ownership/move"))).isEqualTo("run-paused");
        bench.decide(new Decision.Resume());
        assertThat(bench.starts()).containsExactly("ownership/move");
    }

    @Test
    void aPausedRunEndsWhenItIsResumed() {
        bench.begin(Operation.MIGRATION, step("stop").stops(A, "db")).step();
        bench.decide(new Decision.Pause()).finish("stop/db", done());
        assertThat(bench.phase()).isEqualTo(Phase.PAUSED);
        assertThat(bench.group().activeRun()).contains(Bench.RUN);
        bench.decide(new Decision.Resume());
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
        assertThat(bench.group().activeRun()).isEmpty();
    }

    @Test
    void aWaitEndsByItselfButNotWhileTheRunIsPaused() {
        bench.begin(Operation.MIGRATION, step("settle").pause(Optional.of(Duration.ofMinutes(5))));
        bench.step().wait(Duration.ofMinutes(5).minusMillis(1));
        assertThat(bench.next().timeUp()).isEmpty();
        bench.decide(new Decision.Pause()).wait(Duration.ofMinutes(10));
        assertThat(bench.next().timeUp()).isEmpty();
        bench.decide(new Decision.Resume()).step();
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void aPauseWithoutATimeWaitsForAnOperator() {
        bench.begin(Operation.MIGRATION, step("look").pause(Optional.empty()));
        bench.step().wait(Duration.ofDays(1));
        assertThat(bench.next().timeUp()).isEmpty();
        assertThat(bench.next().starts()).isEmpty();
        bench.decide(new Decision.Approve(new StepId("look")));
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void noMoreIsUnderWayThanTheStepAllows() {
        bench.begin(Operation.MIGRATION, step("stop").atOnce(2).stops(A, "v1", "v2", "v3", "v4"));
        bench.step();
        assertThat(bench.starts()).isEmpty();
        bench.finish("stop/v1", failed(false));
        assertThat(bench.starts()).containsExactly("stop/v3");
    }

    @Test
    void noMoreStartsAtAHostThanTheStepAllows() {
        bench.begin(
                Operation.MIGRATION,
                step("stop").stops(A, "db", "web"),
                ownership().after("stop"),
                step("start").after("ownership").perHost(1).starts(B, "db", "web"));
        bench.until("start/db");
        assertThat(bench.starts()).isEmpty();
        bench.finish("start/db", done());
        assertThat(bench.starts()).containsExactly("start/web");
    }
}
