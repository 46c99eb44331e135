package adfer.run;

import adfer.kernel.Epoch;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** A hypervisor of one site: which VMs run there, and of which epoch the last act on each was. */
final class WorldSite {
    private record Machine(boolean running, Epoch mark) {}

    final SiteId id;
    boolean alive = true;
    private final Map<VmId, Machine> machines = new TreeMap<>();

    WorldSite(SiteId id) {
        this.id = id;
    }

    /**
     * A VM that isn't defined here is off, and has nothing to bear a mark.
     *
     * @param define whether it is to be defined for that
     */
    Outcome stop(VmId vm, Epoch mark, boolean define) {
        return define || machines.containsKey(vm)
                ? act(vm, mark, false)
                : new Outcome.Done(vm + " is unknown at " + id + ".", true);
    }

    Outcome start(VmId vm, Epoch mark) {
        return act(vm, mark, true);
    }

    private Outcome act(VmId vm, Epoch mark, boolean on) {
        Machine before = machines.getOrDefault(vm, new Machine(false, Epoch.NONE));
        if (mark.before(before.mark())) {
            String sentence =
                    "VM " + vm + " was acted on for epoch " + before.mark() + ", not " + mark + ".";
            return new Outcome.Failed(new Problem("stale-epoch", sentence), false);
        }
        machines.put(vm, new Machine(on, mark));
        return new Outcome.Done(
                vm + (on ? " runs at " : " is off at ") + id + ".", before.running() == on);
    }

    /** The power goes: everything is off, and stays off when it comes back. */
    void burn() {
        alive = false;
        machines.replaceAll((vm, machine) -> new Machine(false, machine.mark()));
    }

    boolean runs(VmId vm) {
        Machine machine = machines.get(vm);
        return machine != null && machine.running();
    }

    boolean runsAny(Collection<VmId> vms) {
        return vms.stream().anyMatch(this::runs);
    }
}
