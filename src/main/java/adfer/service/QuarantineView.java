package adfer.service;

import adfer.inventory.Power;
import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.GroupId;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.state.AuditEntry;

import java.util.List;
import java.util.Optional;

/**
 * What a node in quarantine has that the generation after it has not.
 *
 * @param own the generation it was of
 * @param later the one that goes on
 * @param sentence why it is in quarantine, and what it does
 * @param index up to which its picture goes
 * @param beyond audit entries that the later generation doesn't have, the latest first
 * @param more whether there are more of them than these
 * @param parted whether the two trails differ already before the fork, so that {@code beyond} names
 *     what is behind it only
 * @param unapplied further entries of its log behind the fork, which were never applied here
 * @param vms the VMs of protected groups that its hypervisor has now
 * @param hypervisorProblem why they can't be listed; empty when they can
 * @param confirmation what is typed to let it rejoin
 */
public record QuarantineView(
        NodeId node,
        SiteId site,
        Generation own,
        Generation later,
        String sentence,
        long index,
        List<AuditEntry> beyond,
        boolean more,
        boolean parted,
        int unapplied,
        List<VmLine> vms,
        String hypervisorProblem,
        String confirmation) {
    /**
     * A VM here.
     *
     * @param group of which it is part, by its own mark or by this node's picture
     * @param epoch in its mark
     */
    public record VmLine(
            VmId id, String name, Power power, Optional<GroupId> group, Optional<Epoch> epoch) {}
}
