package adfer.service;

import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.SiteInventory;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.VmId;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;
import adfer.port.HypervisorRules;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A hypervisor that is no more than what it remembers. */
final class MemoryHypervisor implements Hypervisor {
    private final Map<VmId, Vm> vms = new TreeMap<>();

    /** How often a VM was defined. */
    int defined;

    @Override
    public SiteInventory list() {
        return new SiteInventory(List.of(), List.of(), List.of(), vms.values().stream().toList());
    }

    @Override
    public Optional<Vm> find(VmId vm) {
        return Optional.ofNullable(vms.get(vm));
    }

    @Override
    public void define(Vm source, HostId host, List<Nic> nics, Tenure tenure) {
        Ownership mark = tenure.mark();
        find(source.id()).ifPresent(there -> refuseStale(there, mark));
        put(source, Power.OFF, mark);
        defined++;
    }

    @Override
    public void start(VmId vm, Tenure tenure, Duration timeout) {
        Ownership mark = tenure.mark();
        Vm there =
                find(vm).orElseThrow(() ->
                        new HypervisorException(Code.NO_SUCH_VM, "VM " + vm + " is unknown."));
        refuseStale(there, mark);
        put(there, Power.RUNNING, mark);
    }

    @Override
    public void stop(VmId vm, Ownership mark, Duration graceful, Duration timeout) {
        find(vm).ifPresent(there -> {
            refuseStale(there, mark);
            put(there, Power.OFF, mark);
        });
    }

    @Override
    public void undefine(VmId vm) {
        vms.remove(vm);
    }

    @Override
    public void onChange(Listener listener) {}

    @Override
    public void close() {}

    void pause(VmId vm) {
        find(vm).ifPresent(there -> put(there, Power.PAUSED, there.ownership().orElseThrow()));
    }

    void has(Vm vm) {
        vms.put(vm.id(), vm);
    }

    boolean runs(String vm) {
        return find(new VmId(vm)).filter(there -> there.power() == Power.RUNNING).isPresent();
    }

    private static void refuseStale(Vm there, Ownership mark) {
        HypervisorRules.refuseStale(there.name(), there.ownership(), mark);
    }

    private void put(Vm vm, Power power, Ownership mark) {
        vms.put(
                vm.id(),
                new Vm(
                        vm.id(),
                        vm.name(),
                        vm.host(),
                        power,
                        vm.vcpus(),
                        vm.memoryMib(),
                        vm.disks(),
                        vm.nics(),
                        vm.labels(),
                        Optional.of(mark),
                        vm.definition()));
    }
}
