package adfer.adapter.simulated;

import adfer.kernel.VmId;
import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a simulated hypervisor is told to do wrong. Each holds until {@link #clear}. */
public final class Faults {
    private final Set<VmId> failStart = ConcurrentHashMap.newKeySet();
    private final Set<VmId> hangStart = ConcurrentHashMap.newKeySet();
    private final Set<VmId> deaf = ConcurrentHashMap.newKeySet();
    private final Set<VmId> ignoreShutDown = ConcurrentHashMap.newKeySet();
    private final Set<VmId> hangStop = ConcurrentHashMap.newKeySet();
    private final Set<VmId> unknown = ConcurrentHashMap.newKeySet();
    private volatile boolean unreachable;
    private volatile boolean losingAnswers;
    private volatile Duration delay = Duration.ZERO;

    /** Starting this VM ends in a failure, and it stays off. */
    public void failStart(VmId vm) {
        failStart.add(vm);
    }

    /** Starting this VM never ends. */
    public void hangStart(VmId vm) {
        hangStart.add(vm);
    }

    /** This VM runs after its next start, but its services never answer. */
    public void deaf(VmId vm) {
        deaf.add(vm);
    }

    /** This VM's guest does not shut down by itself: it has to be forced off. */
    public void ignoreShutDown(VmId vm) {
        ignoreShutDown.add(vm);
    }

    /** This VM can't even be forced off. */
    public void hangStop(VmId vm) {
        hangStop.add(vm);
    }

    /** The hypervisor does not say whether this VM runs. */
    public void unknown(VmId vm) {
        unknown.add(vm);
    }

    /** Every call fails, and has no effect. */
    public void unreachable() {
        unreachable = true;
    }

    /** Every call has its effect, and then fails as if the answer was lost. */
    public void loseAnswers() {
        losingAnswers = true;
    }

    /** Every call takes this much longer. */
    public void slow(Duration longer) {
        delay = longer;
    }

    /** From now on everything works again. */
    public void clear() {
        failStart.clear();
        hangStart.clear();
        deaf.clear();
        ignoreShutDown.clear();
        hangStop.clear();
        unknown.clear();
        unreachable = false;
        losingAnswers = false;
        delay = Duration.ZERO;
    }

    boolean failsToStart(VmId vm) {
        return failStart.contains(vm);
    }

    boolean hangsStarting(VmId vm) {
        return hangStart.contains(vm);
    }

    boolean isDeaf(VmId vm) {
        return deaf.contains(vm);
    }

    boolean ignoresShutDown(VmId vm) {
        return ignoreShutDown.contains(vm);
    }

    boolean hangsStopping(VmId vm) {
        return hangStop.contains(vm);
    }

    boolean isUnknown(VmId vm) {
        return unknown.contains(vm);
    }

    /** The way in of each call. */
    void before(Duration timeout) {
        if (unreachable) {
            throw new HypervisorException(
                    Code.UNREACHABLE, "The hypervisor does not answer (a simulated fault).");
        }
        Duration wait = delay.compareTo(timeout) < 0 ? delay : timeout;
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(Code.TIMEOUT, "The call was interrupted.", e);
        }
        if (delay.compareTo(timeout) >= 0 && delay.isPositive()) {
            throw new HypervisorException(
                    Code.TIMEOUT, "The hypervisor did not answer in time (a simulated fault).");
        }
    }

    /** The way out of each call. */
    void after() {
        if (losingAnswers) {
            throw new HypervisorException(
                    Code.UNREACHABLE, "The hypervisor's answer was lost (a simulated fault).");
        }
    }
}
