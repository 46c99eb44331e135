package adfer.adapter.simulated;

import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Store;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One simulated site.
 *
 * @param data the directory that keeps its VMs; one process at a time
 * @param sharedDisks the directory that stands for the storage both sites see; needed where disks
 *     are written
 * @param diskInterval how often a running guest writes to its disks on shared storage; zero for
 *     never
 * @param fleet the VMs it has when {@code data} is still empty; not looked at afterwards
 */
public record SimulatedConfig(
        SiteId site,
        Path data,
        List<Host> hosts,
        List<Network> networks,
        List<Store> stores,
        Optional<Path> sharedDisks,
        Duration diskInterval,
        Timing timing,
        List<SeedVm> fleet) {
    public SimulatedConfig {
        hosts = List.copyOf(hosts);
        networks = List.copyOf(networks);
        stores = List.copyOf(stores);
        fleet = List.copyOf(fleet);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("simulated site " + site + " needs a host");
        }
        if (diskInterval.isNegative()) {
            throw new IllegalArgumentException("diskInterval can't be negative");
        }
        if (diskInterval.isPositive() && sharedDisks.isEmpty()) {
            throw new IllegalArgumentException(
                    "simulated site "
                            + site
                            + " writes disks and needs a directory for the shared ones");
        }
        Set<HostId> known = hosts.stream().map(Host::id).collect(Collectors.toSet());
        Set<String> names = new HashSet<>();
        for (SeedVm vm : fleet) {
            if (!names.add(vm.name())) {
                throw new IllegalArgumentException("two simulated VMs are named " + vm.name());
            }
            if (!known.contains(vm.host())) {
                throw new IllegalArgumentException(
                        "simulated VM %s is placed on host %s, which site %s does not have"
                                .formatted(vm.name(), vm.host(), site));
            }
        }
    }
}
