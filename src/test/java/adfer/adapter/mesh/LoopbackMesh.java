package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.LinkPolicy;
import adfer.mesh.PathName;
import adfer.mesh.Row;
import adfer.mesh.Topology;
import adfer.mesh.Topology.Node;
import adfer.mesh.Topology.Path;
import adfer.mesh.Topology.Role;
import adfer.mesh.Topology.Site;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Three real nodes with two paths on loopback, and a relay in each direction of each link. */
final class LoopbackMesh implements AutoCloseable {
    static final PathName FIBRE = new PathName("fibre");
    static final PathName VPN = new PathName("vpn");
    static final List<PathName> PATHS = List.of(FIBRE, VPN);
    static final List<String> NAMES = List.of("a1", "b1", "w1");
    private static final MeshKey KEY =
            MeshKey.of("a key for tests only, 32 bytes !".getBytes(StandardCharsets.US_ASCII));

    private record Wire(String from, String to, PathName path) {}

    private record End(String node, PathName path) {}

    private final MeshConfig config;
    private final Map<End, Integer> ports = new HashMap<>();
    private final Map<Wire, UdpRelay> relays = new HashMap<>();
    private final TreeMap<String, HeartbeatMesh> nodes = new TreeMap<>();

    /** Beats fast. */
    LoopbackMesh() throws IOException {
        this(LinkPolicy.every(Duration.ofMillis(50)));
    }

    LoopbackMesh(LinkPolicy policy) throws IOException {
        this.config = MeshConfig.of(KEY).with(policy);
        for (String name : NAMES) {
            for (PathName path : PATHS) {
                ports.put(new End(name, path), freePort());
            }
        }
        for (String from : NAMES) {
            for (String to : NAMES) {
                for (PathName path : PATHS) {
                    if (!from.equals(to)) {
                        relays.put(new Wire(from, to, path), new UdpRelay(port(to, path)));
                    }
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port(String node, PathName path) {
        return present(ports.get(new End(node, path)));
    }

    UdpRelay relay(String from, String to, PathName path) {
        return present(relays.get(new Wire(from, to, path)));
    }

    List<UdpRelay> relays(String from, String to) {
        return PATHS.stream().map(path -> relay(from, to, path)).toList();
    }

    LoopbackMesh startAll() {
        NAMES.forEach(this::start);
        return this;
    }

    HeartbeatMesh start(String name) {
        HeartbeatMesh mesh = prepare(name);
        nodes.put(name, mesh);
        mesh.start();
        return mesh;
    }

    HeartbeatMesh prepare(String name) {
        return new HeartbeatMesh(topology(name), new NodeId(name), config);
    }

    void stop(String name) {
        node(name).close();
        nodes.remove(name);
    }

    HeartbeatMesh node(String name) {
        return present(nodes.get(name));
    }

    Optional<Row> row(String holder, String observer) {
        return node(holder).matrix().row(new NodeId(observer));
    }

    boolean sees(String one, String other) {
        return row(one, one).filter(row -> row.sees(new NodeId(other))).isPresent();
    }

    /** Whether every node holds that all links of all nodes are up. */
    boolean allSeeAll() {
        return NAMES.stream()
                .allMatch(holder ->
                        NAMES.stream()
                                .allMatch(observer ->
                                        row(holder, observer)
                                                .filter(LoopbackMesh::isWhole)
                                                .isPresent()));
    }

    private static boolean isWhole(Row row) {
        return row.links().size() == 4 && row.links().stream().allMatch(link -> link.up());
    }

    /** As the node sees it: its own ports, and for each peer the relay towards it. */
    private Topology topology(String self) {
        List<Site> sites = new ArrayList<>();
        List<Node> all = new ArrayList<>();
        for (String name : NAMES) {
            SiteId site = new SiteId(name.substring(0, 1));
            Role role = name.equals("w1") ? Role.WITNESS : Role.DATA_CENTRE;
            sites.add(new Site(site, name, role));
            List<Path> paths =
                    PATHS.stream()
                            .map(path ->
                                    new Path(
                                            path,
                                            "127.0.0.1",
                                            name.equals(self)
                                                    ? port(name, path)
                                                    : relay(self, name, path).port()))
                            .toList();
            all.add(new Node(new NodeId(name), site, paths));
        }
        return new Topology(sites, all);
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("no such node or link");
        }
        return value;
    }

    @Override
    public void close() {
        nodes.values().forEach(HeartbeatMesh::close);
        relays.values().forEach(UdpRelay::close);
    }
}
