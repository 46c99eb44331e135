package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the end of a lease, or a guard by itself, has stopped at a site, and is to be started again
 * there.
 *
 * @param owed in order, the VMs that nobody has taken in hand yet
 * @param taken the VMs that a restart has taken in hand, each with the tenure that this began; a
 *     stop of an earlier tenure is old news
 */
public record Debt(List<VmId> owed, SortedMap<VmId, Epoch> taken) {
    public static final Debt NONE = new Debt(List.of(), Sorted.empty());

    public Debt {
        owed = owed.stream().sorted().distinct().toList();
        taken = Sorted.copy(taken);
    }

    Debt with(Collection<VmId> vms) {
        return new Debt(Stream.concat(owed.stream(), vms.stream()).toList(), taken);
    }

    Debt with(Stopped stop) {
        Epoch since = taken.getOrDefault(stop.vm(), Epoch.NONE);
        return stop.epoch().before(since) ? this : with(List.of(stop.vm()));
    }

    Debt takenInHand(Collection<VmId> vms, Epoch by) {
        List<VmId> left = owed.stream().filter(vm -> !vms.contains(vm)).toList();
        TreeMap<VmId, Epoch> all = new TreeMap<>(taken);
        vms.forEach(vm -> all.put(vm, by));
        return new Debt(left, all);
    }

    Debt settled() {
        return new Debt(List.of(), taken);
    }
}
