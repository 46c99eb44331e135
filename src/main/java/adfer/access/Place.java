package adfer.access;

import adfer.kernel.GroupId;
import adfer.kernel.SiteId;

import java.util.List;
import java.util.Optional;

/**
 * What something is done to.
 *
 * @param name as it stands after "to" or "at"; empty for what belongs to no place
 * @param sites the site itself, or the home of the group
 * @param labels by which the group's runbook protects VMs, {@code key=value}
 */
public record Place(String name, List<SiteId> sites, Optional<GroupId> group, List<String> labels) {
    /** What belongs to no place: the audit trail, people, the cluster itself. */
    public static final Place CLUSTER = new Place("", List.of(), Optional.empty(), List.of());

    public Place {
        sites = List.copyOf(sites);
        labels = List.copyOf(labels);
    }

    public static Place site(SiteId site) {
        return new Place("site " + site, List.of(site), Optional.empty(), List.of());
    }

    public static Place group(GroupId group, Optional<SiteId> home, List<String> labels) {
        return new Place(group.value(), home.stream().toList(), Optional.of(group), labels);
    }
}
