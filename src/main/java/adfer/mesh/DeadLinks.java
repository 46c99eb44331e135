package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The links of a site that are down between nodes that live, and whose fault they seem to be. */
final class DeadLinks {
    private final Sight sight;

    DeadLinks(Sight sight) {
        this.sight = sight;
    }

    /** One clause per lost path or pair of nodes; empty when every link of the site is up. */
    List<String> of(SiteId site) {
        List<String> clauses = new ArrayList<>();
        for (NodeId id : sight.reached(site)) {
            Topology.Node mine = sight.topology().node(id).orElseThrow();
            List<PathName> lost =
                    mine.paths().stream()
                            .map(Topology.Path::name)
                            .filter(path -> hasLost(mine, path))
                            .toList();
            if (!lost.isEmpty()) {
                clauses.add(
                        "node %s reaches nobody on %s, though it lives"
                                .formatted(id, Words.counted("path", lost)));
            }
            for (Topology.Node peer : sight.topology().nodes()) {
                boolean twice = peer.site().equals(site) && peer.id().compareTo(id) <= 0;
                if (sight.reaches(peer.id()) && !twice) {
                    pair(mine, peer, lost).ifPresent(clauses::add);
                }
            }
        }
        return clauses;
    }

    private Optional<String> pair(Topology.Node mine, Topology.Node peer, List<PathName> lost) {
        List<PathName> shared = Topology.shared(mine, peer);
        List<PathName> down = shared.stream().filter(path -> isDown(mine, peer, path)).toList();
        List<PathName> ours =
                down.stream().filter(path -> !lost.contains(path) && !hasLost(peer, path)).toList();
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        List<NodeId> both = Stream.of(mine.id(), peer.id()).sorted().toList();
        String paths = down.size() == shared.size() ? "any path" : Words.counted("path", ours);
        return Optional.of(
                "nodes %s do not reach each other on %s%s, though both live"
                        .formatted(Words.and(both), paths, oneWay(mine.id(), peer.id(), ours)));
    }

    private String oneWay(NodeId mine, NodeId peer, List<PathName> down) {
        boolean in = down.stream().anyMatch(path -> hears(mine, peer, path));
        boolean out = down.stream().anyMatch(path -> hears(peer, mine, path));
        if (in == out) {
            return "";
        }
        return " (one way: %s still hears %s)".formatted(in ? mine : peer, in ? peer : mine);
    }

    private boolean hears(NodeId one, NodeId other, PathName path) {
        return sight.row(one)
                .flatMap(row -> row.link(other, path))
                .filter(LinkView::hearing)
                .isPresent();
    }

    private boolean isDown(Topology.Node one, Topology.Node other, PathName path) {
        return sight.isDown(one.id(), other.id(), path).orElse(false);
    }

    /** A node that lost a path to everybody has lost it itself: its peers are not to blame. */
    private boolean hasLost(Topology.Node node, PathName path) {
        List<Topology.Node> peers =
                sight.topology().nodes().stream()
                        .filter(peer -> !peer.equals(node) && sight.reaches(peer.id()))
                        .filter(peer -> Topology.shared(node, peer).contains(path))
                        .toList();
        return peers.size() > 1 && peers.stream().allMatch(peer -> isDown(node, peer, path));
    }
}
