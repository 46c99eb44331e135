package adfer.adapter.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Check;
import adfer.mesh.Facts;
import adfer.mesh.LinkPolicy;
import adfer.mesh.LinkView;
import adfer.mesh.PathName;
import adfer.mesh.Topology;
import adfer.mesh.Topology.Node;
import adfer.mesh.Topology.Path;
import adfer.mesh.Topology.Role;
import adfer.mesh.Topology.Site;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The protocol in virtual time, each run from a fixed seed. */
class MeshProtocolTest {
    private static final NodeId A = new NodeId("a1");
    private static final NodeId B = new NodeId("b1");
    private static final NodeId W = new NodeId("w1");
    private static final PathName FIBRE = new PathName("fibre");
    private static final PathName VPN = new PathName("vpn");
    private static final Duration WARM = Duration.ofSeconds(30);

    private final VirtualMesh mesh =
            new VirtualMesh(VirtualMesh.threeSites(), LinkPolicy.DEFAULT, 1).startAll();

    @Test
    void allSeeAllAndEverybodyKnows() {
        mesh.pass(WARM);
        for (String holder : List.of("a1", "b1", "w1")) {
            for (String observer : List.of("a1", "b1", "w1")) {
                assertThat(mesh.row(holder, observer).links()).hasSize(4).allMatch(LinkView::up);
            }
            assertThat(mesh.matrix(holder).rows().values())
                    .allMatch(aged -> aged.age().compareTo(Duration.ofMillis(600)) < 0);
        }
        LinkView link = mesh.row("a1", "a1").link(B, FIBRE).orElseThrow();
        assertThat(link.roundTrip().orElseThrow())
                .isCloseTo(Duration.ofMillis(2), Duration.ofNanos(1000));
        assertThat(link.loss()).isZero();
    }

    @Test
    void deadPeerIsMissedWithinTwoAndAHalfSeconds() {
        for (int round = 0; round < 20; round++) {
            VirtualMesh fresh =
                    new VirtualMesh(VirtualMesh.threeSites(), LinkPolicy.DEFAULT, round).startAll();
            fresh.pass(WARM.plusMillis(37L * round));
            fresh.kill("a1");
            fresh.pass(Duration.ofMillis(1500));
            assertThat(fresh.sees("b1", "a1") && fresh.sees("w1", "a1")).isTrue();
            fresh.pass(Duration.ofSeconds(1));
            assertThat(fresh.row("b1", "w1").sees(A)).isFalse();
            assertThat(fresh.row("b1", "b1").sees(A)).isFalse();
        }
    }

    @Test
    void oneDeadPathIsOneDeadLink() {
        mesh.pass(WARM);
        mesh.fate =
                (from, to, path, chance) ->
                        path.equals(VPN) && !from.equals(W) && !to.equals(W) ? -1 : 1_000_000;
        mesh.pass(Duration.ofSeconds(4));
        assertThat(mesh.row("w1", "a1").link(B, VPN).orElseThrow().up()).isFalse();
        assertThat(mesh.row("w1", "a1").link(B, FIBRE).orElseThrow().up()).isTrue();
        assertThat(mesh.row("w1", "b1").link(A, VPN).orElseThrow().up()).isFalse();
        assertThat(mesh.row("w1", "b1").link(W, VPN).orElseThrow().up()).isTrue();
    }

    @Test
    void oneWayLossIsDownOnBothSidesAndHeardOnOne() {
        mesh.pass(WARM);
        mesh.fate = (from, to, path, chance) -> from.equals(A) && to.equals(B) ? -1 : 1_000_000;
        mesh.pass(Duration.ofSeconds(4));
        LinkView atA = mesh.row("w1", "a1").link(B, FIBRE).orElseThrow();
        LinkView atB = mesh.row("w1", "b1").link(A, FIBRE).orElseThrow();
        assertThat(List.of(atA.up(), atA.hearing())).containsExactly(false, true);
        assertThat(List.of(atB.up(), atB.hearing())).containsExactly(false, false);
    }

    @Test
    void lossIsMeasuredInItsDirection() {
        mesh.fate =
                (from, to, path, chance) ->
                        from.equals(A) && to.equals(B) && chance.nextDouble() < 0.2
                                ? -1
                                : 1_000_000;
        mesh.pass(Duration.ofMinutes(2));
        assertThat(mesh.row("b1", "b1").link(A, FIBRE).orElseThrow().loss())
                .isCloseTo(0.2, within(0.15));
        assertThat(mesh.row("b1", "a1").link(B, FIBRE).orElseThrow().loss()).isZero();
        assertThat(mesh.sees("b1", "a1")).isTrue();
    }

    @Test
    void lossDelayAndReorderingRaiseNoAlarm() {
        mesh.fate =
                (from, to, path, chance) ->
                        chance.nextDouble() < 0.03
                                ? -1
                                : 5_000_000 + (long) (chance.nextDouble() * 400_000_000);
        mesh.pass(WARM);
        mesh.downs = 0;
        mesh.pass(Duration.ofMinutes(15));
        assertThat(mesh.downs).isZero();
    }

    @Test
    void restartedPeerIsSeenInItsNewLife() {
        mesh.pass(WARM);
        long before = mesh.row("b1", "a1").incarnation();
        mesh.kill("a1");
        mesh.pass(Duration.ofSeconds(1));
        mesh.start(A);
        mesh.pass(Duration.ofSeconds(2));
        assertThat(mesh.row("b1", "a1").incarnation()).isNotEqualTo(before);
        assertThat(mesh.sees("b1", "a1")).isTrue();
        assertThat(mesh.sees("a1", "b1")).isTrue();
        assertThat(mesh.downs).isZero();
    }

    @Test
    void replayRevivesNobody() {
        mesh.pass(WARM);
        mesh.kill("a1");
        List<Outgoing> old = from(A);
        for (int i = 0; i < 100; i++) {
            replay(old);
            mesh.pass(Duration.ofMillis(100));
        }
        assertThat(mesh.sees("b1", "a1")).isFalse();
        assertThat(mesh.row("b1", "b1").link(A, FIBRE).orElseThrow().hearing()).isFalse();
        assertThat(mesh.node("b1").traffic(0, 0).replayed()).isGreaterThan(1_000);
    }

    @Test
    void replayAfterTheReceiversRestartRevivesNobody() {
        mesh.pass(WARM);
        mesh.kill("a1");
        mesh.kill("b1");
        List<Outgoing> old = from(A);
        mesh.start(B);
        for (int i = 0; i < 100; i++) {
            replay(old);
            mesh.pass(Duration.ofMillis(100));
        }
        assertThat(mesh.row("b1", "b1").sees(A)).isFalse();
        assertThat(mesh.row("b1", "b1").hears(A)).isFalse();
        assertThat(mesh.node("b1").lastHeard(A)).isEmpty();
        assertThat(mesh.node("b1").traffic(0, 0).unproven()).isGreaterThan(1_000);
    }

    @Test
    void datagramsHeldBackProveOnlyTheMomentTheyWereSent() {
        mesh.pass(WARM);
        mesh.fate = (from, to, path, chance) -> from.equals(A) ? -1 : 1_000_000;
        mesh.record.clear();
        mesh.pass(Duration.ofSeconds(1));
        mesh.kill("a1");
        List<Outgoing> held = from(A);
        mesh.pass(Duration.ofSeconds(10));
        Duration silence = mesh.node("b1").lastHeard(A).orElseThrow();
        replay(held);
        Duration after = mesh.node("b1").lastHeard(A).orElseThrow();
        assertThat(after).isBetween(Duration.ofSeconds(10), silence);
        assertThat(mesh.sees("b1", "a1")).isFalse();
        assertThat(mesh.matrix("b1").rows().values())
                .filteredOn(aged -> aged.row().observer().equals(A))
                .allMatch(aged -> aged.age().compareTo(Duration.ofSeconds(10)) >= 0);
    }

    @Test
    void endedLifeDoesNotComeBack() {
        mesh.pass(WARM);
        List<Outgoing> old = from(A);
        mesh.kill("a1");
        mesh.start(A);
        mesh.pass(Duration.ofSeconds(2));
        long life = mesh.row("b1", "a1").incarnation();
        for (int i = 0; i < 50; i++) {
            replay(old);
            mesh.pass(Duration.ofMillis(50));
            assertThat(mesh.row("b1", "a1").incarnation()).isEqualTo(life);
        }
        assertThat(mesh.sees("b1", "a1")).isTrue();
    }

    @Test
    void datagramForAnotherNodeOrPathIsNotTaken() {
        mesh.pass(WARM);
        long before = mesh.node("w1").traffic(0, 0).misdirected();
        from(A, B).limit(10).forEach(out -> mesh.deliver(W, out.path(), out.bytes()));
        from(A, W)
                .filter(out -> out.path().equals(FIBRE))
                .limit(10)
                .forEach(out -> mesh.deliver(W, VPN, out.bytes()));
        assertThat(mesh.node("w1").traffic(0, 0).misdirected() - before).isEqualTo(20);
    }

    @Test
    void frozenNodeSaysSoAndAccusesNobody() {
        mesh.pass(WARM);
        mesh.frozen.add(B);
        mesh.pass(Duration.ofSeconds(3));
        mesh.frozen.clear();
        mesh.pass(Duration.ofMillis(150));
        assertThat(mesh.row("b1", "b1").stalled()).isGreaterThan(Duration.ofSeconds(2));
        assertThat(mesh.sees("b1", "a1") && mesh.sees("b1", "w1")).isTrue();
        mesh.pass(Duration.ofSeconds(5));
        assertThat(mesh.row("a1", "b1").stalled()).isZero();
    }

    @Test
    void rowsTravelRoundADeadLink() {
        mesh.facts.put(A, new Facts(Check.ANSWERS, 1, false));
        mesh.pass(WARM);
        mesh.fate = (from, to, path, chance) -> from.equals(W) || to.equals(W) ? 1_000_000 : -1;
        mesh.pass(Duration.ofSeconds(4));
        mesh.facts.put(A, new Facts(Check.SILENT, 1, false));
        mesh.pass(Duration.ofMillis(1200));
        assertThat(mesh.sees("b1", "a1")).isFalse();
        assertThat(mesh.row("b1", "a1").facts().hypervisor()).isEqualTo(Check.SILENT);
    }

    @Test
    void wallClocksAreComparedAndMatterForNothingElse() {
        mesh.wallOffsets.put(B, Duration.ofHours(-3));
        mesh.wallOffsets.put(W, Duration.ofMillis(250));
        mesh.fate = (from, to, path, chance) -> 1_000_000 + chance.nextInt(2_000_000);
        mesh.pass(WARM);
        assertThat(mesh.row("a1", "a1").clockOffsets().get(B))
                .isCloseTo(Duration.ofHours(-3), Duration.ofMillis(2));
        assertThat(mesh.row("a1", "b1").clockOffsets().get(W))
                .isCloseTo(Duration.ofHours(3).plusMillis(250), Duration.ofMillis(2));
        assertThat(mesh.downs).isZero();
    }

    @Test
    void sixteenNodesAtThreePathsHoldTheWholeMatrix() {
        VirtualMesh large = new VirtualMesh(large(16, "n"), LinkPolicy.DEFAULT, 1).startAll();
        large.pass(Duration.ofSeconds(5));
        assertThat(large.matrix("n3").rows().values())
                .hasSize(16)
                .allMatch(aged -> aged.age().compareTo(Duration.ofSeconds(1)) < 0)
                .allMatch(aged -> aged.row().links().stream().allMatch(LinkView::up));
        assertThat(large.row("n3", "n7").links()).hasSize(45);
    }

    @Test
    void meshTooLargeForOneDatagramIsRefused() {
        VirtualMesh huge = new VirtualMesh(large(20, "x".repeat(80)), LinkPolicy.DEFAULT, 1);
        assertThatThrownBy(huge::startAll)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The mesh has too many nodes (20), or too long names");
    }

    private static Topology large(int count, String prefix) {
        List<Site> sites = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            SiteId site = new SiteId("s" + i % 3);
            if (i <= 3) {
                sites.add(new Site(site, "Site", Role.DATA_CENTRE));
            }
            List<Path> paths = new ArrayList<>();
            for (String path : List.of("fibre", "second", "vpn")) {
                paths.add(new Path(new PathName(path), path + i, 1));
            }
            nodes.add(new Node(new NodeId(prefix + i), site, paths));
        }
        return new Topology(sites, nodes);
    }

    private List<Outgoing> from(NodeId node) {
        return mesh.record.stream()
                .filter(recorded -> recorded.from().equals(node))
                .map(VirtualMesh.Recorded::datagram)
                .toList();
    }

    private Stream<Outgoing> from(NodeId node, NodeId to) {
        return from(node).stream().filter(datagram -> datagram.to().equals(to));
    }

    private void replay(List<Outgoing> datagrams) {
        datagrams.forEach(mesh::deliver);
    }
}
