package adfer.run;

import adfer.kernel.RunId;
import adfer.kernel.Sorted;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.run.TaskProgress.Status;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A run as of one index: what it set out to do and how far each task has come. */
public record Run(RunCharter charter, RunHeader header, SortedMap<TaskId, TaskProgress> tasks) {
    public Run {
        tasks = Sorted.copy(tasks);
    }

    public RunId id() {
        return charter.id();
    }

    public Plan plan() {
        return charter.plan();
    }

    public Optional<TaskProgress> progress(TaskId task) {
        return Optional.ofNullable(tasks.get(task));
    }

    public Optional<Status> status(TaskId task) {
        return progress(task).map(TaskProgress::status);
    }

    public boolean complete(Task task) {
        return status(task.id()).map(Status::complete).orElse(false);
    }

    public Optional<PlannedStep> step(StepId id) {
        return plan().steps().stream().filter(step -> step.id().equals(id)).findFirst();
    }

    /** The planned task of this name, among tasks, verifications and undos. */
    public Optional<Task> task(TaskId id) {
        return plan().steps().stream()
                .flatMap(Run::everyTask)
                .filter(task -> task.id().equals(id))
                .findFirst();
    }

    public Optional<PlannedStep> stepOf(TaskId id) {
        return plan().steps().stream()
                .filter(step -> everyTask(step).anyMatch(task -> task.id().equals(id)))
                .findFirst();
    }

    boolean isUndo(TaskId id) {
        return plan().steps().stream()
                .flatMap(step -> step.undo().stream())
                .anyMatch(task -> task.id().equals(id));
    }

    static Stream<Task> everyTask(PlannedStep step) {
        return Stream.of(step.tasks(), step.verify(), step.undo()).flatMap(List::stream);
    }

    /** How a step stands, derived from its tasks and the run's direction. */
    public enum StepStatus {
        WAITING,
        RUNNING,
        NEEDS_OPERATOR,
        DONE,
        /** The run went on without it, or without a part of it. */
        SKIPPED,
        UNDONE
    }

    public StepStatus stepStatus(PlannedStep step) {
        boolean back =
                switch (header.phase()) {
                    case CANCELLING, CANCELLED -> true;
                    case RUNNING, PAUSED, DONE -> false;
                };
        if (step.skipped().isPresent()) {
            return StepStatus.SKIPPED;
        } else if (back && begun(step)) {
            return takenBack(step);
        } else if (any(forwardTasks(step), Status.FAILED)) {
            return StepStatus.NEEDS_OPERATOR;
        } else if (complete(step)) {
            return any(forwardTasks(step), Status.SKIPPED) ? StepStatus.SKIPPED : StepStatus.DONE;
        }
        return begun(step) ? StepStatus.RUNNING : StepStatus.WAITING;
    }

    /** What failed on the way there is nobody's business any more once a step is taken back. */
    private StepStatus takenBack(PlannedStep step) {
        List<Task> undo = Turn.undo(this, step);
        boolean begun = undo.stream().anyMatch(task -> tasks.containsKey(task.id()));
        boolean over = undo.stream().allMatch(this::complete);
        if (any(undo.stream(), Status.FAILED)) {
            return StepStatus.NEEDS_OPERATOR;
        } else if (any(forwardTasks(step), Status.RUNNING) || (begun && !over)) {
            return StepStatus.RUNNING;
        } else if (begun) {
            return any(undo.stream(), Status.SKIPPED) ? StepStatus.SKIPPED : StepStatus.UNDONE;
        } else if (complete(step) && !any(forwardTasks(step), Status.SKIPPED)) {
            return StepStatus.DONE;
        }
        return over ? StepStatus.SKIPPED : StepStatus.WAITING;
    }

    private boolean any(Stream<Task> of, Status status) {
        return of.anyMatch(task -> status(task.id()).filter(status::equals).isPresent());
    }

    static Stream<Task> forwardTasks(PlannedStep step) {
        return Stream.concat(step.tasks().stream(), step.verify().stream());
    }

    boolean begun(PlannedStep step) {
        return forwardTasks(step).anyMatch(task -> tasks.containsKey(task.id()));
    }

    /** A step without work of its own is complete as soon as those it waits for are. */
    boolean complete(PlannedStep step) {
        return forwardTasks(step).findAny().isEmpty()
                ? unblocked(step)
                : forwardTasks(step).allMatch(this::complete);
    }

    /** True once every step that {@code step} waits for is complete. */
    boolean unblocked(PlannedStep step) {
        return step.after().stream().allMatch(id -> step(id).map(this::complete).orElse(true));
    }

    Run with(TaskProgress progress) {
        return new Run(charter, header, Sorted.plus(tasks, progress.task(), progress));
    }

    Stream<TaskProgress> inStatus(Status status) {
        return tasks.values().stream().filter(task -> task.status() == status);
    }
}
