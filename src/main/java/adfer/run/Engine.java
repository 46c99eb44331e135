package adfer.run;

import adfer.kernel.HostId;
import adfer.kernel.Problem;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskProgress.Status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run needs next: a pure function of the run, the living workers and the time. It decides
 * nothing that the plan left open but which of a site's nodes carries a task out.
 */
public final class Engine {
    /**
     * How long after a task's own deadline its executor may be silent before the task is in doubt.
     */
    public static final Duration SILENCE = Duration.ofSeconds(20);

    private final Run run;
    private final Workers workers;
    private final Instant now;
    private final List<TaskStart> starts = new ArrayList<>();
    private final List<TaskAttempt> doubts = new ArrayList<>();
    private final List<TaskProgress> timeUp = new ArrayList<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Map<String, Integer> load = new TreeMap<>();

    /**
     * @param starts to be committed, and only then carried out
     * @param doubts running attempts whose executor is gone
     * @param timeUp pauses that are over
     * @param waiting what the run waits for, in sentences
     */
    public record Next(
            List<TaskStart> starts,
            List<TaskAttempt> doubts,
            List<TaskProgress> timeUp,
            List<String> waiting) {}

    private Engine(Run run, Workers workers, Instant now) {
        this.run = run;
        this.workers = workers;
        this.now = now;
    }

    public static Next next(Run run, Workers workers, Instant now) {
        Engine engine = new Engine(run, workers, now);
        engine.doubtTheLost();
        switch (run.header().phase()) {
            case RUNNING, CANCELLING -> {
                engine.endPauses();
                engine.startTasks();
            }
            case PAUSED -> engine.waiting.add("An operator paused the run.");
            case DONE, CANCELLED -> {}
        }
        return new Next(engine.starts, engine.doubts, engine.timeUp, List.copyOf(engine.waiting));
    }

    private void doubtTheLost() {
        run.running()
                .filter(task -> task.executor().isPresent())
                .forEach(task -> {
                    Executor executor = task.executor().orElseThrow();
                    Duration allowed =
                            run.task(task.task())
                                    .map(Task::timeout)
                                    .orElse(Duration.ZERO)
                                    .plus(SILENCE);
                    if (!workers.alive(executor) || task.startedAt().plus(allowed).isBefore(now)) {
                        doubts.add(new TaskAttempt(task.task(), task.attempt()));
                    } else {
                        load.merge(executor.node().value(), 1, Integer::sum);
                    }
                });
    }

    private void endPauses() {
        run.running()
                .filter(task ->
                        run.task(task.task()).map(Task::action).orElse(null)
                                        instanceof TaskAction.Wait wait
                                && wait.time().isPresent()
                                && !task.startedAt().plus(wait.time().get()).isAfter(now))
                .forEach(timeUp::add);
    }

    private void startTasks() {
        for (Turn.Share share : Turn.of(run)) {
            startTasks(share);
        }
        if (run.header().phase() == Phase.CANCELLING && Turn.underWay(run)) {
            waiting.add("What is under way is left to end before anything is taken back.");
        }
    }

    private void startTasks(Turn.Share share) {
        int room = share.step().atOnce();
        Map<HostId, Integer> perHost = new TreeMap<>();
        for (Task task : share.tasks()) {
            if (run.status(task.id()).filter(Status.RUNNING::equals).isPresent()) {
                room--;
                host(task).ifPresent(host -> perHost.merge(host, 1, Integer::sum));
            }
        }
        for (Task task : share.tasks()) {
            if (room <= 0) {
                return;
            }
            boolean hostHasRoom =
                    host(task)
                            .map(host -> perHost.getOrDefault(host, 0) < share.step().perHost())
                            .orElse(true);
            if (hostHasRoom && startable(task) && start(task)) {
                room--;
                host(task).ifPresent(host -> perHost.merge(host, 1, Integer::sum));
            }
        }
    }

    private static Optional<HostId> host(Task task) {
        return task.action() instanceof TaskAction.StartVm start
                ? Optional.of(start.host())
                : Optional.empty();
    }

    private boolean startable(Task task) {
        Optional<TaskProgress> progress = run.progress(task.id());
        return progress.isEmpty()
                || switch (progress.get().status()) {
                    case DOUBTFUL -> true;
                    case RETRYING -> !progress.get().notBefore().orElse(now).isAfter(now);
                    case RUNNING, DONE, FAILED, SKIPPED -> false;
                };
    }

    private boolean start(Task task) {
        Optional<Problem> hindrance = Turn.hindrance(run, task, Handover.owner(run));
        if (hindrance.isPresent()) {
            waiting.add(hindrance.get().sentence());
            return false;
        }
        int attempt = run.progress(task.id()).map(TaskProgress::attempt).orElse(0) + 1;
        if (!needsExecutor(task)) {
            starts.add(new TaskStart(task.id(), attempt, Optional.empty()));
            return true;
        }
        Optional<Executor> idlest =
                workers.at(task.site()).stream()
                        .min((a, b) -> Integer.compare(loadOf(a), loadOf(b)));
        if (idlest.isEmpty()) {
            waiting.add(
                    "No node of site " + task.site() + " can be reached to carry out its tasks.");
            return false;
        }
        load.merge(idlest.get().node().value(), 1, Integer::sum);
        starts.add(new TaskStart(task.id(), attempt, idlest));
        return true;
    }

    private int loadOf(Executor executor) {
        return load.getOrDefault(executor.node().value(), 0);
    }

    /**
     * True for tasks that a node carries out; the others are settled by the state machine or by
     * people.
     */
    public static boolean needsExecutor(Task task) {
        return switch (task.action()) {
            case TaskAction.StopVm ignored -> true;
            case TaskAction.StartVm ignored -> true;
            case TaskAction.RunScript ignored -> true;
            case TaskAction.Ask ignored -> true;
            case TaskAction.Approve ignored -> false;
            case TaskAction.Wait ignored -> false;
            case TaskAction.MoveOwnership ignored -> false;
        };
    }
}
