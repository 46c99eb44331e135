package adfer.adapter.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.adapter.mesh.PacketCodec.Opened;
import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Check;
import adfer.mesh.Facts;
import adfer.mesh.LinkView;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.PathName;
import adfer.mesh.Row;

import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

class PacketCodecTest {
    private final PacketCodec codec = new PacketCodec(MeshKey.of(new byte[32]));

    @Test
    void whatWasSealedIsOpened() {
        Packet packet = packet(List.of(row("a1", 3, "fibre", "vpn"), row("w1", 3, "fibre")));
        assertThat(open(codec.seal(packet))).isEqualTo(new Opened.Genuine(packet));
    }

    @Test
    void noChangedBytePasses() {
        byte[] sealed = codec.seal(packet(List.of(row("a1", 3, "fibre"))));
        for (int i = 0; i < sealed.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = sealed.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThat(open(changed)).isNotInstanceOf(Opened.Genuine.class);
            }
        }
    }

    @Test
    void noPartAndNoGarbagePasses() {
        byte[] sealed = codec.seal(packet(List.of()));
        for (int length = 0; length < sealed.length; length++) {
            assertThat(codec.open(sealed, length)).isNotInstanceOf(Opened.Genuine.class);
        }
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] garbage = new byte[random.nextInt(PacketCodec.MAX_BYTES + 2)];
            random.nextBytes(garbage);
            System.arraycopy(sealed, 0, garbage, 0, Math.min(garbage.length, random.nextInt(60)));
            assertThat(open(garbage)).isNotInstanceOf(Opened.Genuine.class);
        }
    }

    @Test
    void anotherKeyIsForged() {
        byte[] other = new byte[32];
        other[31] = 1;
        byte[] sealed = new PacketCodec(MeshKey.of(other)).seal(packet(List.of()));
        assertThat(open(sealed)).isEqualTo(new Opened.Forged());
    }

    @Test
    void keyIsNeverPrintedAndNeverShort() {
        assertThat(
                        MeshConfig.of(
                                        MeshKey.of(
                                                "0123456789abcdef"
                                                        .getBytes(StandardCharsets.US_ASCII)))
                                .toString())
                .doesNotContain("0123456789");
        assertThatThrownBy(() -> MeshKey.of(new byte[15]))
                .hasMessage("The mesh's key has 15 bytes: use at least 16 random ones.");
    }

    @Test
    void sixteenNodesWithThreePathsFit() {
        Row own = row("node-with-twenty-let", 16, "primary", "second", "vpn").row();
        Row full = withOffsets(own);
        byte[] sealed = codec.seal(packet(List.of(aged(full), row("b1", 16, "primary"))));
        assertThat(sealed.length).isLessThanOrEqualTo(PacketCodec.MAX_BYTES);
        assertThat(rows(sealed).getFirst().row().links()).hasSize(45);
    }

    @Test
    void whatDoesNotFitIsThinnedOutToOneLinkForEachPeer() {
        Row own = row("x".repeat(20), 30, "primary", "second", "vpn").row();
        byte[] sealed = codec.seal(packet(List.of(aged(withOffsets(own)))));
        assertThat(sealed.length).isLessThanOrEqualTo(PacketCodec.MAX_BYTES);
        List<LinkView> links = rows(sealed).getFirst().row().links();
        assertThat(links).hasSize(29);
        assertThat(links).allMatch(LinkView::up);
    }

    private static Row withOffsets(Row row) {
        TreePMap<NodeId, Duration> offsets = TreePMap.empty();
        for (LinkView link : row.links()) {
            offsets = offsets.plus(link.peer(), Duration.ofNanos(-1_234_567));
        }
        return new Row(
                row.observer(),
                row.incarnation(),
                row.sequence(),
                row.stalled(),
                row.facts(),
                row.links(),
                offsets);
    }

    private List<Aged> rows(byte[] sealed) {
        return open(sealed) instanceof Opened.Genuine(Packet packet) ? packet.rows() : List.of();
    }

    private Opened open(byte[] datagram) {
        return codec.open(datagram, datagram.length);
    }

    private static Packet packet(List<Aged> rows) {
        return new Packet(
                Packet.Kind.BEAT,
                new NodeId("a1"),
                new NodeId("b1"),
                new PathName("fibre"),
                -77,
                12,
                Duration.ofNanos(123_456_789),
                987_654_321_000L,
                Optional.of(new Packet.Echo(5, Duration.ofSeconds(9), 8, 7, Duration.ofNanos(6))),
                rows);
    }

    private static Aged aged(Row row) {
        return new Aged(row, Duration.ofMillis(250));
    }

    /** The last path is up, the others are not. */
    private static Aged row(String observer, int nodes, String... paths) {
        List<LinkView> links = new ArrayList<>();
        for (int i = 1; i < nodes; i++) {
            for (String path : paths) {
                boolean up = path.equals(paths[paths.length - 1]);
                links.add(
                        new LinkView(
                                new NodeId("peer-" + i),
                                new PathName(path),
                                up,
                                up,
                                Optional.of(Duration.ofMillis(321)),
                                Optional.of(Duration.ofNanos(1_234_000)),
                                Optional.of(Duration.ofNanos(56_000)),
                                up ? 0 : 1));
            }
        }
        Facts facts =
                new Facts(Check.ANSWERS, 4711, true)
                        .withBeacons(Map.of(new SiteId("b"), Check.SILENT))
                        .withNtpOffset(Optional.of(Duration.ofMillis(-3)))
                        .withRunning(Optional.of(17))
                        .of(Generation.FIRST.next(4_711, new NodeId("b1"), "fe".repeat(32)), true);
        return aged(
                new Row(
                        new NodeId(observer),
                        99,
                        1234,
                        Duration.ofMillis(40),
                        facts,
                        links,
                        TreePMap.singleton(new NodeId("peer-1"), Duration.ofMillis(-12))));
    }
}
