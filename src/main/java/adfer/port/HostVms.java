package adfer.port;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.kernel.VmId;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The VMs of one hypervisor host, as far as its guard needs them. Every call ends after about its
 * timeout, with an answer or a {@link HypervisorException}, and also when its thread is
 * interrupted. Calls may come from many threads at once.
 */
public interface HostVms extends AutoCloseable {
    /**
     * All VMs of this host that aren't off. A listing that could not be completed fails as a whole.
     */
    List<HostVm> list(Duration timeout);

    /** Takes the power from a VM at once; nothing happens to one that is off or unknown. */
    void powerOff(VmId vm, Duration timeout);

    /** Lets a VM stand still in memory; nothing happens to one that does, is off or unknown. */
    void suspend(VmId vm, Duration timeout);

    @Override
    void close();

    /**
     * A VM that isn't off.
     *
     * @param power never {@code OFF}
     * @param mark what Adfer left on it; empty as well where that can't be read
     */
    record HostVm(VmId id, String name, Power power, Optional<Ownership> mark) {}
}
