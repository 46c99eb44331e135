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

    static Stream<Task> everyTask(PlannedStep step) {
        return Stream.of(step.tasks(), step.verify(), step.undo()).flatMap(List::stream);
    }

    /** How a step stands, derived from its tasks. */
    public enum StepStatus {
        WAITING,
        RUNNING,
        NEEDS_OPERATOR,
        DONE,
        SKIPPED,
        UNDONE
    }

    public StepStatus stepStatus(PlannedStep step) {
        if (step.skipped().isPresent()) {
            return StepStatus.SKIPPED;
        }
        if (Stream.concat(step.tasks().stream(), step.undo().stream())
                .anyMatch(task -> status(task.id()).filter(Status.FAILED::equals).isPresent())) {
            return StepStatus.NEEDS_OPERATOR;
        }
        if (step.verify().stream()
                .anyMatch(task -> status(task.id()).filter(Status.FAILED::equals).isPresent())) {
            return StepStatus.NEEDS_OPERATOR;
        }
        if (!step.undo().isEmpty() && step.undo().stream().allMatch(this::complete)) {
            return StepStatus.UNDONE;
        }
        if (forwardTasks(step).allMatch(this::complete)) {
            boolean skipped =
                    forwardTasks(step)
                            .anyMatch(task ->
                                    status(task.id()).filter(Status.SKIPPED::equals).isPresent());
            return skipped ? StepStatus.SKIPPED : StepStatus.DONE;
        }
        return begun(step) ? StepStatus.RUNNING : StepStatus.WAITING;
    }

    static Stream<Task> forwardTasks(PlannedStep step) {
        return Stream.concat(step.tasks().stream(), step.verify().stream());
    }

    boolean begun(PlannedStep step) {
        return forwardTasks(step).anyMatch(task -> tasks.containsKey(task.id()));
    }

    boolean complete(PlannedStep step) {
        return step.skipped().isPresent() || forwardTasks(step).allMatch(this::complete);
    }

    /** True once every step that {@code step} waits for is complete. */
    boolean unblocked(PlannedStep step) {
        return step.after().stream().allMatch(id -> step(id).map(this::complete).orElse(true));
    }

    Stream<TaskProgress> inStatus(Status status) {
        return tasks.values().stream().filter(task -> task.status() == status);
    }
}
