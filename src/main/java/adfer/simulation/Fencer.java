package adfer.simulation;

import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.run.TaskProgress.Executor;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Fencing;
import adfer.state.Fencing.Standing;
import adfer.state.Reply;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** Switches off what the log tells its node to, in this life of it, and says what it saw. */
final class Fencer {
    private static final int ATTEMPTS = 2;

    private final Node node;
    private final World world;
    private final Set<String> begun = new HashSet<>();

    Fencer(Node node) {
        this.node = node;
        this.world = node.world;
    }

    void begin() {
        begun.clear();
    }

    void applied(ClusterState state, SortedSet<Key> touched) {
        touched.subSet(new Key(Kind.FENCING, ""), new Key(Kind.FENCING, "\uffff")).stream()
                .flatMap(key -> state.find(key).stream())
                .map(Fencing.class::cast)
                .forEach(this::consider);
    }

    private void consider(Fencing fencing) {
        boolean mine = fencing.executor().equals(new Executor(node.id(), node.life()));
        if (mine && current(fencing) && begun.add(fencing.key() + "/" + fencing.order())) {
            attempt(fencing, 1);
        }
    }

    private void attempt(Fencing fencing, int number) {
        node.after(
                world.chance.millis(100, 3_000),
                () -> {
                    world.checks.fenced(fencing);
                    world.counts.count(Counts.Of.FENCES);
                    boolean said = world.plug(fencing.host()).switchOff();
                    long asOf = node.state().index();
                    node.after(
                            world.chance.millis(20, 2_000),
                            () -> look(fencing, number, said, asOf));
                });
    }

    private void look(Fencing fencing, int number, boolean said, long asOf) {
        boolean off =
                world.mutated(Mutation.FENCE_BELIEVED)
                        ? said
                        : world.plug(fencing.host()).look().filter(on -> !on).isPresent();
        if (off) {
            long since = world.mutated(Mutation.LOOK_WITHOUT_INDEX) ? Long.MAX_VALUE : asOf;
            node.after(world.worstMoments.fences(node), () -> finish(fencing, true, since, number));
        } else {
            again(fencing, number);
        }
    }

    private void again(Fencing fencing, int number) {
        if (number < ATTEMPTS && current(fencing)) {
            attempt(fencing, number + 1);
        } else {
            finish(fencing, false, 0, ATTEMPTS);
        }
    }

    private void finish(Fencing fencing, boolean off, long asOf, int number) {
        if (!current(fencing)) {
            return;
        }
        node.propose(
                node.self(),
                new Command.FinishFence(
                        fencing.site(),
                        fencing.host(),
                        fencing.order(),
                        off,
                        asOf,
                        "simulated",
                        off ? "It is off." : "It can't be had."),
                15 * Events.SECOND,
                reply -> {
                    if (reply.isEmpty()) {
                        node.after(500 * Events.MILLI, () -> finish(fencing, off, asOf, number));
                    } else if (belied(reply)) {
                        again(fencing, number);
                    }
                });
    }

    /** The site has shown life since this node looked. */
    private static boolean belied(Optional<Reply> reply) {
        return reply.orElse(null) instanceof Reply.Rejected(long ignored, var problem)
                && problem.code().equals("site-lives");
    }

    private boolean current(Fencing fencing) {
        return node.state()
                .fencing(fencing.site(), fencing.host())
                .filter(now -> now.order() == fencing.order())
                .filter(now -> now.standing() == Standing.UNDER_WAY)
                .isPresent();
    }
}
