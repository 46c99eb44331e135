package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.lease.Lease;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.run.TaskProgress.Executor;
import adfer.state.Fencing.Outcome;
import adfer.state.Founding.Consent;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class FoundationsTest {
    private static final GroupId MAIL = new GroupId("mail");
    private static final GroupId SHOP = new GroupId("shop");
    private static final SiteId A = new SiteId("a");
    private static final SiteId B = new SiteId("b");
    private static final Consent ANN =
            new Consent(new Actor("ann", "cli"), "Hall A has burnt", Instant.EPOCH);
    private static final Consent BEN =
            new Consent(new Actor("ben", "cli"), "I saw it", Instant.EPOCH);
    private static final Generation SECOND =
            Generation.FIRST.next(10, new NodeId("b1"), "ab".repeat(32));

    private ClusterState state =
            ClusterState.of(
                    10,
                    Instant.EPOCH,
                    0,
                    AuditEntry.GENESIS,
                    List.of(
                            new Group(MAIL, "hash", A, new Epoch(4), Optional.empty()),
                            Lease.granted(MAIL, A, new Epoch(4), 3)
                                    .renewed(9, true)
                                    .lapsed(Instant.EPOCH, List.of()),
                            new Group(SHOP, "hash", B, new Epoch(1), Optional.empty()),
                            Lease.granted(SHOP, B, new Epoch(1), 3).renewed(9, true)));

    @Test
    void whatTheOldLogProvedIsProvenNoMore() {
        found(ANN, BEN);

        assertThat(state.generation()).isEqualTo(SECOND);
        assertThat(state.lease(MAIL).orElseThrow().provesOff()).isFalse();
        assertThat(state.lease(SHOP).orElseThrow().held()).isFalse();
        assertThat(state.lease(SHOP).orElseThrow().provesOff()).isFalse();
        assertThat(state.verdict(A).orElseThrow().status())
                .isEqualTo(SiteVerdict.Status.UNREACHABLE);
    }

    /** Site a may have claimed its leases since, in what the founder has not heard. */
    @Test
    void whatTheOldLogHadSeenOrBeenToldOfASiteThatIsNotGivenUpIsProofNoMore() {
        HostId host = new HostId("a-host");
        apply(
                new Command.ChangeInventory(
                        List.of(new At.HostAt(A, new Host(host, 8, 64_000, true))), List.of()));
        Executor executor = new Executor(new NodeId("b1"), 1);
        state =
                state.with(
                        Fencing.ordered(A, host, 4, ANN.by(), "", executor, 1, Instant.EPOCH)
                                .with(new Outcome(true, "ipmi", "Off.", 5, Instant.EPOCH)));
        assertThat(Proofs.of(state, SHOP, A)).isPresent();
        AttestationTerms alone =
                new AttestationTerms(1, Duration.ofMinutes(2), Duration.ofHours(1));
        apply(new Command.Attest(A, "I saw it", 11, alone));

        Command.FoundGeneration found =
                TakeoverRules.first(
                        state,
                        new NodeId("b1"),
                        List.of(ANN, BEN),
                        List.of(new SiteId("w")),
                        "Unknown.",
                        AttestationTerms.DEFAULT);
        assertThat(apply(found)).isInstanceOf(Reply.Accepted.class);

        assertThat(Proofs.of(state, MAIL, A)).isEmpty();
        assertThat(state.attestation(A).orElseThrow().sentence(state.now()))
                .contains("a new generation");
    }

    @Test
    void survivorsSiteTakesItsGroupUpAboveEveryOldEpoch() {
        found(ANN, BEN);
        assertThat(apply(new Command.RegainLease(SHOP, B, new Epoch(1))))
                .isInstanceOf(Reply.Accepted.class);

        assertThat(state.group(SHOP).orElseThrow().epoch())
                .isGreaterThan(SECOND.floor())
                .isEqualTo(state.lease(SHOP).orElseThrow().epoch());
        assertThat(state.lease(SHOP).orElseThrow().held()).isTrue();
    }

    /** The lost majority may have moved the group away and back. */
    @Test
    void nobodyHasHadAGroupWithoutABreakSinceBeforeTheGeneration() {
        found(ANN, BEN);
        apply(new Command.RegainLease(SHOP, B, new Epoch(1)));
        Epoch now = state.group(SHOP).orElseThrow().epoch();
        assertThat(state.ownedSince(SHOP, now)).isEqualTo(SECOND.floor());
    }

    @Test
    void wordOfTheFoundersEndsWithTheSitesReturn() {
        state = state.with(new At.Sweep(A, Instant.EPOCH, 3, ""));
        found(ANN, BEN);
        assertThat(state.sweep(A)).isPresent();
        assertThat(state.founding().orElseThrow().lost()).containsExactly(A);
        assertThat(state.attestation(A).orElseThrow().proof(state.now()).orElseThrow().sentence())
                .contains("ann attested that site a is off")
                .contains("and ben confirmed it");

        apply(
                new Command.AnnounceNode(
                        new NodeSession(
                                new NodeId("a1"),
                                A,
                                7,
                                Instant.EPOCH,
                                "1",
                                "http://a1",
                                true,
                                Sorted.empty(),
                                List.of())));
        assertThat(state.founding().orElseThrow().lost()).isEmpty();
        assertThat(state.sweep(A)).as("what the old generation had listed").isEmpty();
        assertThat(state.generation()).isEqualTo(SECOND);
    }

    @Test
    void wordOfTheFoundersIsBeliedByWhatIsSeenToRun() {
        found(ANN, BEN);
        Command.TellRunning told = new Command.TellRunning(A, new NodeId("a1"), 2);
        assertThat(apply(told)).isInstanceOf(Reply.Accepted.class);

        assertThat(Proofs.of(state, MAIL, A)).isEmpty();
        assertThat(state.attestation(A).orElseThrow().sentence(state.now()))
                .contains("node a1 tells that 2 VMs of protection groups run there");
        assertThat(apply(told)).isInstanceOf(Reply.Rejected.class);
        assertThat(state.belied(A)).isTrue();
        assertThat(apply(new Command.Attest(A, "It is off now", 12, AttestationTerms.DEFAULT)))
                .isInstanceOf(Reply.Accepted.class);
        assertThat(state.belied(A)).isFalse();
    }

    /** Two generations of one number, founded apart: the other one's epochs may be later. */
    @Test
    void siteThatComesOverFromAGenerationFoundedBesideGetsEpochsAboveIts() {
        found(ANN, BEN);
        apply(new Command.RegainLease(MAIL, A, new Epoch(4)));
        Epoch before = state.group(MAIL).orElseThrow().epoch();
        Epoch shop = state.group(SHOP).orElseThrow().epoch();
        Epoch latest = new Epoch(before.value() + 40);
        apply(new Command.TellRejoin(new NodeId("a1"), A, Instant.EPOCH, latest));

        assertThat(state.group(MAIL).orElseThrow().epoch()).isGreaterThan(latest);
        assertThat(state.lease(MAIL).orElseThrow().epoch())
                .isEqualTo(state.group(MAIL).orElseThrow().epoch());
        assertThat(state.group(SHOP).orElseThrow().epoch()).isEqualTo(shop);
        apply(new Command.RegainLease(SHOP, B, shop));
        assertThat(state.group(SHOP).orElseThrow().epoch()).isGreaterThan(latest);
    }

    /** Its guards refuse what comes before their own, whoever has the group in hand. */
    @Test
    void groupThatARunHasInHandGetsALaterEpochAsWell() {
        found(ANN, BEN);
        apply(new Command.RegainLease(MAIL, A, new Epoch(4)));
        Group mail = state.group(MAIL).orElseThrow();
        Optional<RunId> run = Optional.of(new RunId("run-1"));
        state = state.with(new Group(MAIL, mail.runbookHash(), A, mail.epoch(), run));
        Epoch latest = new Epoch(mail.epoch().value() + 40);
        apply(new Command.TellRejoin(new NodeId("a1"), A, Instant.EPOCH, latest));

        assertThat(state.group(MAIL).orElseThrow().epoch()).isGreaterThan(latest);
        assertThat(state.group(MAIL).orElseThrow().activeRun()).isEqualTo(run);
    }

    @Test
    void siteThatComesOverFromAnEarlierGenerationChangesNothing() {
        found(ANN, BEN);
        Founding founding = state.founding().orElseThrow();
        apply(new Command.TellRejoin(new NodeId("a1"), A, Instant.EPOCH, new Epoch(17)));
        assertThat(state.founding()).contains(founding);
    }

    @Test
    void onePersonUnderTwoSpellingsIsNotTwo() {
        assertThat(found(ANN, new Consent(new Actor(" Ann", "api"), "me again", Instant.EPOCH)))
                .isInstanceOf(Reply.Rejected.class);
        assertThat(found(ANN)).isInstanceOf(Reply.Rejected.class);
        assertThat(state.generation()).isEqualTo(Generation.FIRST);
        assertThat(state.lease(SHOP).orElseThrow().held()).isTrue();
    }

    @Test
    void generationBeginsOnceAndBehindItsFork() {
        found(ANN, BEN);
        assertThat(found(ANN, BEN)).isInstanceOf(Reply.Rejected.class);
    }

    @Test
    void auditTrailNamesPeopleWordsAndWhatMayBeLost() {
        Applied applied =
                Transition.apply(
                        state,
                        11,
                        entry(
                                new Command.FoundGeneration(
                                        SECOND,
                                        List.of(ANN, BEN),
                                        List.of(A),
                                        "2 min unknown.",
                                        AttestationTerms.DEFAULT)));
        assertThat(applied.audit().orElseThrow().sentence())
                .contains("generation 2")
                .contains("Site a was declared off")
                .contains("ann: \"Hall A has burnt\"")
                .contains("ben: \"I saw it\"")
                .contains("2 min unknown.");
    }

    private Reply found(Consent... by) {
        return apply(
                new Command.FoundGeneration(
                        SECOND, List.of(by), List.of(A), "Unknown.", AttestationTerms.DEFAULT));
    }

    private Reply apply(Command command) {
        Applied applied = Transition.apply(state, state.index() + 1, entry(command));
        state = applied.state();
        return applied.reply();
    }

    private static Entry entry(Command command) {
        return new Entry("", new Actor("ann", "cli"), Instant.EPOCH, "", command);
    }
}
