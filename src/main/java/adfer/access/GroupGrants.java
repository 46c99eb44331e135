package adfer.access;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the members of another directory's groups may do here. */
public record GroupGrants(SortedMap<String, List<Grant>> byGroup) {
    public GroupGrants(Map<String, List<Grant>> byGroup) {
        this(new TreeMap<>(byGroup));
    }

    /** What somebody who is in these groups may do; nothing for groups that aren't named. */
    public List<Grant> of(Collection<String> groups) {
        return byGroup.entrySet().stream()
                .filter(entry -> groups.contains(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .distinct()
                .toList();
    }
}
