package adfer.plan;

import adfer.kernel.StepId;
import adfer.runbook.Step;

import java.util.List;
import java.util.Optional;

/**
 * A step with everything decided.
 *
 * @param kind the runbook's word for its action, or {@link #OWNERSHIP}
 * @param skipped why this step does nothing in this plan, in one sentence; then it has no tasks
 * @param tasks the work, waves in ascending order
 * @param verify tasks that begin when all {@code tasks} are done; the step is done when they are
 * @param undo tasks that take the step back, when the run is cancelled after the step has begun
 * @param atOnce the most tasks under way at one time, 1 or more
 * @param perHost the most starts under way at one time on one host, 1 or more
 */
public record PlannedStep(
        StepId id,
        String title,
        String kind,
        List<StepId> after,
        Optional<String> skipped,
        List<Task> tasks,
        List<Task> verify,
        List<Task> undo,
        int atOnce,
        int perHost,
        Step.Retry retry) {
    /** The kind of the step that moves the group's ownership; every plan has one. */
    public static final String OWNERSHIP = "ownership";

    public PlannedStep {
        after = List.copyOf(after);
        tasks = List.copyOf(tasks);
        verify = List.copyOf(verify);
        undo = List.copyOf(undo);
    }
}
