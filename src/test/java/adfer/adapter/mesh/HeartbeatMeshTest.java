package adfer.adapter.mesh;

import static adfer.adapter.mesh.LoopbackMesh.FIBRE;
import static adfer.adapter.mesh.LoopbackMesh.VPN;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.kernel.NodeId;
import adfer.mesh.Check;
import adfer.mesh.Facts;
import adfer.mesh.LinkView;
import adfer.mesh.PathName;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

/** Three nodes over real sockets, with faults on the wire. */
class HeartbeatMeshTest {
    private static final NodeId A = new NodeId("a1");
    private static final NodeId B = new NodeId("b1");

    private final LoopbackMesh mesh = loopback();

    private static LoopbackMesh loopback() {
        try {
            return new LoopbackMesh();
        } catch (IOException e) {
            throw new AssertionError("no sockets on loopback", e);
        }
    }

    @BeforeEach
    void start() {
        mesh.startAll();
        soon(mesh::allSeeAll);
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void everyNodeHoldsTheWholeMatrix() {
        mesh.node("a1").facts(() -> new Facts(Check.ANSWERS, 42, true));
        soon(() -> mesh.row("w1", "a1").orElseThrow().facts().applied() == 42);
        LinkView link = mesh.row("w1", "a1").orElseThrow().link(B, VPN).orElseThrow();
        assertThat(link.roundTrip()).isPresent();
        assertThat(link.lastHeard()).isPresent();
        assertThat(mesh.node("w1").lastHeard(A)).isPresent();
        assertThat(mesh.row("w1", "a1").orElseThrow().incarnation())
                .isEqualTo(mesh.node("a1").incarnation());
        assertThat(mesh.node("b1").traffic().forged()).isZero();
    }

    @Test
    void cutPathShowsUpEverywhereAndIsTold() {
        List<String> told = new CopyOnWriteArrayList<>();
        mesh.node("a1").onLinkChange((peer, path, up) -> told.add(peer + " " + path + " " + up));
        mesh.relay("a1", "b1", VPN).lose(1);
        mesh.relay("b1", "a1", VPN).lose(1);
        soon(() -> !isUp("w1", "a1", B, VPN) && !isUp("w1", "b1", A, VPN));
        soon(() -> isUp("w1", "a1", B, FIBRE) && isUp("w1", "b1", A, FIBRE));
        soon(() -> told.contains("b1 vpn false"));
        mesh.relay("a1", "b1", VPN).lose(0);
        mesh.relay("b1", "a1", VPN).lose(0);
        soon(() -> told.contains("b1 vpn true"));
        soon(mesh::allSeeAll);
    }

    @Test
    void oneWayCutIsDownOnBothSidesAndHeardOnOne() {
        mesh.relay("a1", "b1", VPN).lose(1);
        soon(() -> !isUp("w1", "a1", B, VPN) && !isUp("w1", "b1", A, VPN));
        soon(() -> link("w1", "a1", B, VPN).hearing() && !link("w1", "b1", A, VPN).hearing());
    }

    @Test
    void lossIsMeasuredInItsDirection() {
        mesh.relay("a1", "b1", FIBRE).lose(0.4);
        soon(() ->
                link("b1", "b1", A, FIBRE).loss() > 0.15
                        && link("b1", "a1", B, FIBRE).loss() < 0.1);
    }

    @Test
    void spoiledDatagramsDoNotCount() {
        mesh.relays("a1", "b1").forEach(relay -> relay.spoil(true));
        soon(() -> !mesh.sees("b1", "a1"));
        var traffic = mesh.node("b1").traffic();
        assertThat(traffic.forged() + traffic.malformed()).isPositive();
        mesh.relays("a1", "b1").forEach(relay -> relay.spoil(false));
        soon(mesh::allSeeAll);
    }

    @Test
    void repeatedDatagramsReviveNobody() throws IOException {
        mesh.stop("a1");
        soon(() -> !mesh.sees("b1", "a1"));
        Duration silence = mesh.node("b1").lastHeard(A).orElseThrow();
        long before = mesh.node("b1").traffic().replayed();
        int repeated = repeatAll();
        soon(() -> mesh.node("b1").traffic().replayed() - before >= repeated / 2);
        assertThat(mesh.sees("b1", "a1")).isFalse();
        assertThat(mesh.node("b1").lastHeard(A).orElseThrow()).isGreaterThan(silence);
    }

    @Test
    void repeatedDatagramsReviveNobodyForARestartedReceiver() throws IOException {
        mesh.stop("a1");
        mesh.stop("b1");
        mesh.start("b1");
        soon(() -> mesh.sees("b1", "w1"));
        int repeated = repeatAll();
        soon(() -> mesh.node("b1").traffic().unproven() >= repeated / 2);
        assertThat(mesh.sees("b1", "a1")).isFalse();
        assertThat(mesh.node("b1").lastHeard(A)).isEmpty();
    }

    @Test
    void restartedPeerIsSeenInItsNewLife() {
        long before = mesh.node("a1").incarnation();
        mesh.stop("a1");
        mesh.start("a1");
        soon(mesh::allSeeAll);
        soon(() ->
                mesh.row("b1", "a1").orElseThrow().incarnation() == mesh.node("a1").incarnation());
        assertThat(mesh.node("a1").incarnation()).isNotEqualTo(before);
    }

    @Test
    void takenPathIsTriedAgain() throws IOException {
        mesh.stop("a1");
        try (DatagramSocket taken = occupy("a1", VPN)) {
            assertThat(taken.isBound()).isTrue();
            mesh.start("a1");
            soon(() -> isUp("b1", "a1", B, FIBRE) && !isUp("b1", "a1", B, VPN));
        }
        soon(mesh::allSeeAll);
    }

    @Test
    void nodeThatCanListenNowhereSaysSo() throws IOException {
        mesh.stop("a1");
        try (DatagramSocket one = occupy("a1", FIBRE);
                DatagramSocket two = occupy("a1", VPN);
                HeartbeatMesh node = mesh.prepare("a1")) {
            assertThat(one.isBound() && two.isBound()).isTrue();
            assertThatThrownBy(node::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("Node a1 can't join the mesh: path fibre can't be")
                    .hasMessageEndingWith("Check its paths' hosts and ports.");
        }
    }

    @Test
    void failingFactsDoNotStopTheHeart() {
        mesh.node("a1")
                .facts(() -> {
                    throw new IllegalStateException("no facts today");
                });
        long before = mesh.node("a1").traffic().sent();
        soon(() -> mesh.node("a1").traffic().sent() > before + 100);
        soon(mesh::allSeeAll);
    }

    private int repeatAll() throws IOException {
        int repeated = 0;
        for (UdpRelay relay : mesh.relays("a1", "b1")) {
            repeated += relay.repeat();
        }
        assertThat(repeated).isPositive();
        return repeated;
    }

    private DatagramSocket occupy(String node, PathName path) throws IOException {
        return new DatagramSocket(mesh.port(node, path), InetAddress.getLoopbackAddress());
    }

    private boolean isUp(String holder, String observer, NodeId peer, PathName path) {
        return link(holder, observer, peer, path).up();
    }

    private LinkView link(String holder, String observer, NodeId peer, PathName path) {
        return mesh.row(holder, observer).flatMap(row -> row.link(peer, path)).orElseThrow();
    }

    private static void soon(Callable<Boolean> holds) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(holds);
    }
}
