package adfer.service;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.VmId;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.run.TaskProgress.Executor;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reconciliation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts right, at this site, what the log tells this node to: stops and marks what is left over of
 * groups that the site doesn't own, looks, and says what it saw. Each VM is marked with the epoch
 * of the present owner's tenure, so that whatever was started for a later one refuses it.
 */
public final class Reconciler implements Replica.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /** What looking and undefining may take on top of a stop. */
    private static final Duration LOOKS = Duration.ofMinutes(1);

    private final Executor self;
    private final Hypervisor hypervisor;
    private final Replica replica;
    private final Errands errands;
    private final Times times;
    private final Set<Order> begun = ConcurrentHashMap.newKeySet();

    private record Order(Key group, long index) {}

    /**
     * How long it may take.
     *
     * @param graceful how long a VM has to shut down by itself
     * @param stop the longest one stop may take, by force if need be
     * @param within how long the outcome is waited for
     */
    public record Times(Duration graceful, Duration stop, Duration within) {
        public Times {
            if (graceful.isNegative() || stop.compareTo(graceful) <= 0) {
                throw new IllegalArgumentException(
                        "reconcile.stop: it has to be longer than reconcile.graceful.");
            }
            if (within.compareTo(stop.plus(LOOKS)) < 0) {
                throw new IllegalArgumentException(
                        "reconcile.within: give "
                                + LOOKS.toSeconds()
                                + " s more than reconcile.stop, or more.");
            }
        }
    }

    public Reconciler(
            Executor self,
            Hypervisor hypervisor,
            Replica replica,
            Submitter submitter,
            Times times) {
        this.self = self;
        this.times = times;
        this.hypervisor = hypervisor;
        this.replica = replica;
        this.errands = new Errands(self.node(), submitter);
        replica.listen(this);
    }

    @Override
    public void applied(ClusterState state, SortedSet<Key> touched) {
        boolean concerned =
                touched.isEmpty()
                        || !touched.subSet(
                                        new Key(Kind.RECONCILIATION, ""),
                                        new Key(Kind.RECONCILIATION, "\uffff"))
                                .isEmpty();
        if (concerned && !errands.closed()) {
            state.reconciliations()
                    .filter(one -> one.outcome().isEmpty() && one.executor().equals(self))
                    .filter(one -> begun.add(new Order(one.key(), one.order())))
                    .forEach(one -> errands.begin("reconcile " + one.group(), () -> carryOut(one)));
        }
    }

    /** All VMs at once, so that the whole takes no longer than the slowest. */
    private void carryOut(Reconciliation order) throws InterruptedException {
        LOG.warn(
                "{} VMs left over of {} are put right for {}.",
                order.vms().size(),
                order.group(),
                order.by());
        Map<VmId, Optional<String>> seen = new ConcurrentHashMap<>();
        Map<VmId, Thread> threads = new TreeMap<>();
        for (VmId vm : order.vms()) {
            threads.put(vm, Thread.startVirtualThread(() -> seen.put(vm, trouble(order, vm))));
        }
        try {
            for (Thread thread : threads.values()) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.values().forEach(Thread::interrupt);
            throw e;
        }
        Optional<String> first = seen.values().stream().flatMap(Optional::stream).findFirst();
        int count = order.vms().size();
        finish(
                order,
                first.isEmpty(),
                first.orElseGet(() ->
                        count
                                + (count == 1 ? " VM was" : " VMs were")
                                + " seen off"
                                + (order.undefine()
                                        ? ", and undefined."
                                        : ", marked with epoch "
                                                + order.epoch()
                                                + " and not started by the host.")));
    }

    /** Why the VM is not as it should be; empty once it was seen so. */
    private Optional<String> trouble(Reconciliation order, VmId vm) {
        try {
            Ownership mark = new Ownership(order.group(), order.epoch());
            if (hypervisor.find(vm).isEmpty()) {
                return Optional.empty();
            }
            Optional<String> moved = movedOn(order);
            if (moved.isPresent()) {
                return moved;
            }
            hypervisor.stop(vm, mark, times.graceful(), times.stop());
            if (order.undefine()) {
                Optional<String> alone = alone(order, vm);
                if (alone.isPresent()) {
                    return alone;
                }
                hypervisor.undefine(vm);
            }
            return hypervisor.find(vm).flatMap(now -> fault(order, now, mark));
        } catch (HypervisorException e) {
            return Optional.of(e.problem().sentence());
        } catch (RuntimeException e) {
            LOG.error("VM {} could not be put right", vm, e);
            return Optional.of("VM " + vm + " met an error inside Adfer; the log has the details.");
        }
    }

    /** A site that owns the group, and a run that has it in hand, are not interfered with. */
    private Optional<String> movedOn(Reconciliation order) {
        boolean stands =
                replica.state()
                        .group(order.group())
                        .filter(group -> group.epoch().equals(order.epoch()))
                        .filter(group -> !group.owner().equals(order.site()))
                        .filter(group -> group.activeRun().isEmpty())
                        .isPresent();
        return stands
                ? Optional.empty()
                : Optional.of(
                        "The ownership of "
                                + order.group()
                                + " has moved on since it was ordered. Look again.");
    }

    /** The last definition of a VM is never removed. */
    private Optional<String> alone(Reconciliation order, VmId vm) {
        ClusterState state = replica.state();
        boolean elsewhere =
                state.group(order.group()).stream()
                        .flatMap(group -> state.vms(group.owner()))
                        .anyMatch(other -> other.id().equals(vm) && other.power() == Power.RUNNING);
        return elsewhere
                ? Optional.empty()
                : Optional.of("VM " + vm + " isn't seen running at its owner, so it is kept.");
    }

    private static Optional<String> fault(Reconciliation order, Vm vm, Ownership mark) {
        if (order.undefine()) {
            return Optional.of(vm.name() + " is still defined.");
        }
        if (vm.power() != Power.OFF) {
            return Optional.of(vm.name() + " is not off.");
        }
        if (vm.autostart()) {
            return Optional.of(vm.name() + " is still started by its host.");
        }
        return vm.ownership().equals(Optional.of(mark))
                ? Optional.empty()
                : Optional.of(vm.name() + " bears another mark now. Look again.");
    }

    /** Commits what was seen, as often as it takes. */
    private void finish(Reconciliation order, boolean done, String sentence)
            throws InterruptedException {
        LOG.info("{}: {}", order.group(), sentence);
        Command command =
                new Command.FinishReconcile(
                        order.site(), order.group(), order.order(), done, sentence);
        var _ = errands.tell(order.group().toString(), command, () -> current(order));
    }

    private boolean current(Reconciliation order) {
        return replica.state()
                .reconciliation(order.site(), order.group())
                .filter(now -> now.order() == order.order() && now.outcome().isEmpty())
                .isPresent();
    }

    @Override
    public void close() {
        replica.unlisten(this);
        errands.close();
    }
}
