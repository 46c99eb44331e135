package adfer.adapter.guard;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;
import adfer.port.HostVms;
import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;

/** A host whose VMs exist in memory, with a hypervisor that can hang, and processes that can't. */
final class FakeHost implements HostVms, VmProcesses {
    private final Map<VmId, HostVm> vms = new ConcurrentSkipListMap<>();
    private final List<VmId> killed = new ArrayList<>();
    private volatile Optional<CountDownLatch> hung = Optional.empty();
    private volatile boolean stubborn;

    void run(String vm) {
        put(vm, Power.RUNNING, Optional.empty());
    }

    void run(String vm, String group, long epoch) {
        put(vm, Power.RUNNING, Optional.of(new Ownership(new GroupId(group), new Epoch(epoch))));
    }

    /** Its power is lost. */
    void goDown() {
        vms.clear();
    }

    private void put(String vm, Power power, Optional<Ownership> mark) {
        VmId id = new VmId(vm);
        vms.put(id, new HostVm(id, "name-of-" + vm, power, mark));
    }

    Optional<Power> power(String vm) {
        return Optional.ofNullable(vms.get(new VmId(vm))).map(HostVm::power);
    }

    /** From now on no call of the hypervisor returns. */
    void hang() {
        hung = Optional.of(new CountDownLatch(1));
    }

    /** From now on it lists, but powers nothing off. */
    void refuseToStop() {
        stubborn = true;
    }

    synchronized List<VmId> killed() {
        return List.copyOf(killed);
    }

    private void answer() {
        hung.ifPresent(latch -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new HypervisorException(Code.TIMEOUT, "It did not answer.", e);
            }
        });
    }

    @Override
    public List<HostVm> list(Duration timeout) {
        answer();
        return List.copyOf(vms.values());
    }

    @Override
    public void powerOff(VmId vm, Duration timeout) {
        answer();
        if (stubborn) {
            throw new HypervisorException(Code.FAILED, "It won't.");
        }
        vms.remove(vm);
    }

    @Override
    public void suspend(VmId vm, Duration timeout) {
        answer();
        vms.computeIfPresent(vm, (id, was) -> new HostVm(id, was.name(), Power.PAUSED, was.mark()));
    }

    @Override
    public synchronized SortedSet<VmId> kill(SortedMap<VmId, String> names) {
        SortedSet<VmId> found = new TreeSet<>(names.keySet());
        found.retainAll(vms.keySet());
        found.forEach(vms::remove);
        killed.addAll(found);
        return found;
    }

    @Override
    public void close() {
        // nothing to close
    }
}
