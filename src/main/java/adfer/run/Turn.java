package adfer.run;

import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;

import java.util.List;
import java.util.Optional;

/**
 * What comes after what in a run, forward and back. The engine chooses among the tasks whose turn
 * it is, and the rules refuse all others.
 */
final class Turn {
    private Turn() {}

    /**
     * What may be under way in one step now.
     *
     * @param tasks those of one wave that aren't complete
     */
    record Share(PlannedStep step, List<Task> tasks) {}

    static List<Share> of(Run run) {
        return switch (run.header().phase()) {
            case RUNNING, PAUSED -> forward(run);
            case CANCELLING -> back(run).stream().toList();
            case DONE, CANCELLED -> List.of();
        };
    }

    private static List<Share> forward(Run run) {
        return run.plan().steps().stream()
                .filter(step -> !run.complete(step) && run.unblocked(step))
                .map(step -> {
                    boolean acted = step.tasks().stream().allMatch(run::complete);
                    return share(run, step, acted ? step.verify() : step.tasks());
                })
                .toList();
    }

    /** Steps are taken back one by one in reverse order, once nothing is under way any more. */
    private static Optional<Share> back(Run run) {
        return underWay(run)
                ? Optional.empty()
                : run.plan().steps().reversed().stream()
                        .filter(step -> mustBeUndone(run, step))
                        .findFirst()
                        .map(step -> share(run, step, undo(run, step)));
    }

    private static Share share(Run run, PlannedStep step, List<Task> tasks) {
        int wave =
                tasks.stream()
                        .filter(task -> !run.complete(task))
                        .mapToInt(Task::wave)
                        .min()
                        .orElse(0);
        return new Share(
                step,
                tasks.stream().filter(task -> task.wave() == wave && !run.complete(task)).toList());
    }

    /** True while a node is about something that a cancelled run would take back. */
    static boolean underWay(Run run) {
        return run.running().anyMatch(p -> p.executor().isPresent() && !run.isUndo(p.task()));
    }

    static boolean mustBeUndone(Run run, PlannedStep step) {
        return !undo(run, step).stream().allMatch(run::complete);
    }

    /**
     * What takes a step back as things stand: nothing where nothing was begun, no return of an
     * ownership that stays, and no start at a site that won't own the group.
     */
    static List<Task> undo(Run run, PlannedStep step) {
        if (!run.begun(step) || step.undo().isEmpty()) {
            return List.of();
        }
        SiteId owner = Handover.owner(run);
        SiteId heir = Handover.heir(run);
        return step.undo().stream()
                .filter(task ->
                        run.complete(task)
                                || switch (task.action()) {
                                    case TaskAction.MoveOwnership move ->
                                            owner.equals(move.from()) && heir.equals(move.to());
                                    case TaskAction.StartVm ignored -> task.site().equals(heir);
                                    case TaskAction.StopVm ignored -> true;
                                    case TaskAction.RunScript ignored -> true;
                                    case TaskAction.Ask ignored -> true;
                                    case TaskAction.Approve ignored -> true;
                                    case TaskAction.Wait ignored -> true;
                                })
                .toList();
    }

    /** Why a task may not begin although it is its turn. */
    static Optional<Problem> hindrance(Run run, Task task, SiteId owner) {
        return switch (task.action()) {
            case TaskAction.StartVm ignored when !owner.equals(task.site()) ->
                    Optional.of(
                            new Problem(
                                    "not-owner",
                                    "Task "
                                            + task.id()
                                            + " must not start a VM at site "
                                            + task.site()
                                            + ": the group belongs to site "
                                            + owner
                                            + "."));
            case TaskAction.MoveOwnership move when !owner.equals(move.from()) ->
                    Optional.of(
                            new Problem(
                                    "not-owner",
                                    "Task "
                                            + task.id()
                                            + " can't take the group from site "
                                            + move.from()
                                            + ": it belongs to site "
                                            + owner
                                            + "."));
            case TaskAction.MoveOwnership move ->
                    Handover.unproven(run, move)
                            .map(sentence -> new Problem("source-not-proven-off", sentence));
            case TaskAction.StartVm ignored -> Optional.empty();
            case TaskAction.StopVm ignored -> Optional.empty();
            case TaskAction.RunScript ignored -> Optional.empty();
            case TaskAction.Ask ignored -> Optional.empty();
            case TaskAction.Approve ignored -> Optional.empty();
            case TaskAction.Wait ignored -> Optional.empty();
        };
    }
}
