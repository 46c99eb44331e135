package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Facts;
import adfer.mesh.LinkPolicy;
import adfer.mesh.Matrix;
import adfer.mesh.PathName;
import adfer.mesh.Row;
import adfer.mesh.Topology;
import adfer.mesh.Topology.Node;
import adfer.mesh.Topology.Path;
import adfer.mesh.Topology.Role;
import adfer.mesh.Topology.Site;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** All nodes' protocols in one thread and in virtual time, over a network from a seed. */
final class VirtualMesh {
    static final MeshKey KEY = MeshKey.of(new byte[32]);
    private static final Instant WALL = Instant.parse("2030-01-01T00:00:00Z");

    /** How the network treats a datagram. */
    interface Fate {
        /**
         * @return how long it takes in nanoseconds; negative when it is lost
         */
        long of(NodeId from, NodeId to, PathName path, Random random);
    }

    private record Event(long at, long number, Runnable action) {}

    /** What was once on the wire. */
    record Recorded(NodeId from, Outgoing datagram) {}

    final Topology topology;
    final LinkPolicy policy;
    final Map<NodeId, Duration> wallOffsets = new HashMap<>();
    final Map<NodeId, Facts> facts = new HashMap<>();
    final Set<NodeId> frozen = new HashSet<>();
    final List<Recorded> record = new ArrayList<>();
    final TreeMap<NodeId, MeshProtocol> nodes = new TreeMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Random random;
    Fate fate = (from, to, path, chance) -> 1_000_000;
    long now;
    int downs;
    private long number;
    private long lives;

    VirtualMesh(Topology topology, LinkPolicy policy, long seed) {
        this.topology = topology;
        this.policy = policy;
        this.random = new Random(seed);
    }

    /** Nodes a1, b1 and the witness w1, with the paths fibre and vpn. */
    static Topology threeSites() {
        List<Site> sites = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        for (String name : List.of("a", "b", "w")) {
            Role role = name.equals("w") ? Role.WITNESS : Role.DATA_CENTRE;
            sites.add(new Site(new SiteId(name), name, role));
            List<Path> paths =
                    List.of(
                            new Path(new PathName("fibre"), "fibre." + name, 1),
                            new Path(new PathName("vpn"), "vpn." + name, 1));
            nodes.add(new Node(new NodeId(name + "1"), new SiteId(name), paths));
        }
        return new Topology(sites, nodes);
    }

    VirtualMesh startAll() {
        topology.nodes().forEach(node -> start(node.id()));
        return this;
    }

    void start(NodeId id) {
        MeshConfig config = MeshConfig.of(KEY).with(policy);
        long start = now;
        MeshClock clock =
                MeshClock.of(
                        () -> now,
                        () ->
                                WALL.plusNanos(now)
                                        .plus(wallOffsets.getOrDefault(id, Duration.ZERO)));
        MeshProtocol node = new MeshProtocol(topology, id, config, clock, ++lives * 1_000 + start);
        nodes.put(id, node);
        at(now + random.nextLong(policy.interval().toNanos()), () -> tick(id, node));
    }

    void kill(String id) {
        nodes.remove(new NodeId(id));
    }

    private void at(long when, Runnable action) {
        events.add(new Event(when, number++, action));
    }

    private void tick(NodeId id, MeshProtocol node) {
        if (nodes.get(id) != node) {
            return;
        }
        at(now + node.tick().toNanos(), () -> tick(id, node));
        if (frozen.contains(id)) {
            return;
        }
        MeshProtocol.Due due = node.due(facts.getOrDefault(id, Facts.NONE));
        downs += (int) due.changes().stream().filter(change -> !change.up()).count();
        due.datagrams().forEach(datagram -> send(id, datagram));
    }

    private void send(NodeId from, Outgoing datagram) {
        record.add(new Recorded(from, datagram));
        if (record.size() > 2_000) {
            record.removeFirst();
        }
        long takes = fate.of(from, datagram.to(), datagram.path(), random);
        if (takes >= 0) {
            at(now + takes, () -> deliver(datagram));
        }
    }

    void deliver(Outgoing datagram) {
        deliver(datagram.to(), datagram.path(), datagram.bytes());
    }

    /** As it comes out of the wire; what comes to a frozen node waits in its socket. */
    void deliver(NodeId to, PathName path, byte[] bytes) {
        MeshProtocol node = nodes.get(to);
        if (node != null && frozen.contains(to)) {
            at(now + 10_000_000, () -> deliver(to, path, bytes));
        } else if (node != null) {
            node.received(path, bytes, bytes.length).ifPresent(answer -> send(to, answer));
        }
    }

    void pass(Duration time) {
        long end = now + time.toNanos();
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event event = events.remove();
            now = event.at();
            event.action().run();
        }
        now = end;
    }

    Matrix matrix(String holder) {
        return node(holder).matrix();
    }

    Row row(String holder, String observer) {
        return matrix(holder).row(new NodeId(observer)).orElseThrow();
    }

    boolean sees(String one, String other) {
        return row(one, one).sees(new NodeId(other));
    }

    MeshProtocol node(String id) {
        MeshProtocol node = nodes.get(new NodeId(id));
        if (node == null) {
            throw new AssertionError(id + " isn't running");
        }
        return node;
    }
}
