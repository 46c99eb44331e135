package adfer.state;

import adfer.inventory.Ownership;
import adfer.inventory.Vm;
import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;

import java.util.Optional;

/**
 * Who may run a protection group. Only the owner may start its VMs, and only at this epoch.
 *
 * @param runbookHash the published runbook it stands on
 * @param activeRun the run that has it in hand; there is at most one
 */
public record Group(
        GroupId id, String runbookHash, SiteId owner, Epoch epoch, Optional<RunId> activeRun)
        implements Entity {
    @Override
    public Key key() {
        return key(id);
    }

    public static Key key(GroupId id) {
        return new Key(Kind.GROUP, id.value());
    }

    /** The group to which a VM belongs: the one whose mark it bears, or else one that picks it. */
    public static Optional<GroupId> protecting(ClusterState state, Vm vm) {
        return vm.ownership()
                .map(Ownership::group)
                .or(() ->
                        state.groups()
                                .map(Group::id)
                                .filter(group ->
                                        state.runbook(group).stream()
                                                .flatMap(known ->
                                                        known.runbook().protect().vms().stream())
                                                .anyMatch(selector -> selector.matches(vm)))
                                .findFirst());
    }

    Group ownedBy(SiteId site, Epoch at) {
        return new Group(id, runbookHash, site, at, activeRun);
    }

    Group inHandOf(Optional<RunId> run) {
        return new Group(id, runbookHash, owner, epoch, run);
    }
}
