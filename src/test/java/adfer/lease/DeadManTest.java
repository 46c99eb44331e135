package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.Ownership;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.VmId;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class DeadManTest {
    private static final long LASTS = LeaseTerms.DEFAULT.lasts().toNanos();
    private static final GroupId MAIL = new GroupId("mail");
    private static final VmId VM = new VmId("vm-1");
    private static final VmId OTHER = new VmId("vm-2");

    private DeadMan guard = DeadMan.unarmed(LeaseTerms.DEFAULT);

    @Test
    void whatItStoppedIsKnownUntilItIsSeenOnAgainForGood() {
        long stop = LeaseTerms.DEFAULT.stop().toNanos();
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.STOP);
        guard = guard.stopping(VM, Optional.empty(), LASTS);
        assertThat(guard.stopped()).containsExactly(new Stopped(VM, MAIL, new Epoch(5), LASTS));
        assertThat(guard.seenOn(VM, LASTS + stop - 1).stopped())
                .as("seen on while it is being stopped")
                .isNotEmpty();
        assertThat(guard.seenOn(VM, LASTS + stop).stopped())
                .as("seen on while it is being stopped, by a clock that is fast")
                .isNotEmpty();
        long surely = LeaseTerms.DEFAULT.stopped().toNanos();
        assertThat(guard.seenOn(VM, LASTS + surely).stopped()).isEmpty();
        assertThat(guard.stopping(OTHER, Optional.empty(), LASTS).stopped())
                .as("one that belongs to nobody")
                .hasSize(1);
    }

    @Test
    void orderedAgainAndAgainItIsOneStopUntilTheVmCouldHaveBeenOnSince() {
        long surely = LeaseTerms.DEFAULT.stopped().toNanos();
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.STOP);
        guard = guard.stopping(VM, Optional.empty(), LASTS);
        guard = guard.stopping(VM, Optional.empty(), LASTS + surely - 1);
        assertThat(guard.stopped()).extracting(Stopped::since).containsExactly(LASTS);
        guard = guard.stopping(VM, Optional.empty(), LASTS + 2 * surely - 1);
        assertThat(guard.stopped())
                .extracting(Stopped::since)
                .containsExactly(LASTS + 2 * surely - 1);
    }

    @Test
    void countsFromTheTicketAndNotFromTheConfirmation() {
        guard = guard.issued(1, 1_000);
        confirm(1, 5, WhenIsolated.STOP);
        assertThat(guard.fate(VM, Optional.empty(), 1_000 + LASTS - 1)).isEmpty();
        assertThat(guard.fate(VM, Optional.empty(), 1_000 + LASTS)).contains(WhenIsolated.STOP);
    }

    @Test
    void ticketThatCameLateDoesNotShortenALongerLease() {
        guard = guard.issued(1, 1_000).issued(2, 2_000);
        confirm(2, 5, WhenIsolated.STOP);
        confirm(1, 5, WhenIsolated.STOP);
        assertThat(guard.allows(MAIL, new Epoch(5), 2_000 + LASTS - 1)).isTrue();
    }

    @Test
    void vmsNamedWithATicketAreStoppedThoughNoConfirmationCame() {
        guard = guard.issued(1, 1_000, List.of(claim(5, WhenIsolated.STOP)));
        guard = guard.issued(2, 2_000, List.of(claim(5, WhenIsolated.STOP)));
        assertThat(guard.fate(VM, Optional.empty(), 1_000 + LASTS - 1)).isEmpty();
        assertThat(guard.fate(VM, Optional.empty(), 1_000 + LASTS)).contains(WhenIsolated.STOP);
        assertThat(guard.allows(MAIL, new Epoch(5), 1_001)).isFalse();
        assertThat(guard.allows(MAIL, Epoch.NONE, 1_001)).isFalse();
    }

    @Test
    void ticketOfAGroupThatIsNoLongerToBeKeptArmsTheGuardBeforeTheConfirmation() {
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.KEEP);
        guard = guard.issued(2, 1_000, List.of(claim(5, WhenIsolated.STOP)));
        assertThat(guard.fate(VM, Optional.empty(), LASTS)).contains(WhenIsolated.STOP);
    }

    /** Its renewal may be guarded, on whose lapse the other site starts. */
    @Test
    void confirmationOfAnOlderTicketLetsNoVmBeKeptThatANewerOneHasStopped() {
        guard = guard.issued(1, 0, List.of(claim(5, WhenIsolated.KEEP)));
        guard = guard.issued(2, 1_000, List.of(claim(5, WhenIsolated.STOP)));
        confirm(1, 5, WhenIsolated.KEEP);
        assertThat(guard.fate(VM, Optional.empty(), 1_000 + LASTS)).contains(WhenIsolated.STOP);
        confirm(2, 5, WhenIsolated.STOP);
        assertThat(guard.fate(VM, Optional.empty(), 1_000 + LASTS)).contains(WhenIsolated.STOP);
    }

    @Test
    void keepingIsTakenInAgainWithATicketThatIsNewer() {
        guard = guard.issued(1, 0, List.of(claim(5, WhenIsolated.STOP)));
        guard = guard.issued(2, 1_000, List.of(claim(5, WhenIsolated.KEEP)));
        guard = guard.issued(3, 2_000, List.of(claim(5, WhenIsolated.KEEP)));
        confirm(2, 5, WhenIsolated.KEEP);
        assertThat(guard.fate(VM, Optional.empty(), 1_000 + LASTS)).isEmpty();
    }

    @Test
    void confirmationOfAnOlderTicketForgetsNoVmThatANewerOneNamed() {
        guard = guard.issued(1, 0, List.of(claim(5, WhenIsolated.STOP)));
        var both = new Claim(MAIL, new Epoch(5), WhenIsolated.STOP, List.of(VM, OTHER));
        guard = guard.issued(2, 1_000, List.of(both));
        confirm(1, 5, WhenIsolated.STOP);
        assertThat(guard.fate(OTHER, Optional.empty(), LASTS)).contains(WhenIsolated.STOP);
    }

    @Test
    void ticketLengthensNoLease() {
        guard = guard.issued(1, 0);
        guard = guard.issued(2, 1_000, List.of(claim(5, WhenIsolated.STOP)));
        confirm(1, 5, WhenIsolated.STOP);
        assertThat(guard.allows(MAIL, new Epoch(5), LASTS - 1)).isTrue();
        assertThat(guard.allows(MAIL, new Epoch(5), LASTS)).isFalse();
    }

    @Test
    void renewalWithoutATicketOfThisGuardDoesNotCount() {
        assertThat(guard.confirmed(7, List.of(claim(5, WhenIsolated.STOP))))
                .isInstanceOf(Result.Refused.class);
    }

    @Test
    void ticketOlderThanALeaseLastsIsForgotten() {
        guard = guard.issued(1, 0).issued(2, LASTS);
        assertThat(guard.tickets()).containsOnlyKeys(2L);
    }

    @Test
    void ticketsAreBounded() {
        for (int i = 0; i < 2 * DeadMan.MAX_TICKETS; i++) {
            guard = guard.issued(i, i);
        }
        assertThat(guard.tickets()).hasSize(DeadMan.MAX_TICKETS).containsKey(2L * 256 - 1);
    }

    @Test
    void olderEpochIsRefusedAndChangesNothingAndTheOtherGroupsAreTaken() {
        GroupId wiki = new GroupId("wiki");
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.STOP);
        guard = guard.issued(2, 1_000);
        DeadMan before = guard;
        List<Claim> both =
                List.of(
                        claim(4, WhenIsolated.STOP),
                        new Claim(wiki, new Epoch(7), WhenIsolated.STOP, List.of(OTHER)));
        switch (guard.confirmed(2, both)) {
            case Result.Ok<DeadMan.Taken>(var taken) -> {
                assertThat(taken.refused()).containsExactly(MAIL);
                assertThat(taken.next().holds().get(MAIL)).isEqualTo(before.holds().get(MAIL));
                assertThat(taken.next().allows(wiki, new Epoch(7), 1_000 + LASTS - 1)).isTrue();
            }
            case Result.Refused<DeadMan.Taken> refused ->
                    throw new AssertionError(refused.toString());
        }
    }

    @Test
    void nothingMayStartUnderAnEpochThatIsNotTheOneHeld() {
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.STOP);
        assertThat(guard.allows(MAIL, new Epoch(5), 1)).isTrue();
        assertThat(guard.allows(MAIL, new Epoch(4), 1)).isFalse();
        assertThat(guard.allows(MAIL, new Epoch(6), 1)).isFalse();
        assertThat(guard.allows(new GroupId("web"), new Epoch(5), 1)).isFalse();
    }

    @Test
    void guardThatHasForgottenEverythingStopsWhatBearsAMark() {
        assertThat(guard.fate(VM, mark(3), 0)).contains(WhenIsolated.STOP);
    }

    @Test
    void vmThatNobodyProtectsIsLeftAlone() {
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.STOP);
        assertThat(guard.fate(OTHER, Optional.empty(), LASTS + 1)).isEmpty();
    }

    @Test
    void vmThatIsBeingShutDownForAMoveIsGivenItsTime() {
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.STOP);
        assertThat(guard.fate(VM, mark(6), LASTS - 1)).isEmpty();
        assertThat(guard.fate(VM, mark(6), LASTS)).contains(WhenIsolated.STOP);
    }

    @Test
    void theOwnerMayHaveItsVmsSuspendedOrKept() {
        guard = guard.issued(1, 0);
        confirm(1, 5, WhenIsolated.SUSPEND);
        assertThat(guard.fate(VM, mark(5), LASTS)).contains(WhenIsolated.SUSPEND);
        confirm(1, 5, WhenIsolated.KEEP);
        assertThat(guard.fate(VM, mark(5), LASTS)).isEmpty();
    }

    private void confirm(long ticket, long epoch, WhenIsolated policy) {
        guard =
                switch (guard.confirmed(ticket, List.of(claim(epoch, policy)))) {
                    case Result.Ok<DeadMan.Taken>(var taken) -> taken.next();
                    case Result.Refused<DeadMan.Taken> refused ->
                            throw new AssertionError(refused.toString());
                };
    }

    private static Claim claim(long epoch, WhenIsolated policy) {
        return new Claim(MAIL, new Epoch(epoch), policy, List.of(VM));
    }

    private static Optional<Ownership> mark(long epoch) {
        return Optional.of(new Ownership(MAIL, new Epoch(epoch)));
    }
}
