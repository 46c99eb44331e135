package adfer.run;

import static adfer.run.Bench.done;
import static adfer.run.Bench.failed;
import static adfer.run.Plans.A;
import static adfer.run.Plans.B;
import static adfer.run.Plans.ownership;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.run.RunHeader.Phase;
import adfer.state.AttestationTerms;
import adfer.state.Command;
import adfer.state.Founding.Consent;
import adfer.state.TakeoverRules;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

/** When a group changes sites, and on what proof. */
class HandoverTest {

    @Test
    void aMigrationMovesOwnershipOnceEveryStopWasObserved() {
        Bench bench = Bench.migrating("db").until("ownership/move");
        assertThat(bench.owner()).isEqualTo(B);
        assertThat(bench.epoch()).isEqualTo(new Epoch(2));
        assertThat(bench.journal()).contains("Site b owns catalogue from here on, at epoch 2.");
        assertThat(bench.state().ownedSince(bench.group().id(), new Epoch(2)))
                .isEqualTo(new Epoch(2));
    }

    @Test
    void aVmIsStartedOnlyAtTheOwner() {
        Bench bench =
                Bench.of("db")
                        .begin(Operation.MIGRATION, step("start").starts(B, "db"), ownership());
        assertThat(bench.refused(bench.start("start/db"))).isEqualTo("not-owner");
        assertThat(bench.starts()).doesNotContain("start/db");
        assertThat(bench.next().waiting())
                .anyMatch(sentence -> sentence.contains("the group belongs to site a"));
    }

    @Test
    void ownershipDoesNotMoveWhileAStopIsNotObserved() {
        Bench bench =
                Bench.of("db").begin(Operation.MIGRATION, ownership(), step("stop").stops(A, "db"));
        assertThat(bench.refused(bench.start("ownership/move"))).isEqualTo("source-not-proven-off");
        assertThat(bench.starts()).containsExactly("stop/db");
        assertThat(bench.next().waiting())
                .containsExactly(
                        "Nobody has observed that stop/db is off at site a. Retry it, or attest"
                                + " that the site is off (adfer attest a).");
        bench.step().finish("stop/db", done());
        assertThat(bench.starts()).containsExactly("ownership/move");
    }

    @Test
    void ownershipDoesNotMoveWhenNoStepStopsWhatItStarts() {
        Bench bench =
                Bench.of("db", "web")
                        .begin(
                                Operation.MIGRATION,
                                step("stop").stops(A, "db"),
                                ownership().after("stop"),
                                step("start").after("ownership").starts(B, "db", "web"));
        bench.step().finish("stop/db", done());
        assertThat(bench.refused(bench.start("ownership/move"))).isEqualTo("source-not-proven-off");
        assertThat(bench.starts()).isEmpty();
        bench.attest();
        assertThat(bench.starts()).containsExactly("ownership/move");
    }

    @Test
    void anAttestationStandsInForAStop() {
        Bench bench = Bench.migrating("db").step();
        bench.finish("stop/db", failed(false));
        Decision skip = new Decision.Skip(new StepId("stop"));
        assertThat(bench.refusedDecision(skip)).isEqualTo("safety-step");
        bench.attest();
        assertThat(bench.journal().getLast())
                .isEqualTo(
                        "jane attested that site a is off: \"I pulled the plug\", and bob confirmed"
                                + " it.");
        assertThat(bench.starts()).isEmpty();
        bench.decide(skip).flow();
        assertThat(bench.owner()).isEqualTo(B);
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void aFailoverNeedsProofFromTheStart() {
        Bench bench = Bench.of("db");
        var plan = bench.plan(Operation.FAILOVER, ownership(), step("start").starts(B, "db"));
        assertThat(bench.refused(new Command.StartRun(Bench.RUN, plan)))
                .isEqualTo("source-not-proven-off");
        bench.attest().accepted(new Command.StartRun(Bench.RUN, plan));
        assertThat(bench.journal().get(1)).contains("I pulled the plug");
        assertThat(bench.starts()).containsExactly("ownership/move");
    }

    @Test
    void aMigrationWhoseSourceDiesGoesOnByAttestation() {
        Bench bench =
                Bench.of("web", "db")
                        .begin(
                                Operation.MIGRATION,
                                step("stop").stops(A, "web").wave(1).stops(A, "db"),
                                ownership().after("stop"),
                                step("start").after("ownership").starts(B, "db", "web"));
        bench.step().without(A).step();
        Decision skip = new Decision.Skip(new StepId("stop"));
        assertThat(bench.refusedDecision(skip)).isEqualTo("safety-step");
        bench.attest().decide(skip);
        assertThat(bench.starts()).isEmpty();
        bench.decide(skip).flow();
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
        assertThat(bench.owner()).isEqualTo(B);
    }

    @Test
    void ownershipIsNeverSkipped() {
        Bench bench = failingOver();
        assertThat(bench.refusedDecision(new Decision.Skip(new StepId("ownership"))))
                .isEqualTo("safety-step");
    }

    @Test
    void vmsThatAreSeenToRunTakeTheProofFromTheRun() {
        Bench bench = failingOver();
        bench.submit(new Command.TellRunning(A, new NodeId("a1"), 1));
        assertThat(bench.run().header().proof()).isEmpty();
        assertThat(bench.refused(bench.start("ownership/move"))).isEqualTo("source-not-proven-off");
        assertThat(bench.journal().getLast())
                .contains("node a1 tells that a VM of protection groups runs there");
    }

    @Test
    void aSourceThatLivesTakesTheProofFromTheRun() {
        Bench bench = failingOver();
        bench.submit(new Command.RegainLease(bench.group().id(), A, Epoch.NONE));
        assertThat(bench.run().header().proof()).isEmpty();
        assertThat(bench.journal().getLast()).contains("site a is off: site a claimed its leases");
        assertThat(bench.refused(bench.start("ownership/move"))).isEqualTo("source-not-proven-off");
        bench.attest();
        assertThat(bench.starts()).containsExactly("ownership/move");
    }

    @Test
    void aNewGenerationOfTheClusterTakesTheProofFromTheRun() {
        Bench bench = failingOver();
        bench.accepted(
                TakeoverRules.first(
                        bench.state,
                        new NodeId("b1"),
                        List.of(consent("ann"), consent("ben")),
                        List.of(new SiteId("w")),
                        "Unknown.",
                        AttestationTerms.DEFAULT));
        assertThat(bench.run().header().proof()).isEmpty();
        assertThat(bench.refused(bench.start("ownership/move"))).isEqualTo("source-not-proven-off");
        bench.attest();
        assertThat(bench.starts()).containsExactly("ownership/move");
    }

    private static Consent consent(String name) {
        return new Consent(new Actor(name, "cli"), "It stays off", Instant.EPOCH);
    }

    @Test
    void aStopOutdatesEveryStartOrderedBeforeIt() {
        Bench bench = Bench.migrating("db").step();
        assertThat(bench.progress("stop/db").epoch()).isEqualTo(bench.epoch().next());
        bench.finish("stop/db", done()).until("start/db");
        assertThat(bench.progress("start/db").epoch()).isEqualTo(bench.epoch());
        Epoch started = bench.epoch();
        bench.decide(new Decision.Cancel()).finish("start/db", done()).step();
        assertThat(started.before(bench.progress("start/undo/db").epoch())).isTrue();
    }

    private static Bench failingOver() {
        return Bench.of("db")
                .begin(
                        Operation.FAILOVER,
                        ownership(),
                        step("start").after("ownership").starts(B, "db"));
    }
}
