package adfer.port;

import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.SiteInventory;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.VmId;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One site's virtualisation, as Adfer sees and moves it.
 *
 * <p>Every call ends: with a value, or with a {@link HypervisorException} after at most its
 * timeout; a call without one ends within a configured time. Calls may come from many threads at
 * once. Every effect is idempotent: asking again for what is already so succeeds and changes
 * nothing. Success is reported only after the effect was observed.
 *
 * <p>Epochs are compared within one group: a mark of another group is simply replaced.
 *
 * <p>From the first call that marks a VM, Adfer alone decides when it starts: whatever defines,
 * starts or stops it switches its autostart off.
 */
public interface Hypervisor extends AutoCloseable {
    /**
     * Everything this site has. A listing that could not be completed fails as a whole, so that
     * what wasn't seen is never mistaken for gone.
     */
    SiteInventory list();

    /** One VM as it is now, straight from the hypervisor; empty when it isn't defined here. */
    Optional<Vm> find(VmId vm);

    /**
     * Creates the VM here from its source's definition, or adapts it if it is defined and off.
     * While it runs, a call that asks for what is already so succeeds, and any other is refused
     * with {@code NOT_OFF}. One that is paused with a memory that its disks have left behind is
     * switched off first; one that may go on keeps its mark until it is started. A host, network or
     * storage that isn't known here is refused with {@code INVALID}.
     *
     * @param source the VM as the other site knew it
     * @param nics its cards in the source's order, with the networks and addresses they have here
     * @param tenure its mark is written to the VM's metadata; an existing mark of a later epoch
     *     refuses the call with {@code STALE_EPOCH}
     */
    void define(Vm source, HostId host, List<Nic> nics, Tenure tenure);

    /**
     * Starts a defined VM, or lets a paused one go on, and waits until it is reported running. A
     * paused one whose mark is from before the tenure's beginning, or that bears none, is switched
     * off and started from its disks. A VM that does not fit on its host is refused with {@code
     * NO_CAPACITY}. After {@code TIMEOUT} the VM may still come to run.
     *
     * @param tenure its mark must be of the epoch in the VM's metadata or a later one, and is
     *     written there; an earlier one is refused with {@code STALE_EPOCH} and nothing is started
     */
    void start(VmId vm, Tenure tenure, Duration timeout);

    /**
     * Shuts a VM down and waits until it is reported off; succeeds at once when it is off or
     * unknown.
     *
     * @param mark written to the VM's metadata, so that a later start with an earlier epoch is
     *     refused; must not be of an earlier epoch than the one there, which is refused with {@code
     *     STALE_EPOCH}
     * @param graceful how long the guest may take; after it the VM is forced off
     * @param timeout how long the whole may take, at least {@code graceful}
     */
    void stop(VmId vm, Ownership mark, Duration graceful, Duration timeout);

    /** Removes the VM's definition, never its disks. Refused with {@code NOT_OFF} while it runs. */
    void undefine(VmId vm);

    /** Calls back soon after something about a VM has changed; a hint to look, never the truth. */
    void onChange(Listener listener);

    @Override
    void close();

    /** Told that a VM has changed, on a thread of the hypervisor's. Must return at once. */
    interface Listener {
        void changed(VmId vm, Power power);
    }
}
