package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;

import org.pcollections.TreePMap;

import java.util.Collection;
import java.util.List;

/**
 * Since when, by this node's own clock, each lease that is held was not renewed. A node notes it
 * when it applies a renewal, whether or not it leads, so that a new leader has waited already. All
 * times are nanoseconds of one steady clock.
 */
public record Waiting(TreePMap<GroupId, Seen> seen) {
    public static final Waiting NONE = new Waiting(TreePMap.empty());

    record Seen(Epoch epoch, long renewal, long at) {}

    /**
     * @param leases all there are, as just applied
     */
    public Waiting applied(Collection<Lease> leases, long now) {
        TreePMap<GroupId, Seen> next = TreePMap.empty();
        for (Lease lease : leases) {
            if (lease.held()) {
                Seen before = seen.get(lease.group());
                boolean same =
                        before != null
                                && before.renewal() == lease.renewal()
                                && before.epoch().equals(lease.epoch());
                next =
                        next.plus(
                                lease.group(),
                                same ? before : new Seen(lease.epoch(), lease.renewal(), now));
            }
        }
        return new Waiting(next);
    }

    /** The leases that were not renewed for as long as the terms demand. */
    public List<Overdue> overdue(LeaseTerms terms, long now) {
        long waits = terms.waits().toNanos();
        return seen.entrySet().stream()
                .filter(entry -> now - entry.getValue().at() >= waits)
                .map(entry ->
                        new Overdue(
                                entry.getKey(),
                                entry.getValue().epoch(),
                                entry.getValue().renewal()))
                .toList();
    }
}
