package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.mesh.NodeSession;
import adfer.run.Proof;
import adfer.run.TaskProgress.Executor;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class FencingTest {
    private static final GroupId MAIL = new GroupId("mail");
    private static final SiteId A = new SiteId("a");
    private static final SiteId B = new SiteId("b");
    private static final HostId H1 = new HostId("h1");
    private static final HostId H2 = new HostId("h2");
    private static final Epoch FIRST = new Epoch(1);
    private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");
    private static final Executor B1 = new Executor(new NodeId("b1"), 7);
    private static final Executor A1 = new Executor(new NodeId("a1"), 7);

    private ClusterState state =
            ClusterState.of(
                    10,
                    NOW,
                    0,
                    AuditEntry.GENESIS,
                    List.of(
                            new Group(MAIL, "hash", A, FIRST, Optional.empty()),
                            Lease.granted(MAIL, A, FIRST, 3),
                            new At.HostAt(A, new Host(H1, 8, 1_024, true)),
                            new At.HostAt(A, new Host(H2, 8, 1_024, true)),
                            session("a1", A, H1, H2),
                            session("b1", B, H1, H2)));

    @Test
    void everyHostSeenOffProvesThatTheSiteIs() {
        assertThat(order(B1, H1, H2)).isEmpty();
        assertThat(Proofs.missing(state, MAIL, A)).contains("is being switched off by node b1");
        finish(H1, true);
        assertThat(proof()).isEmpty();
        finish(H2, true);
        assertThat(proof()).get().isInstanceOf(Proof.PowerFence.class);
        assertThat(proof().orElseThrow().sentence())
                .contains("h1 (fence_x at node b1), h2 (fence_x at node b1)");
        assertThat(Proofs.of(state, MAIL, B)).isEmpty();
    }

    @Test
    void hostThatCouldNotBeSwitchedOffLeavesTheSiteUnproven() {
        order(B1, H1, H2);
        finish(H1, true);
        finish(H2, false);
        assertThat(proof()).isEmpty();
        assertThat(Proofs.missing(state, MAIL, A))
                .contains("Host h2 of site a could not be switched off by node b1: It said so.");
    }

    @Test
    void hostThatTheInventoryKnowsAndNoFenceDoesLeavesTheSiteUnproven() {
        order(B1, H1, H2);
        finish(H1, true);
        finish(H2, true);
        HostId third = new HostId("h3");
        apply(
                new Command.ChangeInventory(
                        List.of(new At.HostAt(A, new Host(third, 8, 1_024, true))), List.of()));
        assertThat(proof()).isEmpty();
        assertThat(Proofs.unfenced(state, A)).containsExactly(third);
        assertThat(Proofs.missing(state, MAIL, A)).contains("There is no power fence for h3");
    }

    @Test
    void renewalAfterwardsVoidsTheProof() {
        order(B1, H1, H2);
        finish(H1, true);
        finish(H2, true);
        renew(B);
        assertThat(proof()).isPresent();
        renew(A);
        assertThat(proof()).isEmpty();
        assertThat(state.fencing(A, H1).orElseThrow().standing()).isEqualTo(Fencing.Standing.VOID);
        order(B1, H1, H2);
        finish(H1, true);
        finish(H2, true);
        assertThat(proof()).isPresent();
    }

    @Test
    void renewalBetweenTheLastLookAndItsCommitIsSeen() {
        order(B1, H1, H2);
        long asOf = state.index();
        renew(A);
        assertThat(finish(H1, true, asOf)).contains("site-lives");
        assertThat(finish(H1, true, state.index())).isEmpty();
    }

    @Test
    void siteIsNeverFencedFromWithinNorByANodeThatCannot() {
        assertThat(order(A1, H1)).contains("own-site");
        assertThat(order(B1, new HostId("h3"))).contains("no-fence");
        assertThat(order(B1)).contains("no-fence");
        assertThat(order(new Executor(B1.node(), 6), H1)).contains("no-such-node");
    }

    @Test
    void triesAreCountedUntilAFenceSucceedsOrTheSiteLives() {
        for (int tries = 1; tries <= 3; tries++) {
            order(B1, H1);
            finish(H1, false);
            assertThat(state.fencing(A, H1).orElseThrow().tries()).isEqualTo(tries);
        }
        renew(A);
        order(B1, H1);
        assertThat(state.fencing(A, H1).orElseThrow().tries()).isEqualTo(1);
        apply(new Command.AnnounceNode(session("w1", new SiteId("w"), H1)));
        order(new Executor(new NodeId("w1"), 7), H1);
        assertThat(state.fencing(A, H1).orElseThrow().tries()).isEqualTo(1);
        finish(H1, true);
        order(B1, H1);
        assertThat(state.fencing(A, H1).orElseThrow().tries()).isEqualTo(1);
    }

    @Test
    void orderOfAnExecutorThatIsGoneIsGivenToAnother() {
        order(B1, H1, H2);
        assertThat(order(B1, H1)).contains("fencing-under-way");
        long first = state.fencing(A, H1).orElseThrow().order();
        apply(new Command.AnnounceNode(session("w1", new SiteId("w"), H1)));
        assertThat(order(new Executor(new NodeId("w1"), 7), H1)).isEmpty();
        assertThat(finish(H1, first, true, state.index())).contains("stale-fence");
        assertThat(finish(H1, true)).isEmpty();
        assertThat(finish(H1, true)).contains("stale-fence");
    }

    @Test
    void leaseThatRanOutUnderLivingGuardsNeedsNoFence() {
        order(B1, H1, H2);
        finish(H1, true);
        finish(H2, true);
        apply(new Command.RenewLeases(A, List.of(new Renewal(MAIL, FIRST, true)), List.of()));
        Lease lease = state.lease(MAIL).orElseThrow();
        apply(new Command.LapseLeases(List.of(new Overdue(MAIL, FIRST, lease.renewal()))));
        assertThat(proof()).get().isInstanceOf(Proof.LeaseRanOut.class);
    }

    private static NodeSession session(String node, SiteId site, HostId... hosts) {
        return new NodeSession(
                new NodeId(node),
                site,
                7,
                NOW,
                "1",
                "",
                true,
                new TreeMap<>(Map.of(A, List.of(hosts))),
                List.of());
    }

    private Optional<Proof> proof() {
        return Proofs.of(state, MAIL, A);
    }

    private Optional<String> order(Executor executor, HostId... hosts) {
        return apply(new Command.OrderFence(A, List.of(hosts), executor));
    }

    private Optional<String> finish(HostId host, boolean off) {
        return finish(host, off, state.index());
    }

    private Optional<String> finish(HostId host, boolean off, long asOf) {
        return finish(host, state.fencing(A, host).orElseThrow().order(), off, asOf);
    }

    private Optional<String> finish(HostId host, long order, boolean off, long asOf) {
        return apply(new Command.FinishFence(A, host, order, off, asOf, "fence_x", "It said so."));
    }

    private void renew(SiteId site) {
        apply(new Command.RenewLeases(site, List.of(new Renewal(MAIL, FIRST, false)), List.of()));
    }

    /** The code with which it was refused. */
    private Optional<String> apply(Command command) {
        Entry entry = new Entry("", new Actor("jane", "cli"), NOW, "", command);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied.reply() instanceof Reply.Rejected(long ignored, var problem)
                ? Optional.of(problem.code())
                : Optional.empty();
    }
}
