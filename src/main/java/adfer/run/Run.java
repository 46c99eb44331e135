package adfer.run;

import adfer.kernel.RunId;
import adfer.kernel.Sorted;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.run.TaskProgress.Status;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** A run as of one index: what it set out to do and how far each task has come. */
public final class Run {
    private final RunCharter charter;
    private final RunHeader header;
    private final SortedMap<TaskId, TaskProgress> tasks;
    private final Layout layout;
    private final Marks marks;

    private Run(
            RunCharter charter,
            RunHeader header,
            SortedMap<TaskId, TaskProgress> tasks,
            Layout layout,
            Marks marks) {
        this.charter = charter;
        this.header = header;
        this.tasks = tasks;
        this.layout = layout;
        this.marks = marks;
    }

    /** A run of which nothing is begun. */
    public static Run of(RunCharter charter, RunHeader header) {
        return new Run(charter, header, Sorted.empty(), new Layout(charter.plan()), Marks.NONE);
    }

    public Run with(RunHeader changed) {
        return new Run(charter, changed, tasks, layout, marks);
    }

    public Run with(TaskProgress progress) {
        int number = layout.number(progress.task());
        return new Run(
                charter,
                header,
                Sorted.plus(tasks, progress.task(), progress),
                layout,
                number == Layout.NONE ? marks : marks.with(number, progress.status()));
    }

    public RunCharter charter() {
        return charter;
    }

    public RunHeader header() {
        return header;
    }

    /** The progress of every task that is begun. */
    public SortedMap<TaskId, TaskProgress> tasks() {
        return tasks;
    }

    public RunId id() {
        return charter.id();
    }

    public Plan plan() {
        return charter.plan();
    }

    public Optional<TaskProgress> progress(TaskId task) {
        int number = layout.number(task);
        return number != Layout.NONE && marks.begun(number)
                ? Optional.ofNullable(tasks.get(task))
                : Optional.empty();
    }

    public Optional<Status> status(TaskId task) {
        return progress(task).map(TaskProgress::status);
    }

    public boolean complete(Task task) {
        int number = layout.number(task.id());
        return number != Layout.NONE && marks.complete(number);
    }

    public Optional<PlannedStep> step(StepId id) {
        return layout.step(id);
    }

    /** The planned task of this name, among tasks, verifications and undos. */
    public Optional<Task> task(TaskId id) {
        int number = layout.number(id);
        return number == Layout.NONE ? Optional.empty() : Optional.of(layout.task(number));
    }

    public Optional<PlannedStep> stepOf(TaskId id) {
        int number = layout.number(id);
        return number == Layout.NONE ? Optional.empty() : Optional.of(layout.stepOf(number));
    }

    boolean isUndo(TaskId id) {
        int number = layout.number(id);
        return number != Layout.NONE && layout.isUndo(number);
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
        Layout.Place place = layout.place(step);
        return marks.anyBegun(place.first(), place.undo());
    }

    /** A step without work of its own is complete as soon as those it waits for are. */
    boolean complete(PlannedStep step) {
        Layout.Place place = layout.place(step);
        return place.first() == place.undo()
                ? unblocked(step)
                : marks.allComplete(place.first(), place.undo());
    }

    /** True once every step that {@code step} waits for is complete. */
    boolean unblocked(PlannedStep step) {
        return step.after().stream().allMatch(id -> step(id).map(this::complete).orElse(true));
    }

    /** The tasks that are under way, in the order of the plan. */
    public Stream<TaskProgress> running() {
        return marks.running().mapToObj(number -> tasks.get(layout.task(number).id()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Run run
                && charter.equals(run.charter)
                && header.equals(run.header)
                && tasks.equals(run.tasks);
    }

    @Override
    public int hashCode() {
        return Objects.hash(charter, header, tasks);
    }

    @Override
    public String toString() {
        return "run " + id();
    }
}
