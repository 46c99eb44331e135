package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.Sorted;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One node's view of all its peers, and of itself.
 *
 * @param incarnation the life of the observer that made this row
 * @param sequence grows with each row of that life
 * @param stalled how long the observer itself lately stood still (starved, paused); what it then
 *     misses says nothing of the others
 * @param links sorted by peer and path
 * @param clockOffsets the peer's wall clock minus the observer's; right within half the round trip
 */
public record Row(
        NodeId observer,
        long incarnation,
        long sequence,
        Duration stalled,
        Facts facts,
        List<LinkView> links,
        SortedMap<NodeId, Duration> clockOffsets) {
    public Row {
        links = List.copyOf(links);
        clockOffsets = Sorted.copy(clockOffsets);
    }

    /** Whether there is any path there and back. */
    public boolean sees(NodeId peer) {
        return linksTo(peer).stream().anyMatch(LinkView::up);
    }

    /** Whether the peer's messages arrive, though perhaps none of ours do there. */
    public boolean hears(NodeId peer) {
        return linksTo(peer).stream().anyMatch(link -> link.up() || link.hearing());
    }

    public List<LinkView> linksTo(NodeId peer) {
        return links.stream().filter(link -> link.peer().equals(peer)).toList();
    }

    public Optional<LinkView> link(NodeId peer, PathName path) {
        return linksTo(peer).stream().filter(link -> link.path().equals(path)).findFirst();
    }
}
