package adfer.inventory;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;

/** The mark an actuator leaves on a VM: for which group and epoch it last acted on it. */
public record Ownership(GroupId group, Epoch epoch) {
    /**
     * Whether a VM that was suspended under this mark may go on with its memory under a later one.
     * A site that takes its lapsed lease up again is given the very next epoch; when another site
     * has had the group in between, its disks have moved on without that memory, and the epoch has
     * risen by two at least.
     */
    public boolean goesOnUnder(Ownership later) {
        return group.equals(later.group()) && later.epoch().value() - epoch.value() <= 1;
    }
}
