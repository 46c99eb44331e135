package adfer.adapter.guard;

import adfer.kernel.VmId;
import adfer.lease.WhenIsolated;
import adfer.port.HostVms;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * The VMs that have to be off the way, each pursued until it is seen to be: the hypervisor is asked
 * first, and after a third of the time that a stop may take their processes are killed. Used by one
 * thread, which nothing here ever holds up.
 */
final class Stops {
    private static final Logger log = LoggerFactory.getLogger(Stops.class);

    /** What didn't help is tried again after this part of the time that a stop may take. */
    private static final int AGAIN = 10;

    private final HostVms vms;
    private final VmProcesses processes;
    private final Duration atMost;
    private final Duration patience;
    private final SortedMap<VmId, Pursuit> pursuits = new TreeMap<>();
    private final AtomicBoolean killing = new AtomicBoolean();
    private final AtomicReference<Optional<Pass>> passed = new AtomicReference<>(Optional.empty());
    private Optional<Long> lastPass = Optional.empty();
    private volatile Duration longest;

    /** A VM that has to go; the name is empty where it isn't known. */
    record Target(String name, WhenIsolated fate) {}

    /** One VM's way off. */
    private static final class Pursuit {
        final WhenIsolated fate;
        final long since;
        final AtomicBoolean asking = new AtomicBoolean();
        long asked;
        boolean asksAtOnce = true;
        boolean gone;
        volatile boolean complained;
        Optional<Thread> asker = Optional.empty();

        Pursuit(WhenIsolated fate, long since) {
            this.fate = fate;
            this.since = since;
        }
    }

    /** A look for processes, and what was found and killed. */
    private record Pass(SortedMap<VmId, String> wanted, SortedSet<VmId> found) {}

    /**
     * @param atMost the longest a stop may take
     * @param longest the longest one seen before
     */
    Stops(HostVms vms, VmProcesses processes, Duration atMost, Duration longest) {
        this.vms = vms;
        this.processes = processes;
        this.atMost = atMost;
        this.patience = atMost.dividedBy(3);
        this.longest = longest;
    }

    /**
     * Does what is to be done now.
     *
     * @param blind whether the hypervisor is silent, so that only processes tell what is off
     * @param isOff answered from the hypervisor's latest listing
     */
    void pursue(SortedMap<VmId, Target> targets, long now, boolean blind, Predicate<Seen> isOff) {
        pursuits.entrySet()
                .removeIf(entry -> {
                    Pursuit pursuit = entry.getValue();
                    boolean off = isOff.test(new Seen(entry.getKey(), pursuit.fate, pursuit.since));
                    if (off && !pursuit.gone) {
                        seenOff(entry.getKey(), now - pursuit.since);
                    }
                    return off || !targets.containsKey(entry.getKey());
                });
        passed.getAndSet(Optional.empty()).ifPresent(pass -> settle(pass, targets, now, blind));
        SortedMap<VmId, String> late = new TreeMap<>();
        targets.forEach((vm, target) -> {
            Pursuit pursuit = pursuits.get(vm);
            if (pursuit == null) {
                pursuit = begin(vm, target, now);
            }
            ask(vm, target, pursuit, now);
            if (now - pursuit.since >= patience.toNanos()) {
                late.put(vm, target.name());
            }
        });
        boolean passAgain =
                lastPass.filter(last -> now - last < atMost.dividedBy(AGAIN).toNanos()).isEmpty();
        if (!late.isEmpty() && passAgain && killing.compareAndSet(false, true)) {
            lastPass = Optional.of(now);
            Thread.ofVirtual().name("guard-kill").start(() -> kill(late));
        }
    }

    /** A question: whether a VM is off the way, as seen later than {@code after}. */
    record Seen(VmId vm, WhenIsolated fate, long after) {}

    /** Whether something isn't off although it had all the time that a stop may take. */
    boolean failing(long now) {
        return pursuits.values().stream()
                .anyMatch(pursuit -> !pursuit.gone && now - pursuit.since > atMost.toNanos());
    }

    /** The longest time that went by from a VM's having to go until it was seen off. */
    Duration longest() {
        return longest;
    }

    private Pursuit begin(VmId vm, Target target, long now) {
        Pursuit begun = new Pursuit(target.fate(), now);
        pursuits.put(vm, begun);
        if (!target.name().isEmpty()) {
            log.warn(
                    "VM {} ({}) has no lease here now: it is {}.",
                    target.name(),
                    vm,
                    target.fate() == WhenIsolated.SUSPEND ? "suspended" : "powered off");
        }
        return begun;
    }

    /** Asks the hypervisor for what it showed itself. */
    private void ask(VmId vm, Target target, Pursuit pursuit, long now) {
        if (pursuit.gone || target.name().isEmpty()) {
            return;
        }
        if (pursuit.asking.get()) {
            if (now - pursuit.asked > patience.toNanos()) {
                pursuit.asker.ifPresent(Thread::interrupt);
            }
            return;
        }
        if (!pursuit.asksAtOnce && now - pursuit.asked < atMost.dividedBy(AGAIN).toNanos()) {
            return;
        }
        pursuit.asking.set(true);
        pursuit.asked = now;
        pursuit.asksAtOnce = false;
        pursuit.asker =
                Optional.of(
                        Thread.ofVirtual()
                                .name("guard-stop")
                                .start(() -> {
                                    try {
                                        tell(vm, target.fate());
                                    } catch (RuntimeException e) {
                                        complain(vm, pursuit, e);
                                    } finally {
                                        pursuit.asking.set(false);
                                    }
                                }));
    }

    private static void complain(VmId vm, Pursuit pursuit, RuntimeException e) {
        if (!pursuit.complained) {
            pursuit.complained = true;
            log.warn("VM {} is not off yet: {}", vm, e.getMessage());
        }
    }

    private void tell(VmId vm, WhenIsolated fate) {
        switch (fate) {
            case STOP -> vms.powerOff(vm, patience);
            case SUSPEND -> vms.suspend(vm, patience);
            case KEEP -> throw new IllegalStateException("a VM that is kept was to be stopped");
        }
    }

    private void kill(SortedMap<VmId, String> late) {
        try {
            passed.set(Optional.of(new Pass(late, processes.kill(late))));
        } catch (RuntimeException e) {
            log.error("Processes can't be killed: {}", e.toString());
        } finally {
            killing.set(false);
        }
    }

    /** While the hypervisor is silent, a VM without a process is off. */
    private void settle(Pass pass, SortedMap<VmId, Target> targets, long now, boolean blind) {
        for (VmId vm : pass.wanted().keySet()) {
            Pursuit pursuit = pursuits.get(vm);
            Target target = targets.get(vm);
            if (pursuit == null || target == null) {
                continue;
            }
            boolean found = pass.found().contains(vm);
            if (found && pursuit.gone) {
                pursuits.put(vm, new Pursuit(target.fate(), now));
            } else if (!found && blind && !pursuit.gone) {
                pursuit.gone = true;
                if (!target.name().isEmpty()) {
                    seenOff(vm, now - pursuit.since);
                }
            }
        }
    }

    private void seenOff(VmId vm, long nanos) {
        Duration took = Duration.ofNanos(nanos);
        boolean record = took.compareTo(longest) > 0;
        if (record) {
            longest = took;
        }
        log.info(
                "VM {} was seen off after {} ms{}.",
                vm,
                took.toMillis(),
                record ? ", the longest stop so far" : "");
        if (took.compareTo(atMost) > 0) {
            log.error(
                    "That is longer than leases.stop, {} ms: raise it, or find out why.",
                    atMost.toMillis());
        }
    }
}
