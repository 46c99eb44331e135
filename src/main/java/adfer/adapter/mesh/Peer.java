package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.ClockFilter;
import adfer.mesh.PathName;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;

/** Another node, with which of its lives this node talks to. */
final class Peer {
    private static final int MAX_ENDED = 64;

    final NodeId id;
    final TreeMap<PathName, Link> links = new TreeMap<>();
    private final Deque<Long> ended = new ArrayDeque<>();
    private Optional<Long> life = Optional.empty();
    private ClockFilter clock = ClockFilter.EMPTY;

    Peer(NodeId id) {
        this.id = id;
    }

    boolean isLife(long incarnation) {
        return life.isPresent() && life.get() == incarnation;
    }

    boolean hasEnded(long incarnation) {
        return ended.contains(incarnation);
    }

    /** The peer has a new life: the old one is over for good. */
    void adopt(long incarnation) {
        life.ifPresent(ended::addLast);
        if (ended.size() > MAX_ENDED) {
            ended.removeFirst();
        }
        life = Optional.of(incarnation);
        links.values().forEach(link -> link.window.reset());
    }

    /** The latest moment of this node's clock at which, or after which, the peer lived. */
    Optional<Duration> proven() {
        return links.values().stream()
                .flatMap(link -> link.proven().stream())
                .max(Comparator.naturalOrder());
    }

    void clockOff(Duration sample) {
        clock = clock.with(sample);
    }

    Optional<Duration> clockOffset() {
        return clock.offset();
    }
}
