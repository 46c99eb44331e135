package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How far the holder of a matrix can see: the nodes it reaches by links that are up, through others
 * where it must, as told by rows that are fresh.
 *
 * <p>A link is up when its observer has just had an answer over it, so one side's word is enough to
 * know that it works both ways.
 */
final class Sight {
    private final Topology topology;
    private final Matrix matrix;
    private final JudgePolicy policy;
    private final TreeSet<NodeId> reached = new TreeSet<>();

    Sight(Topology topology, Matrix matrix, JudgePolicy policy) {
        this.topology = topology;
        this.matrix = matrix;
        this.policy = policy;
        ArrayDeque<NodeId> next = new ArrayDeque<>();
        next.add(matrix.holder());
        while (!next.isEmpty()) {
            NodeId node = next.remove();
            if (topology.node(node).isPresent() && reached.add(node)) {
                row(node).ifPresent(row -> next.addAll(seenBy(row)));
            }
        }
    }

    private static List<NodeId> seenBy(Row row) {
        return row.links().stream().filter(LinkView::up).map(LinkView::peer).distinct().toList();
    }

    Topology topology() {
        return topology;
    }

    NodeId holder() {
        return matrix.holder();
    }

    /** The node's row if it is fresh. */
    Optional<Row> row(NodeId node) {
        return matrix.row(node, policy.freshFor());
    }

    boolean reaches(NodeId node) {
        return reached.contains(node);
    }

    List<NodeId> reached(SiteId site) {
        return nodes(site).stream().filter(reached::contains).toList();
    }

    List<NodeId> unreached(SiteId site) {
        return nodes(site).stream().filter(node -> !reached.contains(node)).toList();
    }

    List<NodeId> nodes(SiteId site) {
        return topology.nodesOf(site).stream().map(Topology.Node::id).toList();
    }

    SortedSet<SiteId> sites() {
        return sites(reached);
    }

    private SortedSet<SiteId> sites(Collection<NodeId> nodes) {
        TreeSet<SiteId> sites = new TreeSet<>();
        topology.nodes().stream()
                .filter(node -> nodes.contains(node.id()))
                .forEach(node -> sites.add(node.site()));
        return sites;
    }

    /** Whether so many sites are more than half of all. */
    boolean isMajority(int sites) {
        return 2 * sites > topology.sites().size();
    }

    /** Rows of those who can testify that they miss a site: reached, elsewhere, fresh and awake. */
    List<Row> witnesses(SiteId site) {
        return reached.stream()
                .filter(node -> !nodes(site).contains(node))
                .flatMap(node -> row(node).stream())
                .filter(row -> row.stalled().compareTo(policy.stallAbove()) <= 0)
                .toList();
    }

    SortedSet<SiteId> sitesOf(List<Row> rows) {
        return sites(rows.stream().map(Row::observer).toList());
    }

    /**
     * Whether anybody has ever heard any node of the site, or the holder has waited long enough.
     */
    boolean countsAsSilent(SiteId site, List<Row> observers) {
        List<NodeId> nodes = nodes(site);
        return matrix.taken().compareTo(policy.grace()) >= 0
                || observers.stream()
                        .flatMap(row -> row.links().stream())
                        .anyMatch(link ->
                                nodes.contains(link.peer()) && link.lastHeard().isPresent());
    }

    /** Whether the link is down by all accounts; empty when nobody can tell. */
    Optional<Boolean> isDown(NodeId one, NodeId other, PathName path) {
        List<LinkView> told =
                Stream.concat(
                                row(one).flatMap(row -> row.link(other, path)).stream(),
                                row(other).flatMap(row -> row.link(one, path)).stream())
                        .toList();
        return told.isEmpty()
                ? Optional.empty()
                : Optional.of(told.stream().noneMatch(LinkView::up));
    }
}
