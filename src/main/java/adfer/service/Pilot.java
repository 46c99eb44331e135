package adfer.service;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Fencing;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Stance;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets {@link Autopilot} decide, at the leader, and carries out what it decided: commits the stance
 * first, then starts the run.
 */
public final class Pilot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pilot.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration COMMIT = Duration.ofSeconds(10);

    /** What the log has refused is not asked for again at once. */
    private static final Duration REFUSED = Duration.ofSeconds(5);

    private final Replica replica;
    private final Submitter submitter;
    private final InstantSource clock;
    private final LongSupplier steadyNanos;
    private final FenceOrders fences;
    private final Supplier<String> ids;
    private final Thread loop;
    private final Map<SiteId, Since<SiteVerdict.Status>> verdicts = new TreeMap<>();
    private final Map<GroupId, Since<Epoch>> tenures = new TreeMap<>();
    private final Map<GroupId, Instant> listings = new TreeMap<>();
    private final Map<GroupId, Since<String>> refused = new TreeMap<>();

    /** What has been so since when, by this node's steady clock. */
    private record Since<T>(T what, long at) {}

    public Pilot(
            Replica replica,
            Submitter submitter,
            InstantSource clock,
            LongSupplier steadyNanos,
            FenceOrders fences,
            Supplier<String> ids) {
        this.replica = replica;
        this.submitter = submitter;
        this.clock = clock;
        this.steadyNanos = steadyNanos;
        this.fences = fences;
        this.ids = ids;
        this.loop = Thread.ofVirtual().name("autopilot").start(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(TICK);
                try {
                    ClusterState state = replica.state();
                    List<Group> groups = state.groups().toList();
                    groups.forEach(group -> note(state, group));
                    if (replica.leadership().leading()) {
                        for (Group group : groups) {
                            consider(state, group);
                        }
                        for (Command order : fences.doubtful(state)) {
                            commit("The node that was told to is gone.", order);
                        }
                    }
                } catch (ExecutionException | TimeoutException | RuntimeException e) {
                    LOG.warn("The autopilot tries again: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every node measures, so that a new leader need not begin anew. */
    private void note(ClusterState state, Group group) {
        state.verdict(group.owner())
                .map(SiteVerdict::status)
                .ifPresent(status -> note(verdicts, group.owner(), status));
        state.lease(group.id())
                .filter(Lease::held)
                .map(Lease::epoch)
                .ifPresentOrElse(
                        epoch -> note(tenures, group.id(), epoch),
                        () -> tenures.remove(group.id()));
    }

    private <K, T> void note(Map<K, Since<T>> notes, K about, T what) {
        Since<T> before = notes.get(about);
        if (before == null || !before.what().equals(what)) {
            notes.put(about, new Since<>(what, steadyNanos.getAsLong()));
        }
    }

    private Duration since(@Nullable Since<?> note) {
        return note == null ? Duration.ZERO : Duration.ofNanos(steadyNanos.getAsLong() - note.at());
    }

    private void consider(ClusterState state, Group group)
            throws InterruptedException, ExecutionException, TimeoutException {
        Autopilot.Held held =
                new Autopilot.Held(
                        since(verdicts.get(group.owner())),
                        since(tenures.get(group.id())),
                        listed(state, group));
        if (Autopilot.settled(state, group, held)) {
            settle(group);
        }
        Optional<Stance> stance =
                Autopilot.consider(
                                state, group, held, (operation, id) -> plan(state, operation, id))
                        .filter(taken -> !Autopilot.known(state, taken));
        if (stance.isPresent() && !refusedLately(group.id())) {
            LOG.info("{}: {}", group.id(), stance.get().sentence());
            take(state, stance.get());
        }
    }

    /**
     * A listing that was under way while the site was cut off may come late and tell old things.
     */
    private boolean listed(ClusterState state, Group group) {
        Since<Epoch> tenure = tenures.get(group.id());
        Optional<Instant> sweep = state.sweep(group.owner()).map(At.Sweep::at);
        if (tenure == null || since(tenure).compareTo(Autopilot.SETTLING) < 0) {
            listings.remove(group.id());
            return false;
        }
        Instant first = listings.computeIfAbsent(group.id(), id -> sweep.orElse(Instant.EPOCH));
        return sweep.filter(first::isBefore).isPresent();
    }

    private boolean refusedLately(GroupId group) {
        Since<String> refusal = refused.get(group);
        return refusal != null && since(refusal).compareTo(REFUSED) < 0;
    }

    private void settle(Group group)
            throws InterruptedException, ExecutionException, TimeoutException {
        commit("", new Command.SettleLease(group.id(), group.epoch()));
    }

    /** Acts before it says so: whoever leads next must not take the word for the deed. */
    private void take(ClusterState state, Stance stance)
            throws InterruptedException, ExecutionException, TimeoutException {
        Stance taken = stance;
        Optional<Operation> operation =
                switch (stance.kind()) {
                    case ACTS -> Optional.of(Operation.FAILOVER);
                    case RESTARTS -> Optional.of(Operation.RESTART);
                    case IDLE, WAITS, PROPOSES, DECLINES, FENCES -> Optional.empty();
                };
        if (operation.isPresent()) {
            Plan plan = plan(state, operation.get(), stance.group()).orElseThrow();
            RunId run = new RunId(ids.get());
            Reply reply = commit(stance.sentence(), new Command.StartRun(run, plan));
            if (reply instanceof Reply.Rejected(long ignored, var problem)) {
                taken = stance.declined(problem.sentence());
                refused.put(
                        stance.group(), new Since<>(problem.sentence(), steadyNanos.getAsLong()));
            }
        }
        if (stance.kind() == Stance.Kinds.FENCES) {
            taken = fence(state, stance);
        }
        commit("", new Command.TakeStance(taken));
    }

    private Stance fence(ClusterState state, Stance stance)
            throws InterruptedException, ExecutionException, TimeoutException {
        SiteId lost = state.group(stance.group()).orElseThrow().owner();
        List<HostId> notOff =
                state.hosts(lost)
                        .map(Host::id)
                        .filter(host ->
                                state.fencing(lost, host)
                                        .filter(f -> f.standing() == Fencing.Standing.OFF)
                                        .isEmpty())
                        .toList();
        return switch (fences.orders(state, lost, notOff)) {
            case Result.Refused<List<Command>>(var problems) ->
                    stance.declined(problems.getFirst().sentence());
            case Result.Ok<List<Command>>(var orders) -> {
                Stance taken = stance;
                for (Command order : orders) {
                    if (commit(stance.sentence(), order)
                            instanceof Reply.Rejected(long ignored, var problem)) {
                        taken = stance.declined(problem.sentence());
                    }
                }
                yield taken;
            }
        };
    }

    private Optional<Plan> plan(ClusterState state, Operation operation, GroupId group) {
        return switch (Planner.plan(Planner.Request.of(operation, group), state, clock.instant())) {
            case Result.Ok<Plan>(var plan) -> Optional.of(plan);
            case Result.Refused<Plan> ignored -> Optional.empty();
        };
    }

    private Reply commit(String reason, Command command)
            throws InterruptedException, ExecutionException, TimeoutException {
        return submitter
                .submit(Autopilot.BY, "", reason, command)
                .get(COMMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
