package adfer.adapter.libvirt;

import adfer.inventory.Host;
import adfer.inventory.Power;
import adfer.kernel.VmId;
import adfer.port.HypervisorRules;

import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.DomainInfo;
import org.libvirt.LibvirtException;

import java.util.HashMap;
import java.util.Map;

/**
 * What a host's running VMs take, with those that are just being started: libvirt itself starts
 * whatever it is asked to.
 */
final class Capacity {
    private static final int KIB_PER_MIB = 1_024;

    private final Map<VmId, DomainSpec> starting = new HashMap<>();

    /** Sets aside what a VM needs until {@link #release}, or refuses it. */
    synchronized void reserve(Connect connect, Host host, DomainSpec vm) throws LibvirtException {
        Map<String, DomainSpec> pending = new HashMap<>();
        starting.values().forEach(spec -> pending.put(spec.id().value(), spec));
        pending.put(vm.id().value(), vm);
        long vcpus = 0;
        long memoryMib = 0;
        for (Domain domain : connect.listAllDomains(0)) {
            try {
                if (Domains.power(domain) != Power.OFF) {
                    DomainInfo info = domain.getInfo();
                    vcpus += info.nrVirtCpu;
                    memoryMib += info.maxMem / KIB_PER_MIB;
                    pending.remove(domain.getUUIDString());
                }
            } finally {
                domain.free();
            }
        }
        for (DomainSpec spec : pending.values()) {
            vcpus += spec.vcpus();
            memoryMib += spec.memoryMib();
        }
        HypervisorRules.refuseOverload(vm.name(), host, vcpus, memoryMib);
        starting.put(vm.id(), vm);
    }

    synchronized void release(VmId vm) {
        starting.remove(vm);
    }
}
