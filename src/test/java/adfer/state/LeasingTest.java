package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.lease.Lease;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.lease.WhenIsolated;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class LeasingTest {
    private static final GroupId MAIL = new GroupId("mail");
    private static final SiteId A = new SiteId("a");
    private static final SiteId B = new SiteId("b");
    private static final Epoch FIRST = new Epoch(1);

    private ClusterState state =
            ClusterState.of(
                    10,
                    Instant.EPOCH,
                    0,
                    AuditEntry.GENESIS,
                    List.of(
                            new Group(MAIL, "hash", A, FIRST, Optional.empty()),
                            Lease.granted(MAIL, A, FIRST, 3)));

    @Test
    void renewalMovesTheLeaseOn() {
        renew(A, FIRST, true);
        assertThat(lease().renewal()).isEqualTo(11);
        assertThat(lease().guarded()).isTrue();
    }

    @Test
    void renewalOfAnotherSiteOrEpochIsPassedOver() {
        renew(B, FIRST, true);
        renew(A, FIRST.next(), true);
        renew(A, Epoch.NONE, true);
        assertThat(lease().renewal()).isEqualTo(3);
    }

    @Test
    void lapseIsRefusedWhenARenewalCameInBetween() {
        renew(A, FIRST, true);
        assertThat(lapse(FIRST, 3)).isInstanceOf(Reply.Rejected.class);
        assertThat(lease().held()).isTrue();
    }

    @Test
    void lapsedLeaseCannotBeRenewed() {
        renew(A, FIRST, true);
        assertThat(lapse(FIRST, 11)).isInstanceOf(Reply.Accepted.class);
        renew(A, FIRST, true);
        assertThat(lease().held()).isFalse();
        assertThat(lease().renewal()).isEqualTo(11);
        assertThat(lease().provesOff()).isTrue();
    }

    @Test
    void lapseOfALeaseRenewedWithoutGuardsProvesNothing() {
        renew(A, FIRST, false);
        lapse(FIRST, 11);
        assertThat(lease().held()).isFalse();
        assertThat(lease().provesOff()).isFalse();
    }

    @Test
    void lapseProvesNothingWhereGuardsLetTheVmsRun() {
        renew(A, FIRST, true);
        publish(WhenIsolated.KEEP);
        assertThat(lease().guarded()).isFalse();
        renew(A, FIRST, true);
        lapse(FIRST, state.index());
        assertThat(lease().held()).isFalse();
        assertThat(lease().provesOff()).isFalse();
    }

    @Test
    void lapseProvesAgainOnceGuardsStopTheVms() {
        publish(WhenIsolated.KEEP);
        publish(WhenIsolated.SUSPEND);
        assertThat(lease().guarded()).isFalse();
        renew(A, FIRST, true);
        lapse(FIRST, state.index());
        assertThat(lease().provesOff()).isTrue();
    }

    private void publish(WhenIsolated isolated) {
        Duration five = Duration.ofMinutes(5);
        Runbook runbook =
                new Runbook(
                        MAIL,
                        "Mail",
                        A,
                        B,
                        new Runbook.Objectives(five, five),
                        new Runbook.Protection(List.of(), Sorted.empty(), Sorted.empty()),
                        new Runbook.Automation(
                                Runbook.Automation.Mode.MANUAL,
                                five,
                                five,
                                false,
                                1,
                                five,
                                isolated),
                        List.of(),
                        List.of());
        Bundle bundle = new Bundle(MAIL, "runbook: mail # " + isolated, Sorted.empty());
        assertThat(apply(new Command.PublishRunbook(bundle, runbook)))
                .isInstanceOf(Reply.Accepted.class);
    }

    @Test
    void siteTakesUpItsLapsedGroupAtANewEpoch() {
        lapse(FIRST, 3);
        assertThat(apply(new Command.RegainLease(MAIL, A, FIRST)))
                .isInstanceOf(Reply.Accepted.class);
        Epoch now = state.group(MAIL).orElseThrow().epoch();
        assertThat(now).isGreaterThan(FIRST.next());
        assertThat(lease()).isEqualTo(Lease.granted(MAIL, A, now, 12));
    }

    /** So what its guards have suspended may go on with its memory. */
    @Test
    void siteThatTakesItsGroupUpAnewHasHadItWithoutABreak() {
        lapse(FIRST, 3);
        apply(new Command.RegainLease(MAIL, A, FIRST));
        Epoch again = lease().epoch();
        assertThat(state.ownedSince(MAIL, again)).isLessThanOrEqualTo(FIRST);
        assertThat(state.ownedSince(MAIL, again.next()))
                .as("of a tenure that isn't the present one")
                .isEqualTo(again.next());
    }

    @Test
    void lapseOfALeaseTakenUpAnewProvesWhatTheOneBeforeDid() {
        renew(A, FIRST, true);
        lapse(FIRST, 11);
        apply(new Command.RegainLease(MAIL, A, FIRST));
        Epoch again = lease().epoch();
        assertThat(lapse(again, 13)).isInstanceOf(Reply.Accepted.class);
        assertThat(lease().provesOff()).isTrue();
    }

    @Test
    void nobodyTakesUpWhatHasNotLapsedOrIsAnothers() {
        assertThat(apply(new Command.RegainLease(MAIL, A, FIRST)))
                .isInstanceOf(Reply.Rejected.class);
        lapse(FIRST, 3);
        assertThat(apply(new Command.RegainLease(MAIL, B, FIRST)))
                .isInstanceOf(Reply.Rejected.class);
        assertThat(apply(new Command.RegainLease(MAIL, A, FIRST.next())))
                .isInstanceOf(Reply.Rejected.class);
    }

    private Lease lease() {
        return state.lease(MAIL).orElseThrow();
    }

    private void renew(SiteId site, Epoch epoch, boolean guarded) {
        apply(new Command.RenewLeases(site, List.of(new Renewal(MAIL, epoch, guarded)), List.of()));
    }

    private Reply lapse(Epoch epoch, long renewal) {
        return apply(new Command.LapseLeases(List.of(new Overdue(MAIL, epoch, renewal))));
    }

    private Reply apply(Command command) {
        Entry entry = new Entry("", new Actor("a1", "node"), Instant.EPOCH, "", command);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied.reply();
    }
}
