package adfer.adapter.guard;

import adfer.kernel.VmId;

import java.util.SortedMap;
import java.util.SortedSet;

/** The processes that VMs are, reached without their hypervisor. */
public interface VmProcesses {
    /**
     * Kills the processes of VMs.
     *
     * @param names by identity; an empty text where the name isn't known
     * @return those of which a process was there; one that isn't returned was gone before the call
     */
    SortedSet<VmId> kill(SortedMap<VmId, String> names);
}
