package adfer.plan;

import adfer.inventory.Nic;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.runbook.Runbook;
import adfer.runbook.Side;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Everything that is settled before the first step is planned.
 *
 * @param reachable whether the source can be told anything
 * @param vms the protected VMs as the source knows them, by name
 * @param hosts where each goes at the target
 * @param nics the cards each has at the target
 * @param expectations where there is no experience
 */
record Scene(
        Operation operation,
        Runbook runbook,
        Epoch epoch,
        SiteView source,
        SiteView target,
        boolean reachable,
        List<Vm> vms,
        Map<String, Vm> byName,
        SortedMap<VmId, HostId> hosts,
        SortedMap<VmId, List<Nic>> nics,
        Expectations expectations,
        Experience experience,
        Remarks remarks) {

    SiteId site(Side side) {
        return switch (side) {
            case SOURCE -> source.id();
            case TARGET -> target.id();
        };
    }

    /** How long a task takes: as it did before, or by rule of thumb; never more than it may. */
    Duration expected(TaskId id, TaskAction action, Duration timeout) {
        Duration usual =
                experience
                        .of(id, action)
                        .map(Experience.Shown::usual)
                        .orElseGet(() -> expectations.of(action));
        return usual.compareTo(timeout) < 0 ? usual : timeout;
    }

    List<Nic> nics(Vm vm, Side side) {
        return switch (side) {
            case SOURCE -> vm.nics();
            case TARGET -> nics.getOrDefault(vm.id(), List.of());
        };
    }

    /** The first address by which the VM can be reached at that side. */
    Optional<String> address(Vm vm, Side side) {
        return nics(vm, side).stream()
                .flatMap(nic -> nic.addresses().stream())
                .filter(address -> !Cards.linkLocal(address))
                .findFirst();
    }
}
