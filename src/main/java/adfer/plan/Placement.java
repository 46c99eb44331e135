package adfer.plan;

import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which VM goes to which host.
 *
 * <p>The largest VMs come first. Each goes to the host that is emptiest with it, which spreads
 * load, and spreads equals such as two databases; if that leaves VMs without a place, everything is
 * tried again with each going to the host that is fullest with it, which packs tighter (first-fit
 * and best-fit decreasing are within 22% of the fewest hosts for one dimension; Johnson, 1973).
 */
record Placement(SortedMap<VmId, HostId> hosts, List<Vm> homeless) {
    private static final Comparator<Vm> LARGEST_FIRST =
            Comparator.comparingLong(Vm::memoryMib)
                    .thenComparingInt(Vm::vcpus)
                    .reversed()
                    .thenComparing(Vm::name)
                    .thenComparing(Vm::id);

    static Placement of(List<Vm> vms, SiteView site) {
        List<Vm> ordered = vms.stream().sorted(LARGEST_FIRST).toList();
        Placement spread = place(ordered, site.rooms(), 1);
        return spread.homeless().isEmpty() ? spread : place(ordered, site.rooms(), -1);
    }

    /**
     * @param sign 1 prefers the emptiest host, -1 the fullest
     */
    private static Placement place(List<Vm> ordered, List<Room> rooms, int sign) {
        TreeMap<VmId, HostId> hosts = new TreeMap<>();
        List<Vm> homeless = new java.util.ArrayList<>();
        for (Vm vm : ordered) {
            Optional<Room> best =
                    rooms.stream()
                            .filter(room -> room.fits(vm.vcpus(), vm.memoryMib()))
                            .min(
                                    Comparator.comparingDouble(room ->
                                            sign * room.fullnessWith(vm.vcpus(), vm.memoryMib())));
            if (best.isPresent()) {
                best.get().take(vm.vcpus(), vm.memoryMib());
                hosts.put(vm.id(), best.get().host());
            } else {
                homeless.add(vm);
            }
        }
        return new Placement(Sorted.copy(hosts), homeless);
    }

    /** Says what is missing where. */
    void refuse(SiteView site, Remarks remarks) {
        List<Room> rooms = site.rooms();
        if (homeless.isEmpty()) {
            return;
        }
        if (rooms.isEmpty()) {
            remarks.refuse("no-host", "Site " + site.id() + " has no host that can be used.");
            return;
        }
        long memory = homeless.stream().mapToLong(Vm::memoryMib).sum();
        long vcpus = homeless.stream().mapToLong(Vm::vcpus).sum();
        long freeMemory = rooms.stream().mapToLong(Room::freeMemoryMib).filter(m -> m > 0).sum();
        long freeVcpus = rooms.stream().mapToLong(Room::freeVcpus).filter(v -> v > 0).sum();
        long largest = rooms.stream().mapToLong(Room::freeMemoryMib).max().orElse(0);
        remarks.refuse(
                "no-capacity",
                "Site "
                        + site.id()
                        + " has no room for "
                        + homeless.size()
                        + " of "
                        + Remarks.count(homeless.size() + hosts.size(), "VM")
                        + " ("
                        + Remarks.names(homeless.stream().map(Vm::name).toList())
                        + "), which need "
                        + memory
                        + " MiB and "
                        + Remarks.count(vcpus, "vCPU")
                        + "; before this plan "
                        + Remarks.count(rooms.size(), "usable host")
                        + " had "
                        + freeMemory
                        + " MiB (at most "
                        + Math.max(0, largest)
                        + " MiB on one) and "
                        + Remarks.count(freeVcpus, "vCPU")
                        + " left.");
    }
}
