package adfer.run;

import adfer.plan.TaskAction;

import java.util.List;
import java.util.Optional;

/**
 * What one event does to a run.
 *
 * @param move an ownership change that takes effect with it
 */
public record RunChange(
        RunHeader header,
        List<TaskProgress> tasks,
        List<JournalEntry> journal,
        Optional<TaskAction.MoveOwnership> move) {
    public RunChange {
        tasks = List.copyOf(tasks);
        journal = List.copyOf(journal);
    }
}
