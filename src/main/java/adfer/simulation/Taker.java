package adfer.simulation;

import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.lease.Overdue;
import adfer.lease.Waiting;
import adfer.state.ClusterState;
import adfer.state.Command;

import java.util.List;
import java.util.SortedSet;

/** Finds, at the leader, that a lease was not renewed for long enough. */
final class Taker {
    private static final long TICK = 100 * Events.MILLI;

    private final Node node;
    private Waiting waiting = Waiting.NONE;

    Taker(Node node) {
        this.node = node;
    }

    void begin() {
        waiting = Waiting.NONE.applied(node.state().leases().toList(), node.clock());
        tick();
    }

    void applied(ClusterState state, SortedSet<Key> touched) {
        boolean leases =
                touched.isEmpty()
                        || !touched.subSet(new Key(Kind.LEASE, ""), new Key(Kind.LEASE, "\uffff"))
                                .isEmpty();
        if (leases) {
            waiting = waiting.applied(state.leases().toList(), node.clock());
        }
    }

    private void tick() {
        node.after(
                TICK,
                () -> {
                    List<Overdue> overdue =
                            node.member.leading()
                                    ? waiting.overdue(node.world.profile.taking(), node.clock())
                                    : List.of();
                    if (overdue.isEmpty()) {
                        tick();
                        return;
                    }
                    node.world.worstMoments.lapses(node);
                    node.soon(() -> propose(overdue));
                });
    }

    private void propose(List<Overdue> overdue) {
        node.propose(
                node.self(), new Command.LapseLeases(overdue), 10 * Events.SECOND, reply -> tick());
    }
}
