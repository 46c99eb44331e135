package adfer.app;

import adfer.adapter.libvirt.LibvirtConfig;
import adfer.adapter.libvirt.LibvirtHostVms;
import adfer.adapter.libvirt.LibvirtHypervisor;
import adfer.adapter.simulated.ProcessVms;
import adfer.adapter.simulated.SeedVm;
import adfer.adapter.simulated.SimulatedConfig;
import adfer.adapter.simulated.SimulatedGuard;
import adfer.adapter.simulated.SimulatedHypervisor;
import adfer.adapter.simulated.Timing;
import adfer.app.AdferConfiguration.HypervisorSettings;
import adfer.app.AdferConfiguration.LibvirtSettings;
import adfer.app.AdferConfiguration.SimulatedSettings;
import adfer.inventory.Disk;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Nic;
import adfer.inventory.Store;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.SiteId;
import adfer.kernel.StoreId;
import adfer.lease.LeaseTerms;
import adfer.port.Guards;
import adfer.port.HostVms;
import adfer.port.Hypervisor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Opens the hypervisor that a site's configuration describes. */
final class Hypervisors {
    private static final StoreId SHARED = new StoreId("shared");
    private static final long GIB = 1L << 30;
    private static final Duration GUARD_RETRY = Duration.ofSeconds(1);

    private Hypervisors() {}

    static Hypervisor open(SiteId site, HypervisorSettings settings, Path data) {
        return switch (settings.type) {
            case simulated -> simulated(site, settings.simulated, data);
            case libvirt -> LibvirtHypervisor.open(libvirt(settings.libvirt));
        };
    }

    /** The guards of the site's hosts; none for a hypervisor that has no guards configured. */
    static Guards guards(
            HypervisorSettings settings, Hypervisor hypervisor, LeaseTerms terms, Path data) {
        return switch (settings.type) {
            case simulated -> {
                TreeSet<HostId> hosts = new TreeSet<>();
                settings.simulated.hosts.keySet().forEach(id -> hosts.add(new HostId(id)));
                yield new SimulatedGuard(terms, (SimulatedHypervisor) hypervisor, hosts, data);
            }
            case libvirt -> Guards.NONE;
        };
    }

    /**
     * The VMs of one host, for its guard.
     *
     * @param address a libvirt URI, or {@code processes:FOLDER} for a lab
     */
    static HostVms host(String address) {
        String folder = "processes:";
        return address.startsWith(folder)
                ? new ProcessVms(Path.of(address.substring(folder.length())))
                : LibvirtHostVms.open(LibvirtConfig.usual(address).retryingAfter(GUARD_RETRY));
    }

    private static LibvirtConfig libvirt(LibvirtSettings settings) {
        LibvirtConfig usual = LibvirtConfig.usual(settings.uri);
        return new LibvirtConfig(
                usual.uri(),
                usual.host(),
                settings.callTimeout.toJavaDuration(),
                usual.connectTimeout(),
                usual.retryAtMost(),
                usual.keepAliveSeconds(),
                usual.keepAliveCount(),
                usual.threads(),
                usual.vcpusPerCpu(),
                settings.reservedMemory.toMebibytes(),
                new TreeSet<>(settings.sharedStores),
                usual.bridges(),
                usual.labels());
    }

    private static Hypervisor simulated(SiteId site, SimulatedSettings settings, Path data) {
        List<Host> hosts = new ArrayList<>();
        settings.hosts.forEach((id, host) ->
                hosts.add(new Host(new HostId(id), host.vcpus, host.memoryMib, true)));
        List<Network> networks =
                settings.networks.stream()
                        .map(id -> new Network(new NetworkId(id), "simulated"))
                        .toList();
        boolean shared = !settings.sharedDisks.isEmpty();
        List<Store> stores =
                shared ? List.of(new Store(SHARED, 100_000 * GIB, 90_000 * GIB, true)) : List.of();
        SimulatedGuard.beforeOpening(data);
        return SimulatedHypervisor.open(
                new SimulatedConfig(
                        site,
                        data,
                        hosts,
                        networks,
                        stores,
                        shared
                                ? Optional.of(Path.of(settings.sharedDisks).toAbsolutePath())
                                : Optional.empty(),
                        shared ? settings.diskEvery.toJavaDuration() : Duration.ZERO,
                        new Timing(
                                settings.powerOn.toJavaDuration(),
                                settings.boot.toJavaDuration(),
                                settings.shutDown.toJavaDuration(),
                                Timing.USUAL.jitter(),
                                Timing.USUAL.seed()),
                        fleet(settings, hosts, networks)));
    }

    /**
     * The VMs of a file of {@code name,vcpus,memoryMib,address,labels}, spread over the hosts in
     * turn.
     */
    private static List<SeedVm> fleet(
            SimulatedSettings settings, List<Host> hosts, List<Network> networks) {
        if (settings.fleet.isEmpty()) {
            return List.of();
        }
        List<SeedVm> vms = new ArrayList<>();
        int number = 0;
        for (String line : lines(settings.fleet)) {
            number++;
            String[] cells = line.split(",", -1);
            if (number == 1 || line.isBlank()) {
                continue;
            }
            try {
                vms.add(
                        vm(
                                cells,
                                hosts.get(vms.size() % hosts.size()),
                                networks.getFirst(),
                                vms.size()));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "fleet "
                                + settings.fleet
                                + ", line "
                                + number
                                + ": write name,vcpus,memoryMib,address,labels ("
                                + e.getMessage()
                                + ").",
                        e);
            }
        }
        return vms;
    }

    private static SeedVm vm(String[] cells, Host host, Network network, int index) {
        TreeMap<String, String> labels = new TreeMap<>();
        for (String label : cells[4].split(";", -1)) {
            int equals = label.indexOf('=');
            if (equals > 0) {
                labels.put(label.substring(0, equals).strip(), label.substring(equals + 1).strip());
            }
        }
        String mac =
                String.format(
                        java.util.Locale.ROOT, "52:54:00:ad:%02x:%02x", index / 256, index % 256);
        return new SeedVm(
                cells[0],
                host.id(),
                Integer.parseInt(cells[1]),
                Long.parseLong(cells[2]),
                List.of(new Disk("vda", SHARED, cells[0] + ".disk", 20 * GIB)),
                List.of(new Nic(mac, network.id(), List.of(cells[3]))),
                labels,
                Optional.empty(),
                true);
    }

    private static List<String> lines(String fleet) {
        try {
            if (!fleet.equals("demo")) {
                return Files.readAllLines(Path.of(fleet));
            }
            try (@Nullable InputStream shipped =
                    Hypervisors.class.getResourceAsStream("/demo/fleet.csv")) {
                if (shipped == null) {
                    throw new IllegalArgumentException(
                            "the demo's fleet is missing from this build");
                }
                return new String(shipped.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "fleet: " + fleet + " can't be read: " + e.getMessage(), e);
        }
    }
}
