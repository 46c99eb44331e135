package adfer.run;

import adfer.kernel.SiteId;

import java.util.List;
import java.util.Optional;

/**
 * What one event does to a run.
 *
 * @param tenure the owner whose tenure of the group begins with it, at the next epoch: another site
 *     when the ownership moves, the same one again when the run is cancelled
 */
public record RunChange(
        RunHeader header,
        List<TaskProgress> tasks,
        List<JournalEntry> journal,
        Optional<SiteId> tenure) {
    public RunChange {
        tasks = List.copyOf(tasks);
        journal = List.copyOf(journal);
    }
}
