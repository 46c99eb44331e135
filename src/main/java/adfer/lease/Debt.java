package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the end of a lease, or a guard by itself, has stopped at a site, and is to be started again
 * there. Guards tell of a stop until they have seen the VM on, so the same one is heard of many
 * times.
 *
 * @param since the tenure in which the site was given the group; a stop of an earlier one is old
 *     news
 * @param owed in order, the VMs that nobody has taken in hand yet
 * @param taken the VMs that a restart under way has in hand, each with the tenure that this began;
 *     a stop of an earlier tenure is old news
 * @param heard by which stop a guard has last told of a VM; more of the same one is old news
 */
public record Debt(
        Epoch since, List<VmId> owed, SortedMap<VmId, Epoch> taken, SortedMap<VmId, Long> heard) {
    /** Of a group that is protected for the first time. */
    public static final Debt NONE = since(Epoch.NONE);

    public Debt {
        owed = owed.stream().sorted().distinct().toList();
        taken = Sorted.copy(taken);
        heard = Sorted.copy(heard);
    }

    static Debt since(Epoch tenure) {
        return new Debt(tenure, List.of(), Sorted.empty(), Sorted.empty());
    }

    Debt with(Collection<VmId> vms) {
        return new Debt(since, Stream.concat(owed.stream(), vms.stream()).toList(), taken, heard);
    }

    Debt with(Stopped stop) {
        if (stop.epoch().before(since) || Objects.equals(heard.get(stop.vm()), stop.since())) {
            return this;
        }
        TreeMap<VmId, Long> all = new TreeMap<>(heard);
        all.put(stop.vm(), stop.since());
        Debt knowing = new Debt(since, owed, taken, all);
        return stop.epoch().before(taken.getOrDefault(stop.vm(), since))
                ? knowing
                : knowing.with(List.of(stop.vm()));
    }

    /** Every guard has told all it has stopped; what is none of that was on since, for good. */
    Debt stillStopped(Collection<VmId> vms) {
        TreeMap<VmId, Long> left = new TreeMap<>(heard);
        return left.keySet().retainAll(vms) ? new Debt(since, owed, taken, left) : this;
    }

    Debt takenInHand(Collection<VmId> vms, Epoch by) {
        List<VmId> left = owed.stream().filter(vm -> !vms.contains(vm)).toList();
        TreeMap<VmId, Epoch> all = new TreeMap<>(taken);
        vms.forEach(vm -> all.put(vm, by));
        return new Debt(since, left, all, heard);
    }

    /**
     * The restart that had these in hand is over. It needn't have started one of them: one that was
     * on all the time bears an earlier tenure's mark still, and is owed when it is stopped next.
     */
    Debt outOfHand(Collection<VmId> vms) {
        TreeMap<VmId, Epoch> left = new TreeMap<>(taken);
        return left.keySet().removeAll(vms) ? new Debt(since, owed, left, heard) : this;
    }

    /**
     * A listing shows that all it owes is on. Should a guard still tell of one, then the listing
     * was older than the stop.
     */
    Debt settled() {
        TreeMap<VmId, Long> left = new TreeMap<>(heard);
        left.keySet().removeAll(owed);
        return new Debt(since, List.of(), taken, left);
    }
}
