package adfer.service;

import adfer.inventory.Host;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Stance;

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

    private final Replica replica;
    private final Submitter submitter;
    private final InstantSource clock;
    private final LongSupplier steadyNanos;
    private final FenceOrders fences;
    private final Supplier<String> ids;
    private final Thread loop;
    private final Map<SiteId, Since> since = new TreeMap<>();

    private record Since(SiteVerdict.Status status, long at) {}

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
                    groups.forEach(group -> note(state, group.owner()));
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
    private void note(ClusterState state, SiteId site) {
        Optional<SiteVerdict.Status> status = state.verdict(site).map(SiteVerdict::status);
        Since before = since.get(site);
        if (status.isPresent() && (before == null || before.status() != status.get())) {
            since.put(site, new Since(status.get(), steadyNanos.getAsLong()));
        }
    }

    private void consider(ClusterState state, Group group)
            throws InterruptedException, ExecutionException, TimeoutException {
        Since noted = since.get(group.owner());
        Duration held =
                noted == null
                        ? Duration.ZERO
                        : Duration.ofNanos(steadyNanos.getAsLong() - noted.at());
        Optional<Stance> stance =
                Autopilot.consider(state, group, held, id -> plan(state, id))
                        .filter(taken -> !Autopilot.known(state, taken));
        if (stance.isPresent()) {
            LOG.info("{}: {}", group.id(), stance.get().sentence());
            take(state, stance.get());
        }
    }

    /** Acts before it says so: whoever leads next must not take the word for the deed. */
    private void take(ClusterState state, Stance stance)
            throws InterruptedException, ExecutionException, TimeoutException {
        Stance taken = stance;
        if (stance.kind() == Stance.Kinds.ACTS) {
            Plan plan = plan(state, stance.group()).orElseThrow();
            RunId run = new RunId(ids.get());
            Reply reply = commit(stance.sentence(), new Command.StartRun(run, plan));
            if (reply instanceof Reply.Rejected(long ignored, var problem)) {
                taken = stance.declined(problem.sentence());
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
        return switch (fences.orders(state, lost, state.hosts(lost).map(Host::id).toList())) {
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

    private Optional<Plan> plan(ClusterState state, GroupId group) {
        return switch (Planner.plan(
                Planner.Request.of(Operation.FAILOVER, group), state, clock.instant())) {
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
