package adfer.plan;

import adfer.inventory.Disk;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.StoreId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Whether the target can read the VMs' disks, and how old what it reads would be. */
final class Disks {
    private Disks() {}

    static Plan.DataAge judge(List<Vm> vms, SiteView source, SiteView target, Remarks remarks) {
        TreeMap<StoreId, List<String>> users = new TreeMap<>();
        for (Vm vm : vms) {
            for (Disk disk : vm.disks()) {
                users.computeIfAbsent(disk.store(), s -> new ArrayList<>())
                        .add(vm.name() + "'s " + disk.device());
            }
        }
        if (users.isEmpty()) {
            return new Plan.DataAge(
                    true, Duration.ZERO, "The VMs have no disks, so there is no data to lose.");
        }
        boolean all = true;
        for (var user : users.entrySet()) {
            all &= reachable(user.getKey(), user.getValue(), source, target, remarks);
        }
        return all
                ? new Plan.DataAge(
                        true,
                        Duration.ZERO,
                        "Both sites see the same storage, so nothing that was written is lost.")
                : Plan.DataAge.UNKNOWN;
    }

    private static boolean reachable(
            StoreId id, List<String> disks, SiteView source, SiteView target, Remarks remarks) {
        Optional<Store> here = source.store(id);
        Optional<Store> there = target.store(id);
        if (here.isEmpty()) {
            remarks.refuse(
                    "no-such-store",
                    "Site "
                            + source.id()
                            + "'s inventory lacks storage "
                            + id
                            + ", which holds "
                            + Remarks.names(disks)
                            + ".");
        } else if (!here.get().shared()) {
            remarks.refuse(
                    "no-copy-of-disk",
                    "Site "
                            + target.id()
                            + " has no copy of "
                            + Remarks.names(disks)
                            + ": storage "
                            + id
                            + " exists at site "
                            + source.id()
                            + " alone.");
        } else if (there.isEmpty() || !there.get().shared()) {
            remarks.refuse(
                    "no-such-store",
                    "Site "
                            + target.id()
                            + " does not see the shared storage "
                            + id
                            + ", which holds "
                            + Remarks.names(disks)
                            + ".");
        } else {
            return true;
        }
        return false;
    }
}
