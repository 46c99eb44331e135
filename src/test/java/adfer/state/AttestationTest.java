package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.run.Proof;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class AttestationTest {
    private static final GroupId MAIL = new GroupId("mail");
    private static final SiteId A = new SiteId("a");
    private static final SiteId B = new SiteId("b");
    private static final Epoch FIRST = new Epoch(1);
    private static final Actor JANE = new Actor("jane", "cli");
    private static final Actor BOB = new Actor("bob", "console");
    private static final Actor NODE = new Actor("node a1", "system");

    private Instant now = Instant.parse("2026-11-23T03:00:00Z");
    private ClusterState state =
            ClusterState.of(
                    10,
                    now,
                    0,
                    AuditEntry.GENESIS,
                    List.of(
                            new Group(MAIL, "hash", A, FIRST, Optional.empty()),
                            Lease.granted(MAIL, A, FIRST, 3)));

    @Test
    void wordOfTwoPeopleProvesThatTheSiteIsOff() {
        attest(JANE);
        assertThat(proof()).isEmpty();
        assertThat(confirm(BOB)).isEmpty();
        assertThat(proof())
                .hasValueSatisfying(proof ->
                        assertThat(proof.sentence())
                                .isEqualTo(
                                        "jane attested that site a is off: \"I saw it\", and bob"
                                                + " confirmed it"));
        assertThat(Proofs.of(state, MAIL, B)).isEmpty();
    }

    @Test
    void samePersonTwiceIsNotTwoPeople() {
        attest(JANE);
        assertThat(confirm(JANE)).contains("same-person");
        assertThat(confirm(new Actor(" Jane", "console"))).contains("same-person");
        assertThat(proof()).isEmpty();
    }

    @Test
    void confirmationIsOfWhatWasShown() {
        attest(JANE);
        long shown = said().index();
        attest(JANE);
        assertThat(apply(BOB, new Command.ConfirmAttestation(A, shown))).contains("attested-anew");
        assertThat(confirm(BOB)).isEmpty();
        assertThat(confirm(BOB)).contains("nothing-to-confirm");
    }

    @Test
    void secondPersonConfirmsRatherThanAttestsToo() {
        attest(JANE);
        assertThat(apply(BOB, attestation(2))).contains("attested-already");
        confirm(BOB);
        assertThat(apply(JANE, attestation(2))).contains("attested-already");
    }

    @Test
    void wordThatIsNotConfirmedInTimeExpires() {
        attest(JANE);
        now = now.plus(Duration.ofMinutes(31));
        assertThat(confirm(BOB)).contains("nothing-to-confirm");
        assertThat(apply(BOB, attestation(2))).isEmpty();
        assertThat(said().by()).isEqualTo(BOB);
    }

    @Test
    void proofExpires() {
        attest(JANE);
        confirm(BOB);
        tick(Duration.ofHours(4));
        assertThat(proof()).isPresent();
        tick(Duration.ofSeconds(1));
        assertThat(proof()).isEmpty();
        assertThat(Proofs.missing(state, MAIL, A))
                .contains("too long ago to count", "adfer attest a");
    }

    @Test
    void renewalBeliesIt() {
        attest(JANE);
        confirm(BOB);
        renew(A, FIRST);
        assertThat(proof()).isEmpty();
        assertThat(said().sentence(now)).contains("so a node of it lives");
        assertThat(confirm(BOB)).contains("nothing-to-confirm");
    }

    @Test
    void renewalOfWhatHasLapsedOrAWishToTakeItUpBeliesItToo() {
        lapse();
        attest(JANE);
        confirm(BOB);
        renew(A, FIRST);
        assertThat(proof()).isEmpty();
        attest(JANE);
        confirm(BOB);
        assertThat(apply(NODE, new Command.RegainLease(MAIL, A, FIRST.next())))
                .contains("lease-moved-on");
        assertThat(proof()).isEmpty();
    }

    @Test
    void renewalOfTheOtherSiteOrBeforeItDoesNot() {
        renew(A, FIRST);
        attest(JANE);
        renew(B, FIRST);
        confirm(BOB);
        renew(B, FIRST);
        assertThat(proof()).isPresent();
    }

    @Test
    void oneIsEnoughWhereThereIsOneOnlyAndTheProofSaysSo() {
        assertThat(apply(JANE, attestation(1))).isEmpty();
        assertThat(proof())
                .hasValueSatisfying(
                        proof -> assertThat(proof.sentence()).contains("jane", "alone"));
    }

    @Test
    void wordCanBeTakenBack() {
        attest(JANE);
        confirm(BOB);
        assertThat(apply(BOB, new Command.WithdrawAttestation(A))).isEmpty();
        assertThat(proof()).isEmpty();
        assertThat(apply(BOB, new Command.WithdrawAttestation(A))).contains("no-attestation");
    }

    @Test
    void leaseThatRanOutUnderLivingGuardsNeedsNobodysWord() {
        attest(JANE);
        confirm(BOB);
        apply(NODE, new Command.RenewLeases(A, List.of(new Renewal(MAIL, FIRST, true)), List.of()));
        lapse();
        assertThat(proof()).get().isInstanceOf(Proof.LeaseRanOut.class);
    }

    @Test
    void itNeedsWords() {
        assertThat(
                        apply(
                                JANE,
                                new Command.Attest(
                                        A, "  ", state.index(), AttestationTerms.DEFAULT)))
                .contains("no-words");
        assertThat(apply(JANE, new Command.Attest(A, "", -1, AttestationTerms.DEFAULT)))
                .as("also where it comes late")
                .contains("no-words");
        assertThat(apply(BOB, new Command.ConfirmAttestation(A, 1))).contains("no-attestation");
    }

    @Test
    void wordThatComesAfterASignOfLifeIsOfSomethingElse() {
        Command said = attestation(1);
        renew(A, FIRST);
        assertThat(apply(JANE, said)).contains("site-lives");
        assertThat(proof()).isEmpty();
        assertThat(apply(JANE, attestation(1))).isEmpty();
        assertThat(proof()).isPresent();
    }

    private Optional<Proof> proof() {
        return Proofs.of(state, MAIL, A);
    }

    private Attestation said() {
        return state.attestation(A).orElseThrow();
    }

    private Command attestation(int people) {
        return new Command.Attest(
                A,
                "I saw it",
                state.index(),
                new AttestationTerms(people, Duration.ofMinutes(30), Duration.ofHours(4)));
    }

    private void attest(Actor by) {
        assertThat(apply(by, attestation(2))).isEmpty();
    }

    private Optional<String> confirm(Actor by) {
        return apply(by, new Command.ConfirmAttestation(A, said().index()));
    }

    private void renew(SiteId site, Epoch epoch) {
        apply(
                NODE,
                new Command.RenewLeases(site, List.of(new Renewal(MAIL, epoch, false)), List.of()));
    }

    private void lapse() {
        Lease lease = state.lease(MAIL).orElseThrow();
        apply(
                NODE,
                new Command.LapseLeases(
                        List.of(new Overdue(MAIL, lease.epoch(), lease.renewal()))));
    }

    private void tick(Duration time) {
        now = now.plus(time);
        state =
                Transition.apply(
                                state,
                                state.index() + 1,
                                entry(NODE, new Command.LapseLeases(List.of())))
                        .state();
    }

    private Entry entry(Actor by, Command command) {
        return new Entry("", by, now, "", command);
    }

    /** The code with which it was refused. */
    private Optional<String> apply(Actor by, Command command) {
        Applied applied = Transition.apply(state, state.index() + 1, entry(by, command));
        state = applied.state();
        return applied.reply() instanceof Reply.Rejected(long ignored, var problem)
                ? Optional.of(problem.code())
                : Optional.empty();
    }
}
