package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The links of a site that are down between nodes that live, and whose fault they seem to be. */
final class DeadLinks {
    private final Sight sight;

    DeadLinks(Sight sight) {
        this.sight = sight;
    }

    /** One clause per pair of nodes; empty when every link that concerns the site is up. */
    List<String> of(SiteId site) {
        List<String> clauses = new ArrayList<>();
        for (NodeId mine : sight.reached(site)) {
            for (Topology.Node peer : sight.topology().nodes()) {
                boolean twice = peer.site().equals(site) && peer.id().compareTo(mine) <= 0;
                if (sight.reaches(peer.id()) && !twice) {
                    clause(node(mine), peer).ifPresent(clauses::add);
                }
            }
        }
        return clauses;
    }

    private Optional<String> clause(Topology.Node mine, Topology.Node peer) {
        List<PathName> shared = Topology.shared(mine, peer);
        List<PathName> down =
                shared.stream()
                        .filter(path -> isDown(mine, peer, path))
                        .filter(path -> !isPeersFault(mine, peer, path))
                        .toList();
        if (down.isEmpty()) {
            return Optional.empty();
        }
        boolean all = down.size() == shared.size();
        String pair = Words.and(List.of(mine.id(), peer.id()).stream().sorted().toList());
        return Optional.of(
                pair
                        + " do not reach each other on "
                        + (all ? "any path" : Words.counted("path", down))
                        + oneWay(mine.id(), peer.id(), down));
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
    private boolean isPeersFault(Topology.Node mine, Topology.Node peer, PathName path) {
        return hasLost(peer, path) && !hasLost(mine, path);
    }

    private boolean hasLost(Topology.Node node, PathName path) {
        List<Topology.Node> peers =
                sight.topology().nodes().stream()
                        .filter(peer -> !peer.equals(node) && sight.reaches(peer.id()))
                        .filter(peer -> Topology.shared(node, peer).contains(path))
                        .toList();
        return peers.size() > 1 && peers.stream().allMatch(peer -> isDown(node, peer, path));
    }

    private Topology.Node node(NodeId id) {
        return sight.topology().node(id).orElseThrow();
    }
}
