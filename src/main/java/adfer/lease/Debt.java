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
 * @param since the tenure in which the site was given the group; a stop of an earlier one is old
 *     news
 * @param owed in order, the VMs that nobody has taken in hand yet
 * @param taken the VMs that a restart has taken in hand, each with the tenure that this began; a
 *     stop of an earlier tenure is old news
 */
public record Debt(Epoch since, List<VmId> owed, SortedMap<VmId, Epoch> taken) {
    /** Of a group that is protected for the first time. */
    public static final Debt NONE = since(Epoch.NONE);

    public Debt {
        owed = owed.stream().sorted().distinct().toList();
        taken = Sorted.copy(taken);
    }

    static Debt since(Epoch tenure) {
        return new Debt(tenure, List.of(), Sorted.empty());
    }

    Debt with(Collection<VmId> vms) {
        return new Debt(since, Stream.concat(owed.stream(), vms.stream()).toList(), taken);
    }

    Debt with(Stopped stop) {
        return stop.epoch().before(taken.getOrDefault(stop.vm(), since))
                ? this
                : with(List.of(stop.vm()));
    }

    Debt takenInHand(Collection<VmId> vms, Epoch by) {
        List<VmId> left = owed.stream().filter(vm -> !vms.contains(vm)).toList();
        TreeMap<VmId, Epoch> all = new TreeMap<>(taken);
        vms.forEach(vm -> all.put(vm, by));
        return new Debt(since, left, all);
    }

    Debt settled() {
        return new Debt(since, List.of(), taken);
    }
}
