package adfer.service;

import adfer.inventory.Host;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.FenceOrders;
import adfer.state.Fencing;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Stance;
import adfer.state.Vigil;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
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
    private final Map<GroupId, Long> refused = new TreeMap<>();
    private Vigil vigil = Vigil.NONE;

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
                    vigil = vigil.noted(state, steadyNanos.getAsLong());
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

    private void consider(ClusterState state, Group group)
            throws InterruptedException, ExecutionException, TimeoutException {
        Autopilot.Held held = vigil.held(state, group, steadyNanos.getAsLong());
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

    private boolean refusedLately(GroupId group) {
        Long at = refused.get(group);
        return at != null && steadyNanos.getAsLong() - at < REFUSED.toNanos();
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
                refused.put(stance.group(), steadyNanos.getAsLong());
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
