package adfer.state;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.vm;
import static adfer.plan.Stage.with;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.lease.Lease;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.lease.Stopped;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.plan.Stage;
import adfer.plan.TaskAction;
import adfer.run.Decision;
import adfer.state.Autopilot.Held;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the end of a lease has stopped is started again, in place and in order, once. */
class RestartTest {
    private static final Vm DB = vm("db-1", 11, "db", 8192);
    private static final Vm WEB_1 = vm("web-1", 21, "web", 2048);
    private static final Vm WEB_2 = vm("web-2", 22, "web", 2048);
    private static final Held SETTLED = new Held(Duration.ZERO, Autopilot.SETTLING, true);

    private ClusterState state =
            new Stage()
                    .put(new At.VmAt(A, with(WEB_2, Power.OFF)))
                    .put(Lease.granted(CATALOGUE, A, new Epoch(1), 3))
                    .state();

    @Test
    void lapseRemembersWhatRanAndNotWhatWasOffAnyway() {
        lapse();
        assertThat(lease().debt().owed()).containsExactly(DB.id(), WEB_1.id());
        regain();
        assertThat(lease().held()).isTrue();
        assertThat(lease().debt().owed()).containsExactly(DB.id(), WEB_1.id());
    }

    @Test
    void ofAGroupWhoseVmsAreKeptRunningNothingIsRemembered() {
        state =
                new Stage()
                        .runbook(Stage.RUNBOOK + "isolated: keep\n")
                        .put(Lease.granted(CATALOGUE, A, new Epoch(1), 3))
                        .state();
        lapse();
        assertThat(lease().debt().owed()).isEmpty();
    }

    @Test
    void secondLapseBeforeTheRestartForgetsNothing() {
        lapse();
        regain();
        power(Power.OFF, DB, WEB_1);
        lapse();
        regain();
        assertThat(lease().debt().owed()).containsExactly(DB.id(), WEB_1.id());
    }

    @Test
    void otherSiteTakesOverNoDebts() {
        lapse();
        Lease lapsed = lease();
        assertThat(Lease.granted(lapsed.group(), B, lapsed.epoch().next(), 9).debt().owed())
                .isEmpty();
    }

    @Test
    void planStartsInOrderWhatWasStoppedAndNothingElse() {
        stopped();
        Plan plan = plan(Operation.RESTART);
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.source()).isEqualTo(A);
        assertThat(plan.target()).isEqualTo(A);
        assertThat(plan.to()).isGreaterThan(plan.from());
        assertThat(plan.started()).containsExactly(DB.id(), WEB_1.id());
        assertThat(plan.steps())
                .filteredOn(step -> step.skipped().isEmpty())
                .extracting(step -> step.id().value())
                .containsExactly("database", "web");
        assertThat(plan.steps())
                .flatExtracting(step -> step.tasks())
                .allSatisfy(task -> assertThat(task.site()).isEqualTo(A))
                .first()
                .extracting(task -> task.action())
                .isEqualTo(
                        new TaskAction.StartVm(
                                DB.id(), DB.name(), DB.host().orElseThrow(), DB.nics()));
        assertThat(plan.steps()).flatExtracting(step -> step.undo()).isEmpty();
    }

    @Test
    void whatIsSeenToRunAtTheOtherSiteIsNotStartedHereAsWell() {
        stopped();
        state = state.with(new At.VmAt(B, with(DB, Power.RUNNING)));
        assertThat(plan(Operation.RESTART).refusals().toString())
                .contains("db-1 runs at site b, which doesn't own catalogue", "adfer reconcile b");
        assertThat(stance(SETTLED).orElseThrow().sentence())
                .contains("Can't start again 2 VMs", "db-1 runs at site b");
        state = state.with(new At.VmAt(B, with(DB, Power.OFF)));
        assertThat(plan(Operation.RESTART).refusals()).isEmpty();
    }

    /** What was known of it is from another generation, which may have started anything there. */
    @Test
    void nothingIsStartedWhileTheOtherSiteHasNotBeenListed() {
        stopped();
        state = state.without(state.sweep(B).orElseThrow().key());
        assertThat(plan(Operation.RESTART).refusals().toString())
                .contains("Site b has not been listed yet");
    }

    @Test
    void withoutAnEndedLeaseAPersonStartsAllThatIsOff() {
        assertThat(plan(Operation.RESTART).started()).containsExactly(WEB_2.id());
        power(Power.RUNNING, WEB_2);
        assertThat(Planner.plan(Planner.Request.of(Operation.RESTART, CATALOGUE), state, Stage.NOW))
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(refused.toString()).contains("runs at site a"));
    }

    @Test
    void autopilotRestartsOnceTheTenureHasSettled() {
        lapse();
        assertThat(stance(SETTLED)).isEmpty();
        regain();
        assertThat(stance(SETTLED)).isEmpty();
        power(Power.OFF, DB, WEB_1);
        assertThat(stance(new Held(Duration.ZERO, Autopilot.SETTLING.minusNanos(1), true)))
                .isEmpty();
        assertThat(stance(SETTLED))
                .hasValueSatisfying(stance -> {
                    assertThat(stance.kind()).isEqualTo(Stance.Kinds.RESTARTS);
                    assertThat(stance.sentence())
                            .isEqualTo(
                                    "Starts again 2 VMs at site a, stopped when its lease had run"
                                            + " out.");
                });
    }

    @Test
    void autopilotSaysWhyItCanNotRestart() {
        stopped();
        state = state.with(new Stage().lost(A).state().verdict(A).orElseThrow());
        assertThat(stance(SETTLED))
                .hasValueSatisfying(stance -> {
                    assertThat(stance.kind()).isEqualTo(Stance.Kinds.DECLINES);
                    assertThat(stance.sentence()).contains("Nothing can be started at site a");
                });
    }

    @Test
    void runTakesTheDebtOverSoThatNothingIsStartedAgainAfterACancellation() {
        stopped();
        RunId run = new RunId("r1");
        assertThat(apply(new Command.StartRun(run, plan(Operation.RESTART))))
                .isInstanceOf(Reply.Accepted.class);
        assertThat(lease().debt().owed()).isEmpty();
        apply(new Command.Decide(run, new Decision.Cancel()));
        assertThat(state.group(CATALOGUE).orElseThrow().activeRun()).isEmpty();
        assertThat(stance(SETTLED)).isEmpty();
        assertThat(state.group(CATALOGUE).orElseThrow().owner()).isEqualTo(A);
    }

    @Test
    void restartNeedsALease() {
        stopped();
        Plan plan = plan(Operation.RESTART);
        lapse();
        assertThat(apply(new Command.StartRun(new RunId("r1"), plan)).toString())
                .contains("holds no lease");
    }

    @Test
    void siteTakesItsGroupUpAnewInTheMiddleOfARestart() {
        stopped();
        apply(new Command.StartRun(new RunId("r1"), plan(Operation.RESTART)));
        lapse();
        assertThat(regain()).isInstanceOf(Reply.Accepted.class);
    }

    @Test
    void debtIsSettledWhenAFreshListingShowsThatAllRuns() {
        lapse();
        regain();
        assertThat(settled(new Held(Duration.ZERO, Autopilot.SETTLING, false))).isFalse();
        assertThat(settled(SETTLED)).isTrue();
        power(Power.PAUSED, WEB_1);
        assertThat(settled(SETTLED)).isFalse();
        apply(new Command.SettleLease(CATALOGUE, new Epoch(1)));
        assertThat(lease().debt().owed()).isNotEmpty();
        apply(new Command.SettleLease(CATALOGUE, lease().epoch()));
        assertThat(lease().debt().owed()).isEmpty();
    }

    @Test
    void whatAGuardStoppedAlthoughTheLeaseGoesOnIsOwedUntilARestartTakesIt() {
        renew(stop(1, 100));
        assertThat(lease().debt().owed()).containsExactly(WEB_2.id());
        RunId run = new RunId("r1");
        apply(new Command.StartRun(run, plan(Operation.RESTART)));
        renew(stop(1, 100));
        assertThat(lease().debt().owed()).as("it is in hand").isEmpty();
        apply(new Command.Decide(run, new Decision.Cancel()));
        renew(stop(1, 100));
        assertThat(lease().debt().owed()).as("it is old news").isEmpty();
        renew(stop(lease().epoch().value(), 200));
        assertThat(lease().debt().owed()).containsExactly(WEB_2.id());
    }

    @Test
    void whatACancelledRestartFoundOnIsOwedWhenItIsStoppedNextThoughByAnEarlierMark() {
        renew(stop(1, 100));
        RunId run = new RunId("r1");
        apply(new Command.StartRun(run, plan(Operation.RESTART)));
        apply(new Command.Decide(run, new Decision.Cancel()));
        renew(stop(1, 200));
        assertThat(lease().debt().owed()).containsExactly(WEB_2.id());
    }

    @Test
    void stopBeforeARestartThatIsToldDuringItIsOldNewsAfterIt() {
        renew(stop(1, 100));
        RunId run = new RunId("r1");
        apply(new Command.StartRun(run, plan(Operation.RESTART)));
        renew(stop(1, 200));
        assertThat(lease().debt().owed()).isEmpty();
        apply(new Command.Decide(run, new Decision.Cancel()));
        renew(stop(1, 200));
        assertThat(lease().debt().owed()).isEmpty();
    }

    @Test
    void whatAGuardTellsOfAfterTheDebtWasSettledByAnOldListingIsOwedAgain() {
        renew(stop(1, 100));
        apply(new Command.SettleLease(CATALOGUE, lease().epoch()));
        assertThat(lease().debt().owed()).isEmpty();
        renew(stop(1, 100));
        assertThat(lease().debt().owed()).containsExactly(WEB_2.id());
    }

    @Test
    void whatAllGuardsTellNoMoreOfIsForgotten() {
        renew(stop(1, 100));
        apply(
                new Command.RenewLeases(
                        A, List.of(new Renewal(CATALOGUE, lease().epoch(), false)), List.of()));
        assertThat(lease().debt().heard()).as("a guard may be silent").containsKey(WEB_2.id());
        apply(
                new Command.RenewLeases(
                        A, List.of(new Renewal(CATALOGUE, lease().epoch(), true)), List.of()));
        assertThat(lease().debt().heard()).isEmpty();
        assertThat(lease().debt().owed()).containsExactly(WEB_2.id());
    }

    @Test
    void whatWasStoppedBeforeTheGroupCameFromAnotherSiteIsOldNews() {
        Lease came = Lease.movedTo(CATALOGUE, A, new Epoch(7), 9);
        assertThat(came.stopping(stop(6, 100)).debt().owed()).isEmpty();
        assertThat(came.stopping(stop(7, 100)).debt().owed()).containsExactly(WEB_2.id());
    }

    private static Stopped stop(long epoch, long since) {
        return new Stopped(WEB_2.id(), CATALOGUE, new Epoch(epoch), since);
    }

    @Test
    void restartIsATenureOfItsOwnSoThatNoEarlierMarkStandsInItsWay() {
        stopped();
        Plan plan = plan(Operation.RESTART);
        Epoch before = lease().epoch();
        apply(new Command.StartRun(new RunId("r1"), plan));
        assertThat(lease().epoch()).isEqualTo(plan.to()).isGreaterThan(before.next());
        assertThat(state.group(CATALOGUE).orElseThrow().epoch()).isEqualTo(plan.to());
    }

    private void renew(Stopped stopped) {
        apply(new Command.RenewLeases(A, List.of(), List.of(stopped)));
    }

    private boolean settled(Held held) {
        return Autopilot.settled(state, state.group(CATALOGUE).orElseThrow(), held);
    }

    private void stopped() {
        lapse();
        regain();
        power(Power.OFF, DB, WEB_1);
    }

    private void power(Power power, Vm... vms) {
        apply(
                new Command.ChangeInventory(
                        List.of(vms).stream()
                                .<At>map(vm -> new At.VmAt(A, with(vm, power)))
                                .toList(),
                        List.of()));
    }

    private Optional<Stance> stance(Held held) {
        return Autopilot.consider(
                state,
                state.group(CATALOGUE).orElseThrow(),
                held,
                (operation, group) -> Optional.of(plan(operation)));
    }

    private Plan plan(Operation operation) {
        return switch (Planner.plan(Planner.Request.of(operation, CATALOGUE), state, Stage.NOW)) {
            case Result.Ok<Plan>(var plan) -> plan;
            case Result.Refused<Plan>(var problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private Lease lease() {
        return state.lease(CATALOGUE).orElseThrow();
    }

    private void lapse() {
        apply(
                new Command.LapseLeases(
                        List.of(new Overdue(CATALOGUE, lease().epoch(), lease().renewal()))));
    }

    private Reply regain() {
        return apply(new Command.RegainLease(CATALOGUE, A, lease().epoch()));
    }

    private Reply apply(Command command) {
        Entry entry = new Entry("", new Actor("a1", "node"), Stage.NOW, "", command);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied.reply();
    }
}
