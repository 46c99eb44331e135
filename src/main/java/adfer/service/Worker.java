package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.TaskId;
import adfer.plan.Task;
import adfer.run.Outcome;
import adfer.run.Run;
import adfer.run.TaskProgress;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskProgress.Status;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import java.time.Duration;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries out what the log tells this node to do. A committed task start that names this node, in
 * this life of it, is the order; there is no other way to be told.
 */
public final class Worker implements Replica.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration TRY_AGAIN = Duration.ofMillis(500);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);

    private final Executor self;
    private final Replica replica;
    private final Submitter submitter;
    private final TaskRunner runner;
    private final Set<Attempt> begun = ConcurrentHashMap.newKeySet();
    private final Set<Thread> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private record Attempt(RunId run, TaskId task, int number) {}

    public Worker(
            NodeId node,
            long incarnation,
            Replica replica,
            Submitter submitter,
            TaskRunner runner) {
        this.self = new Executor(node, incarnation);
        this.replica = replica;
        this.submitter = submitter;
        this.runner = runner;
        replica.listen(this);
    }

    @Override
    public void applied(ClusterState state, SortedSet<Key> touched) {
        if (touched.isEmpty()) {
            state.openRuns().flatMap(Run::running).forEach(task -> consider(state, task));
        }
        for (Key key : touched.tailSet(new Key(Kind.TASK, ""))) {
            if (key.kind() != Kind.TASK) {
                return;
            }
            state.find(key)
                    .map(TaskProgress.class::cast)
                    .ifPresent(progress -> consider(state, progress));
        }
    }

    /**
     * Begins an attempt once. It is remembered until the log says that it is over: entries about it
     * that are older than its outcome may still be applied here after the leader took that.
     */
    private void consider(ClusterState state, TaskProgress progress) {
        Attempt attempt = new Attempt(progress.run(), progress.task(), progress.attempt());
        if (progress.status() != Status.RUNNING) {
            begun.remove(attempt);
        } else if (progress.executor().filter(self::equals).isPresent()
                && !closed
                && begun.add(attempt)) {
            begin(state.run(progress.run()).orElseThrow(), progress);
        }
    }

    private void begin(Run run, TaskProgress progress) {
        Thread thread =
                Thread.ofVirtual()
                        .name("task " + progress.task())
                        .unstarted(() -> {
                            try {
                                carryOut(run, progress);
                            } finally {
                                underWay.remove(Thread.currentThread());
                            }
                        });
        underWay.add(thread);
        thread.start();
    }

    private void carryOut(Run run, TaskProgress progress) {
        MDC.put("run", run.id().value());
        MDC.put("step", progress.task().value());
        Task task = run.task(progress.task()).orElseThrow();
        Output output = new Output(TaskProgress.MAX_OUTPUT);
        Thread reporter = Thread.ofVirtual().start(() -> report(progress, output));
        LOG.info("Attempt {} begins.", progress.attempt());
        Outcome outcome = runner.run(run.charter(), task, progress, output);
        reporter.interrupt();
        LOG.info("Attempt {} ended: {}", progress.attempt(), outcome);
        deliver(progress, outcome, output.text());
    }

    /** Shows those who watch what a long attempt prints, at most once a second. */
    private void report(TaskProgress progress, Output output) {
        try {
            while (!closed) {
                Thread.sleep(REPORT_EVERY);
                if (output.changed()) {
                    var _ =
                            submitter.submit(
                                    Actor.system(self.node()),
                                    new Command.ReportOutput(
                                            progress.run(),
                                            progress.task(),
                                            progress.attempt(),
                                            output.text()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Commits the outcome, as often as it takes; only a newer attempt or the end of this node make
     * it moot.
     */
    private void deliver(TaskProgress progress, Outcome outcome, String output) {
        Command finish =
                new Command.FinishTask(
                        progress.run(), progress.task(), progress.attempt(), outcome, output);
        try {
            while (!closed && isCurrent(progress)) {
                try {
                    Reply reply =
                            submitter
                                    .submit(Actor.system(self.node()), finish)
                                    .get(30, TimeUnit.SECONDS);
                    LOG.debug("The outcome was committed: {}", reply);
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    LOG.warn(
                            "The outcome could not be committed yet and is tried again: {}",
                            e.getMessage());
                    Thread.sleep(TRY_AGAIN);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isCurrent(TaskProgress progress) {
        return replica.state()
                .find(progress.key())
                .map(TaskProgress.class::cast)
                .filter(now -> now.attempt() == progress.attempt())
                .filter(now -> now.status() == Status.RUNNING || now.status() == Status.DOUBTFUL)
                .isPresent();
    }

    @Override
    public void close() {
        closed = true;
        underWay.forEach(Thread::interrupt);
    }
}
