package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.Row;
import adfer.mesh.Topology;

import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** The latest rows of the other nodes, and which of them to pass on. */
final class Gossip {
    /** Older rows are kept for people to see, but not passed on. */
    private static final Duration WORTH_TELLING = Duration.ofSeconds(5);

    /**
     * @param asOf when it was made or later, by this node's clock
     */
    private record Held(Row row, Duration asOf) {}

    private final Topology topology;
    private final NodeId self;
    private final TreeMap<NodeId, Held> held = new TreeMap<>();
    private int turn;

    Gossip(Topology topology, NodeId self) {
        this.topology = topology;
        this.self = self;
    }

    /**
     * @param sentAfter when the message that brought it was sent, or earlier
     */
    void take(Aged told, Duration sentAfter) {
        Row row = told.row();
        NodeId observer = row.observer();
        if (observer.equals(self) || topology.node(observer).isEmpty()) {
            return;
        }
        Held fresh = new Held(row, sentAfter.minus(told.age()));
        held.merge(observer, fresh, Gossip::newer);
    }

    private static Held newer(Held one, Held two) {
        boolean sameLife = one.row().incarnation() == two.row().incarnation();
        int order =
                sameLife && one.row().sequence() != two.row().sequence()
                        ? Long.compare(one.row().sequence(), two.row().sequence())
                        : one.asOf().compareTo(two.asOf());
        return order < 0 ? two : one;
    }

    TreePMap<NodeId, Aged> rows(Duration now) {
        TreePMap<NodeId, Aged> rows = TreePMap.empty();
        for (Held one : held.values()) {
            rows = rows.plus(one.row().observer(), new Aged(one.row(), now.minus(one.asOf())));
        }
        return rows;
    }

    /** What to tell the peer of others, beginning elsewhere each time, since not all may fit. */
    List<Aged> toTell(NodeId peer, Duration now) {
        List<Aged> fresh = new ArrayList<>();
        for (Aged row : rows(now).values()) {
            if (!row.row().observer().equals(peer) && row.age().compareTo(WORTH_TELLING) < 0) {
                fresh.add(row);
            }
        }
        Collections.rotate(fresh, turn);
        return fresh;
    }

    void nextTurn() {
        turn++;
    }
}
