package adfer.service;

import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.port.Fence;
import adfer.run.TaskProgress.Executor;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Fencing;
import adfer.state.Reply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Switches off what the log tells this node to, and says what it saw. A committed order that names
 * this node, in this life of it, is the only way to be told.
 */
public final class Fencer implements Replica.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Fencer.class);

    private final Executor self;
    private final SiteId site;
    private final Fence fence;
    private final Replica replica;
    private final Errands errands;
    private final Set<Order> begun = ConcurrentHashMap.newKeySet();

    private record Order(Key host, long index) {}

    /**
     * @param site this node's own, which it never fences
     */
    public Fencer(Executor self, SiteId site, Fence fence, Replica replica, Submitter submitter) {
        this.self = self;
        this.site = site;
        this.fence = fence;
        this.replica = replica;
        this.errands = new Errands(self.node(), submitter);
        replica.listen(this);
    }

    @Override
    public void applied(ClusterState state, SortedSet<Key> touched) {
        if (touched.isEmpty()) {
            state.fencings().forEach(this::consider);
        }
        touched.subSet(new Key(Kind.FENCING, ""), new Key(Kind.FENCING, "\uffff")).stream()
                .flatMap(key -> state.find(key).stream())
                .map(Fencing.class::cast)
                .forEach(this::consider);
    }

    private void consider(Fencing fencing) {
        Order order = new Order(fencing.key(), fencing.order());
        if (fencing.standing() != Fencing.Standing.UNDER_WAY) {
            begun.remove(order);
        } else if (fencing.executor().equals(self) && !errands.closed() && begun.add(order)) {
            errands.begin("fence " + fencing.host(), () -> carryOut(fencing));
        }
    }

    private void carryOut(Fencing fencing) throws InterruptedException {
        boolean able =
                !fencing.site().equals(site)
                        && fence.hosts()
                                .getOrDefault(fencing.site(), java.util.List.of())
                                .contains(fencing.host());
        if (!able) {
            finish(fencing, false, 0, "none", "This node has no power fence for it.");
            return;
        }
        int attempts = fence.attempts(fencing.site(), fencing.host());
        String agent = "";
        String last = "";
        for (int attempt = 1; attempt <= attempts && !errands.closed(); attempt++) {
            LOG.warn(
                    "Host {} of site {} is switched off, attempt {} of {}.",
                    fencing.host(),
                    fencing.site(),
                    attempt,
                    attempts);
            Fence.Seen order = fence.switchOff(fencing.site(), fencing.host());
            long asOf = replica.state().index();
            Fence.Seen seen = fence.look(fencing.site(), fencing.host());
            LOG.info("{} {}", order.sentence(), seen.sentence());
            agent = seen.agent();
            last = order.sentence() + " " + seen.sentence();
            if (seen.power() == Fence.Power.OFF
                    && finish(fencing, true, asOf, agent, seen.sentence())) {
                return;
            }
        }
        finish(fencing, false, 0, agent, last);
    }

    /**
     * Commits what was seen, as often as it takes.
     *
     * @return false when the site has shown life since this node looked
     */
    private boolean finish(Fencing fencing, boolean off, long asOf, String agent, String sentence)
            throws InterruptedException {
        Command command =
                new Command.FinishFence(
                        fencing.site(),
                        fencing.host(),
                        fencing.order(),
                        off,
                        asOf,
                        agent,
                        sentence);
        return errands.tell("host " + fencing.host(), command, () -> current(fencing))
                .filter(reply ->
                        reply instanceof Reply.Rejected(long ignored, var problem)
                                && problem.code().equals("site-lives"))
                .isEmpty();
    }

    private boolean current(Fencing fencing) {
        return replica.state()
                .fencing(fencing.site(), fencing.host())
                .filter(now -> now.order() == fencing.order())
                .filter(now -> now.standing() == Fencing.Standing.UNDER_WAY)
                .isPresent();
    }

    @Override
    public void close() {
        replica.unlisten(this);
        errands.close();
    }
}
