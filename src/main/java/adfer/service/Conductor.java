package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Key;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.port.Replicator.Leadership;
import adfer.run.Engine;
import adfer.run.Outcome;
import adfer.run.Run;
import adfer.run.TaskProgress.Executor;
import adfer.run.Workers;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Group;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Moves runs on, at the leader: looks at each run whenever something was applied, asks the engine
 * what comes next and commits that. It keeps nothing of its own, so a new leader goes on where the
 * old one stood.
 */
public final class Conductor implements Replica.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Replica replica;
    private final Submitter submitter;
    private final Actor self;
    private final Predicate<NodeSession> reachable;
    private final InstantSource clock;
    private final Signal signal = new Signal();
    private final Thread loop;

    /**
     * @param reachable whether a node is heard at the moment
     */
    public Conductor(
            Replica replica,
            Submitter submitter,
            NodeId self,
            Predicate<NodeSession> reachable,
            InstantSource clock) {
        this.replica = replica;
        this.submitter = submitter;
        this.self = Actor.system(self);
        this.reachable = reachable;
        this.clock = clock;
        replica.listen(this);
        this.loop = Thread.ofVirtual().name("conductor").start(this::run);
    }

    @Override
    public void applied(ClusterState state, SortedSet<Key> touched) {
        signal.ring();
    }

    @Override
    public void led(Leadership now) {
        signal.ring();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                signal.await(LOOK_AGAIN);
                if (replica.leadership().leading()) {
                    conduct(replica.state());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | ExecutionException | TimeoutException e) {
                LOG.warn(
                        "A run could not be moved on just now and is tried again: {}",
                        e.getMessage());
            }
        }
    }

    /**
     * Commits everything that the active runs need next, and waits for it, so that nothing is
     * ordered twice.
     */
    private void conduct(ClusterState state)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<CompletableFuture<?>> ordered = new ArrayList<>();
        Workers workers = workers(state);
        for (RunId id : activeRuns(state)) {
            Run run = state.run(id).orElseThrow();
            Engine.Next next = Engine.next(run, workers, clock.instant());
            commands(id, next).forEach(command -> ordered.add(submitter.submit(self, command)));
        }
        CompletableFuture.allOf(ordered.toArray(CompletableFuture[]::new))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<RunId> activeRuns(ClusterState state) {
        return state.groups().map(Group::activeRun).flatMap(java.util.Optional::stream).toList();
    }

    private static List<Command> commands(RunId id, Engine.Next next) {
        List<Command> commands = new ArrayList<>();
        if (!next.doubts().isEmpty()) {
            commands.add(
                    new Command.DoubtTasks(
                            id,
                            next.doubts(),
                            "the node that was told to do it can't be reached or has restarted."));
        }
        next.timeUp()
                .forEach(task ->
                        commands.add(
                                new Command.FinishTask(
                                        id,
                                        task.task(),
                                        task.attempt(),
                                        new Outcome.Done("The pause is over.", false),
                                        "")));
        if (!next.starts().isEmpty()) {
            commands.add(new Command.StartTasks(id, next.starts()));
        }
        return commands;
    }

    /** The nodes that can be told to act now: those with a hypervisor that this node hears. */
    Workers workers(ClusterState state) {
        SortedMap<SiteId, List<Executor>> bySite = new TreeMap<>();
        state.sessions()
                .filter(session -> session.worker() && reachable.test(session))
                .forEach(session ->
                        bySite.computeIfAbsent(session.site(), site -> new ArrayList<>())
                                .add(new Executor(session.node(), session.incarnation())));
        return new Workers(bySite);
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
