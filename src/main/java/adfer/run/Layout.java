package adfer.run;

import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks of a plan numbered through, so that a run can keep its marks by number: step after
 * step, and in each step its tasks, its verifications and its undos. Made once for a run.
 */
final class Layout {
    static final int NONE = -1;

    private final List<Task> tasks = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<TaskId, Integer> numbers = new HashMap<>();
    private final Map<StepId, Place> steps = new HashMap<>();

    /**
     * The numbers of one step's tasks.
     *
     * @param first the number of the first task
     * @param undo the number after the last verification, and of the first undo
     */
    record Place(PlannedStep step, int first, int undo) {}

    Layout(Plan plan) {
        for (PlannedStep step : plan.steps()) {
            int first = tasks.size();
            Place place =
                    new Place(step, first, first + step.tasks().size() + step.verify().size());
            steps.putIfAbsent(step.id(), place);
            for (List<Task> part : List.of(step.tasks(), step.verify(), step.undo())) {
                for (Task task : part) {
                    numbers.putIfAbsent(task.id(), tasks.size());
                    tasks.add(task);
                    places.add(place);
                }
            }
        }
    }

    /** The number of a task, {@link #NONE} when the plan has no such task. */
    int number(TaskId id) {
        return numbers.getOrDefault(id, NONE);
    }

    Task task(int number) {
        return tasks.get(number);
    }

    PlannedStep stepOf(int number) {
        return places.get(number).step();
    }

    boolean isUndo(int number) {
        return number >= places.get(number).undo();
    }

    Optional<PlannedStep> step(StepId id) {
        return Optional.ofNullable(steps.get(id)).map(Place::step);
    }

    /** Where a step of this plan stands. */
    Place place(PlannedStep step) {
        Place place = steps.get(step.id());
        if (place == null) {
            throw new IllegalArgumentException("step " + step.id() + " is of another plan");
        }
        return place;
    }
}
