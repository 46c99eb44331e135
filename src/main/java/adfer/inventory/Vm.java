package adfer.inventory;

import adfer.kernel.HostId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A virtual machine as one site's hypervisor reports it.
 *
 * @param name unique within the site; the same VM bears the same name at both sites
 * @param host where it is placed, if it is placed anywhere
 * @param vcpus 1 or more
 * @param memoryMib mebibytes, 1 or more
 * @param ownership what the hypervisor's own record says of the group and epoch this VM was last
 *     acted on for
 * @param definition the hypervisor's full description, enough to create the VM elsewhere
 * @param autostart whether its host starts it by itself, after a power loss for example
 */
public record Vm(
        VmId id,
        String name,
        Optional<HostId> host,
        Power power,
        int vcpus,
        long memoryMib,
        List<Disk> disks,
        List<Nic> nics,
        SortedMap<String, String> labels,
        Optional<Ownership> ownership,
        String definition,
        boolean autostart) {
    public Vm {
        if (name.isBlank() || name.length() > 120) {
            throw new IllegalArgumentException("VM " + id + " needs a name of 1 to 120 characters");
        }
        if (vcpus < 1 || memoryMib < 1) {
            throw new IllegalArgumentException(
                    "VM " + name + " needs at least one vCPU and 1 MiB of memory");
        }
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
        labels = Sorted.copy(labels);
    }

    /** A VM that its host doesn't start by itself. */
    public Vm(
            VmId id,
            String name,
            Optional<HostId> host,
            Power power,
            int vcpus,
            long memoryMib,
            List<Disk> disks,
            List<Nic> nics,
            SortedMap<String, String> labels,
            Optional<Ownership> ownership,
            String definition) {
        this(
                id,
                name,
                host,
                power,
                vcpus,
                memoryMib,
                disks,
                nics,
                labels,
                ownership,
                definition,
                false);
    }

    /** The same, started by its host or not. */
    public Vm withAutostart(boolean started) {
        return new Vm(
                id,
                name,
                host,
                power,
                vcpus,
                memoryMib,
                disks,
                nics,
                labels,
                ownership,
                definition,
                started);
    }
}
