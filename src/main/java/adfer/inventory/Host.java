package adfer.inventory;

import adfer.kernel.HostId;

/**
 * A hypervisor host.
 *
 * @param vcpus what VMs may be given together, over-commitment included
 * @param memoryMib mebibytes for VMs
 * @param usable false while in maintenance or not answering
 */
public record Host(HostId id, int vcpus, long memoryMib, boolean usable) {}
