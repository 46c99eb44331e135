package adfer.run;

import adfer.kernel.TaskId;
import adfer.plan.TaskAction;
import adfer.run.JournalEntry.What;
import adfer.run.RunHeader.Phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run being changed by one event: collects what the event does, and ends the run when nothing is
 * left to do.
 */
final class Draft {
    private Run run;
    private final RunRules.Cause cause;
    private final TreeMap<TaskId, TaskProgress> changed = new TreeMap<>();
    private final List<JournalEntry> journal = new ArrayList<>();
    private Optional<TaskAction.MoveOwnership> move = Optional.empty();

    Draft(Run run, RunRules.Cause cause) {
        this.run = run;
        this.cause = cause;
    }

    Run run() {
        return run;
    }

    RunRules.Cause cause() {
        return cause;
    }

    void progress(TaskProgress progress) {
        changed.put(progress.task(), progress);
        TreeMap<TaskId, TaskProgress> tasks = new TreeMap<>(run.tasks());
        tasks.put(progress.task(), progress);
        run = new Run(run.charter(), run.header(), tasks);
    }

    void header(RunHeader header) {
        run = new Run(run.charter(), header, run.tasks());
    }

    void journal(What what, Optional<TaskId> task, String sentence) {
        header(run.header().journaled());
        journal.add(
                new JournalEntry(
                        run.id(),
                        run.header().journal(),
                        cause.index(),
                        cause.at(),
                        cause.by(),
                        what,
                        task,
                        sentence));
    }

    void move(TaskAction.MoveOwnership to) {
        move = Optional.of(to);
    }

    RunChange settled() {
        RunHeader header = run.header();
        boolean forwardDone = run.plan().steps().stream().allMatch(run::complete);
        boolean nothingToUndo =
                run.plan().steps().stream().noneMatch(step -> Engine.mustBeUndone(run, step))
                        && !executing();
        if (header.phase() == Phase.RUNNING && forwardDone) {
            header(header.in(Phase.DONE, cause.at()));
            journal(What.RUN_ENDED, Optional.empty(), "Every step is done and was observed.");
        } else if (header.phase() == Phase.CANCELLING && nothingToUndo) {
            header(header.in(Phase.CANCELLED, cause.at()));
            journal(
                    What.RUN_ENDED,
                    Optional.empty(),
                    "Everything that can be taken back was taken back.");
        }
        return new RunChange(run.header(), List.copyOf(changed.values()), journal, move);
    }

    private boolean executing() {
        return run.inStatus(TaskProgress.Status.RUNNING)
                .anyMatch(task -> task.executor().isPresent());
    }
}
