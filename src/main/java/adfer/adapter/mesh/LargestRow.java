package adfer.adapter.mesh;

import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Check;
import adfer.mesh.Facts;
import adfer.mesh.LinkView;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.PathName;
import adfer.mesh.Row;
import adfer.mesh.Topology;

import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The largest row a node can ever have, tried for size before it joins the mesh. */
final class LargestRow {
    private LargestRow() {}

    /**
     * @throws IllegalArgumentException with one sentence when some peer could never be told of it
     */
    static void check(Topology topology, Topology.Node self, PacketCodec codec) {
        Row row = row(topology, self);
        for (LinkView link : row.links()) {
            if (!codec.carries(packet(self, link, row))) {
                throw new IllegalArgumentException(
                        ("The mesh has too many nodes (%d), or too long names, for what %s sees of"
                                        + " them to fit into one datagram: shorten the names of"
                                        + " nodes, sites and paths.")
                                .formatted(topology.nodes().size(), self.id()));
            }
        }
    }

    private static Row row(Topology topology, Topology.Node self) {
        List<LinkView> links = new ArrayList<>();
        for (Topology.Node peer : topology.nodes()) {
            for (PathName path : Topology.shared(self, peer)) {
                if (!peer.equals(self)) {
                    var time = Optional.of(Duration.ofHours(1));
                    links.add(new LinkView(peer.id(), path, true, true, time, time, time, 1));
                }
            }
        }
        TreePMap<SiteId, Check> beacons = TreePMap.empty();
        for (Topology.Site site : topology.sites()) {
            beacons = beacons.plus(site.id(), Check.ANSWERS);
        }
        Generation later = Generation.FIRST.next(0, longestName(topology), "0".repeat(64));
        Facts facts =
                new Facts(
                        Check.ANSWERS,
                        beacons,
                        0,
                        true,
                        Optional.of(Duration.ZERO),
                        Optional.of(0),
                        later,
                        true);
        return new Row(self.id(), 0, 0, Duration.ZERO, facts, links, TreePMap.empty());
    }

    private static NodeId longestName(Topology topology) {
        return topology.nodes().stream()
                .map(Topology.Node::id)
                .max(Comparator.comparingInt(id -> id.value().length()))
                .orElseThrow();
    }

    private static Packet packet(Topology.Node self, LinkView link, Row row) {
        Packet.Echo echo = new Packet.Echo(0, Duration.ZERO, 0, 0, Duration.ZERO);
        return new Packet(
                Packet.Kind.BEAT,
                self.id(),
                link.peer(),
                link.path(),
                0,
                0,
                Duration.ZERO,
                0,
                Optional.of(echo),
                List.of(new Aged(row, Duration.ZERO)));
    }
}
