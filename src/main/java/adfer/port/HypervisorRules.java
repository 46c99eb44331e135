package adfer.port;

import adfer.inventory.Host;
import adfer.inventory.Ownership;
import adfer.kernel.VmId;
import adfer.port.HypervisorException.Code;

import java.util.Optional;

/** What every {@link Hypervisor} refuses in the same way and the same words. */
public final class HypervisorRules {
    private HypervisorRules() {}

    /**
     * Refuses whoever acts for an earlier owner of the same group. A mark of another group is
     * simply replaced: the VM was moved from one runbook to another.
     *
     * @param found the mark on the VM
     * @param mark the one the caller brings
     */
    public static void refuseStale(String vm, Optional<Ownership> found, Ownership mark) {
        found.filter(there -> there.group().equals(mark.group()))
                .filter(there -> mark.epoch().before(there.epoch()))
                .ifPresent(there -> {
                    throw new HypervisorException(
                            Code.STALE_EPOCH,
                            ("VM %s was last acted on for epoch %s of group %s; epoch %s is"
                                            + " over.")
                                    .formatted(vm, there.epoch(), there.group(), mark.epoch()));
                });
    }

    /**
     * Refuses a start that asks more of a host than it has.
     *
     * @param vcpus those of all VMs that would then run on it
     * @param memoryMib the same in mebibytes
     */
    public static void refuseOverload(String vm, Host host, long vcpus, long memoryMib) {
        if (!host.usable()) {
            throw new HypervisorException(
                    Code.NO_CAPACITY,
                    "Host %s is not in use now, so VM %s can't start there."
                            .formatted(host.id(), vm));
        }
        if (vcpus > host.vcpus() || memoryMib > host.memoryMib()) {
            throw new HypervisorException(
                    Code.NO_CAPACITY,
                    ("VM %s does not fit on host %s: with it %d of %d vCPUs and %d of %d MiB would"
                                    + " be in use.")
                            .formatted(
                                    vm,
                                    host.id(),
                                    vcpus,
                                    host.vcpus(),
                                    memoryMib,
                                    host.memoryMib()));
        }
    }

    public static HypervisorException noSuchVm(VmId vm, String where) {
        return new HypervisorException(
                Code.NO_SUCH_VM, "VM %s is not defined at %s.".formatted(vm, where));
    }
}
