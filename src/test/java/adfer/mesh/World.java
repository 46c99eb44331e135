package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.Topology.Node;
import adfer.mesh.Topology.Role;

import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A made-up mesh whose true state is known, and the matrix each node would hold in it. */
final class World {
    static final PathName FIBRE = new PathName("fibre");
    static final PathName VPN = new PathName("vpn");

    private record OneWay(NodeId from, NodeId to, PathName path) {}

    final Topology topology;
    final Map<NodeId, Check> hypervisors = new HashMap<>();
    final Map<NodeId, Duration> stalled = new HashMap<>();
    final Map<NodeId, Map<SiteId, Check>> beacons = new HashMap<>();
    final Set<NodeId> dead = new HashSet<>();
    final Set<NodeId> neverHeard = new HashSet<>();
    private final Set<OneWay> cut = new HashSet<>();

    World(Topology topology) {
        this.topology = topology;
    }

    /** Nodes such as {@code a1 a2 b1 w1}: sites are the first letters, w the witness. */
    static World of(String nodes) {
        return new World(topology(nodes));
    }

    static Topology topology(String names) {
        List<Topology.Site> sites =
                Arrays.stream(names.split(" ", -1))
                        .map(name -> name.substring(0, 1))
                        .distinct()
                        .map(World::site)
                        .toList();
        List<Node> nodes = new ArrayList<>();
        for (String name : names.split(" ", -1)) {
            String host = "10.0.0." + (nodes.size() + 1);
            List<Topology.Path> paths =
                    List.of(
                            new Topology.Path(FIBRE, host, 7001),
                            new Topology.Path(VPN, host, 7002));
            nodes.add(new Node(node(name), new SiteId(name.substring(0, 1)), paths));
        }
        return new Topology(sites, nodes);
    }

    private static Topology.Site site(String name) {
        Role role = name.equals("w") ? Role.WITNESS : Role.DATA_CENTRE;
        return new Topology.Site(new SiteId(name), "Site " + name, role);
    }

    static NodeId node(String name) {
        return new NodeId(name);
    }

    World kill(String... names) {
        for (String name : names) {
            dead.add(node(name));
        }
        return this;
    }

    World revive(String name) {
        dead.remove(node(name));
        return this;
    }

    World cut(String one, String other, PathName... paths) {
        cutOneWay(one, other, paths);
        return cutOneWay(other, one, paths);
    }

    World cutOneWay(String from, String to, PathName... paths) {
        for (PathName path : paths.length == 0 ? new PathName[] {FIBRE, VPN} : paths) {
            cut.add(new OneWay(node(from), node(to), path));
        }
        return this;
    }

    World mend() {
        cut.clear();
        return this;
    }

    private boolean carries(NodeId from, NodeId to, PathName path) {
        return !dead.contains(from)
                && !dead.contains(to)
                && !cut.contains(new OneWay(from, to, path));
    }

    boolean connected(NodeId one, NodeId other) {
        return List.of(FIBRE, VPN).stream()
                .anyMatch(path -> carries(one, other, path) && carries(other, one, path));
    }

    /** Everyone that messages of {@code from} and their answers can get to, hop by hop. */
    Set<NodeId> component(NodeId from) {
        Set<NodeId> seen = new HashSet<>(Set.of(from));
        ArrayDeque<NodeId> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            NodeId at = next.remove();
            for (Node node : topology.nodes()) {
                if (connected(at, node.id()) && seen.add(node.id())) {
                    next.add(node.id());
                }
            }
        }
        return seen;
    }

    Matrix matrix(String holder) {
        return matrix(holder, Duration.ofHours(1));
    }

    /** Rows of the holder's component are fresh; those of the others stem from better times. */
    Matrix matrix(String holder, Duration taken) {
        Set<NodeId> fresh = component(node(holder));
        TreePMap<NodeId, Aged> rows = TreePMap.empty();
        for (Node node : topology.nodes()) {
            boolean isFresh = fresh.contains(node.id());
            Duration age =
                    node.id().equals(node(holder))
                            ? Duration.ZERO
                            : isFresh ? Duration.ofMillis(400) : Duration.ofMinutes(1);
            Row row = isFresh ? row(node) : new World(topology).row(node);
            rows = rows.plus(node.id(), new Aged(row, age));
        }
        return new Matrix(node(holder), taken, rows);
    }

    Row row(Node observer) {
        List<LinkView> links = new ArrayList<>();
        for (Node peer : topology.nodes()) {
            for (PathName path : Topology.shared(observer, peer)) {
                if (!peer.equals(observer)) {
                    links.add(link(observer.id(), peer.id(), path));
                }
            }
        }
        Facts facts =
                new Facts(hypervisors.getOrDefault(observer.id(), Check.NONE), 7, false)
                        .withBeacons(beacons.getOrDefault(observer.id(), Map.of()));
        Duration stall = stalled.getOrDefault(observer.id(), Duration.ZERO);
        return new Row(observer.id(), 1, 1, stall, facts, links, TreePMap.empty());
    }

    private LinkView link(NodeId observer, NodeId peer, PathName path) {
        boolean hearing = carries(peer, observer, path);
        boolean up = hearing && carries(observer, peer, path);
        Optional<Duration> lastHeard =
                neverHeard.contains(peer)
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(up ? 300 : 4000));
        return new LinkView(
                peer, path, up, hearing, lastHeard, Optional.empty(), Optional.empty(), 0);
    }
}
