package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.Actor;
import adfer.mesh.NodeSession;
import adfer.port.Notifier.Notice;
import adfer.run.TaskProgress.Executor;
import adfer.service.Reasons.Reason;
import adfer.state.Call;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Calls people: the leading node about what the state says, every node about itself. That it calls
 * is committed before it does, so that a reason is told once although leaders change. Where the
 * calling node dies before it has said what came of it, the next leader calls again: at least once,
 * seldom twice.
 */
public final class Pager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pager.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration COMMIT = Duration.ofSeconds(10);

    /** What comes on top waits for the next call. */
    private static final int MOST_REASONS = 50;

    private static final int MOST_AT_ONCE = 4;

    private final String cluster;
    private final Executor self;
    private final Ways ways;
    private final Policy policy;
    private final Replica replica;
    private final Submitter submitter;
    private final Predicate<NodeSession> reachable;
    private final Supplier<Map<String, String>> own;
    private final LongSupplier steadyNanos;
    private final Set<Long> begun = ConcurrentHashMap.newKeySet();
    private final Errands errands;
    private final Thread loop;
    private long ledAt;
    private volatile boolean lonely;

    /**
     * When people are called about the same thing again.
     *
     * @param again where nobody was reached, or where it was over and has come back, not before
     * @param remind while somebody has to do something; zero for never
     * @param alone for how long nobody must lead until a node says that itself
     */
    public record Policy(Duration again, Duration remind, Duration alone) {}

    /**
     * @param reachable whether a node is heard at the moment
     * @param own what people are to be told of this node, by names that last as long as that
     */
    public Pager(
            String cluster,
            Executor self,
            Ways ways,
            Policy policy,
            Replica replica,
            Submitter submitter,
            Predicate<NodeSession> reachable,
            Supplier<Map<String, String>> own,
            LongSupplier steadyNanos) {
        this.cluster = cluster;
        this.self = self;
        this.ways = ways;
        this.policy = policy;
        this.replica = replica;
        this.submitter = submitter;
        this.errands = new Errands(self.node(), submitter);
        this.reachable = reachable;
        this.own = own;
        this.steadyNanos = steadyNanos;
        this.ledAt = steadyNanos.getAsLong();
        this.loop = Thread.ofVirtual().name("pager").start(this::run);
    }

    /** About what nobody could be reached. */
    static List<String> waiting(ClusterState state, Principal who) {
        return who.may(Right.LOOK, Place.CLUSTER)
                ? state.calls().flatMap(call -> call.failure().stream()).toList()
                : List.of();
    }

    private void run() {
        try {
            while (!ways.none() && !Thread.currentThread().isInterrupted()) {
                Thread.sleep(TICK);
                try {
                    carryOutOrders(replica.state());
                    look(replica.state());
                } catch (ExecutionException | TimeoutException | RuntimeException e) {
                    LOG.warn("The pager tries again: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(ClusterState state)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (replica.leadership().leader().isEmpty()) {
            sayThatNobodyLeads(state);
            return;
        }
        ledAt = steadyNanos.getAsLong();
        lonely = false;
        boolean leading = replica.leadership().leading();
        SortedMap<String, Reason> reasons = leading ? Reasons.of(state) : new TreeMap<>();
        own.get().forEach((name, sentence) -> reasons.put(mine(name), new Reason(sentence, false)));
        List<Call.Reason> due =
                reasons.entrySet().stream()
                        .flatMap(one -> due(state, one.getKey(), one.getValue()).stream())
                        .limit(MOST_REASONS)
                        .toList();
        if (!due.isEmpty() && errands.underWay() < MOST_AT_ONCE) {
            commit(new Command.CallPeople(due, self));
        }
        forget(state, reasons, leading);
    }

    private String mine(String name) {
        return "node " + self.node() + " " + name;
    }

    private Optional<Call.Reason> due(ClusterState state, String id, Reason reason) {
        Optional<Call> known = state.call(id);
        boolean due = known.map(call -> due(state, call, reason)).orElse(true);
        return due
                ? Optional.of(
                        new Call.Reason(id, reason.sentence(), known.map(Call::order).orElse(0L)))
                : Optional.empty();
    }

    private boolean due(ClusterState state, Call call, Reason reason) {
        if (call.outcome().isEmpty()) {
            return orphaned(state, call);
        }
        if (!call.outcome().get().reached()) {
            return past(state, call, policy.again());
        }
        return reason.asks() && !policy.remind().isZero() && past(state, call, policy.remind());
    }

    private static boolean past(ClusterState state, Call call, Duration time) {
        return !state.now().isBefore(call.at().plus(time));
    }

    /** Whether the node that was to call is gone without having said that it did. */
    private boolean orphaned(ClusterState state, Call call) {
        return !call.executor().equals(self)
                && state.session(call.executor().node())
                        .filter(node -> node.incarnation() == call.executor().incarnation())
                        .filter(reachable)
                        .isEmpty();
    }

    /** Not at once, so that what comes and goes doesn't call people each time. */
    private void forget(ClusterState state, SortedMap<String, Reason> reasons, boolean leading)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> over =
                state.calls()
                        .filter(call ->
                                call.id().startsWith(mine("")) || (leading && !ofNode(call)))
                        .filter(call ->
                                !reasons.containsKey(call.id())
                                        && call.outcome().isPresent()
                                        && past(state, call, policy.again()))
                        .map(Call::id)
                        .limit(MOST_REASONS)
                        .toList();
        if (!over.isEmpty()) {
            commit(new Command.ForgetCalls(over));
        }
    }

    private static boolean ofNode(Call call) {
        return call.id().startsWith("node ");
    }

    /** From the state, not from the answer: that may have been lost. */
    private void carryOutOrders(ClusterState state) {
        Map<Long, List<Call>> orders =
                state.calls()
                        .filter(call -> call.outcome().isEmpty() && call.executor().equals(self))
                        .collect(
                                Collectors.groupingBy(
                                        Call::order, TreeMap::new, Collectors.toList()));
        begun.retainAll(orders.keySet());
        orders.forEach((order, calls) -> {
            if (errands.underWay() < MOST_AT_ONCE && begun.add(order)) {
                Notice notice =
                        new Notice(
                                cluster,
                                "call-" + order,
                                calls.stream().map(Call::sentence).toList(),
                                calls.getFirst().at());
                errands.begin("call", () -> carryOut(order, notice));
            }
        });
    }

    private void carryOut(long order, Notice notice) throws InterruptedException {
        Ways.Told told = ways.tell(notice);
        Command end =
                new Command.EndCall(
                        order,
                        String.join(" ", notice.sentences()),
                        told.reached(),
                        told.sentence());
        var _ = errands.tell("call " + order, end, () -> pending(order));
    }

    private boolean pending(long order) {
        return replica.state()
                .calls()
                .anyMatch(call -> call.order() == order && call.outcome().isEmpty());
    }

    /** Each node for itself, since nothing can be committed; once, until somebody leads again. */
    private void sayThatNobodyLeads(ClusterState state) {
        Duration since = Duration.ofNanos(steadyNanos.getAsLong() - ledAt);
        if (lonely || since.compareTo(policy.alone()) < 0) {
            return;
        }
        lonely = true;
        String sentence =
                "Node "
                        + self.node()
                        + " has known no leader for "
                        + since.toSeconds()
                        + " s: it sees no majority, so nothing is failed over and nothing can be"
                        + " changed. If the others are lost for good, see ./adfer takeover.";
        LOG.warn("{}", sentence);
        Instant last = state.now();
        errands.begin(
                "call",
                () -> {
                    Ways.Told told =
                            ways.tell(
                                    new Notice(
                                            cluster,
                                            "alone-" + self.node() + "-" + state.index(),
                                            List.of(sentence),
                                            last));
                    LOG.info("Called: {}", told.sentence());
                    if (!told.reached()) {
                        Thread.sleep(policy.again());
                        lonely = false;
                    }
                });
    }

    private Reply commit(Command command)
            throws InterruptedException, ExecutionException, TimeoutException {
        return submitter
                .submit(Actor.system(self.node()), command)
                .get(COMMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        loop.interrupt();
        errands.close();
        ways.close();
    }
}
