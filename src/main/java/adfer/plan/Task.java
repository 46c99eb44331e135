package adfer.plan;

import adfer.kernel.SiteId;
import adfer.kernel.TaskId;

import java.time.Duration;
import java.util.List;

/**
 * The unit that is journaled: started once, ended once, at one node of one site.
 *
 * @param site whose node carries it out; tasks that no node carries out (approvals, pauses,
 *     ownership) name the target
 * @param after tasks of the same step that must be done first
 * @param timeout the longest one attempt may take
 * @param expected how long it takes as a rule; what estimates are made of
 */
public record Task(
        TaskId id,
        TaskAction action,
        SiteId site,
        List<TaskId> after,
        Duration timeout,
        Duration expected) {
    public Task {
        after = List.copyOf(after);
    }
}
