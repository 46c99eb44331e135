package adfer.plan;

import adfer.kernel.SiteId;
import adfer.kernel.TaskId;

import java.time.Duration;

/**
 * The unit that is journaled: started once, ended once, at one node of one site.
 *
 * @param site whose node carries it out; tasks that no node carries out (approvals, pauses,
 *     ownership) name the target
 * @param wave 0 or more: the task begins when every task of a lower wave in the same list is
 *     complete. A number rather than a list of tasks, since a wave of a thousand VMs after another
 *     would otherwise need a million names
 * @param timeout the longest one attempt may take
 * @param expected how long it takes as a rule; what estimates are made of
 */
public record Task(
        TaskId id, TaskAction action, SiteId site, int wave, Duration timeout, Duration expected) {
    public Task {
        if (wave < 0) {
            throw new IllegalArgumentException("a wave is 0 or more, not " + wave);
        }
    }
}
