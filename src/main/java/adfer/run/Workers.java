package adfer.run;

import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.run.TaskProgress.Executor;

import java.util.List;
import java.util.SortedMap;

/** The nodes that can carry out tasks at this moment, as the conductor sees them. */
public record Workers(SortedMap<SiteId, List<Executor>> bySite) {
    public Workers {
        bySite = Sorted.copy(bySite);
    }

    public List<Executor> at(SiteId site) {
        return bySite.getOrDefault(site, List.of());
    }

    public boolean alive(Executor executor) {
        return bySite.values().stream().anyMatch(executors -> executors.contains(executor));
    }
}
