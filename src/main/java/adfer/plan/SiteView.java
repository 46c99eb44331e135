package adfer.plan;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.inventory.Power;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.SiteId;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;
import adfer.mesh.SiteVerdict;
import adfer.mesh.SiteVerdict.Diagnosis;
import adfer.mesh.SiteVerdict.Status;
import adfer.runbook.Selector;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** One site as of one index, read once and then asked often. */
final class SiteView {
    private final SiteId id;
    private final Optional<SiteVerdict> verdict;
    private final Optional<At.Sweep> sweep;
    private final List<Vm> vms;
    private final NavigableMap<HostId, Room> rooms = new TreeMap<>();
    private final NavigableSet<NetworkId> networks = new TreeSet<>();
    private final NavigableMap<StoreId, Store> stores = new TreeMap<>();
    private @Nullable Map<Selector, List<Vm>> picks;

    SiteView(SiteId id, World world) {
        this.id = id;
        verdict = world.verdict(id);
        sweep = world.sweep(id);
        vms = world.vms(id).toList();
        world.networks(id).forEach(network -> networks.add(network.id()));
        world.stores(id).forEach(store -> stores.put(store.id(), store));
        world.hosts(id)
                .filter(Host::usable)
                .forEach(host ->
                        rooms.put(host.id(), new Room(host.id(), host.vcpus(), host.memoryMib())));
        TreeSet<VmId> counted = new TreeSet<>();
        for (Vm vm : vms) {
            if (vm.power() != Power.OFF && vm.host().isPresent()) {
                counted.add(vm.id());
                take(vm.host().get(), vm.vcpus(), vm.memoryMib());
            }
        }
        world.pledges(id)
                .filter(pledge -> counted.add(pledge.vm()))
                .forEach(pledge -> take(pledge.host(), pledge.vcpus(), pledge.memoryMib()));
    }

    private void take(HostId host, int vcpus, long memoryMib) {
        Room room = rooms.get(host);
        if (room != null) {
            room.take(vcpus, memoryMib);
        }
    }

    SiteId id() {
        return id;
    }

    List<Vm> vms() {
        return vms;
    }

    /** The VMs that any of these picks, sorted by name. */
    List<Vm> picked(List<Selector> selectors) {
        Map<Selector, List<Vm>> index = picks;
        if (index == null) {
            index = index(vms);
            picks = index;
        }
        return selectors.stream()
                .map(index::get)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .distinct()
                .sorted(Comparator.comparing(Vm::name).thenComparing(Vm::id))
                .toList();
    }

    /** What every selector that picks anything here picks. */
    private static Map<Selector, List<Vm>> index(List<Vm> vms) {
        Map<Selector, List<Vm>> index = new HashMap<>();
        for (Vm vm : vms) {
            Selector.picking(vm)
                    .forEach(s -> index.computeIfAbsent(s, none -> new ArrayList<>()).add(vm));
        }
        return index;
    }

    Optional<At.Sweep> sweep() {
        return sweep;
    }

    Optional<SiteVerdict> verdict() {
        return verdict;
    }

    Status status() {
        return verdict.map(SiteVerdict::status).orElse(Status.UNDECIDED);
    }

    /** Whether its VMs can be told anything: a site whose hypervisor is dead can't. */
    boolean reachable() {
        return switch (status()) {
            case HEALTHY -> true;
            case DEGRADED ->
                    verdict.map(v -> v.diagnosis() != Diagnosis.HYPERVISOR_DEAD).orElse(false);
            case UNREACHABLE, UNDECIDED -> false;
        };
    }

    boolean has(NetworkId network) {
        return networks.contains(network);
    }

    Optional<Store> store(StoreId store) {
        return Optional.ofNullable(stores.get(store));
    }

    /** The room left on each usable host, for the caller to fill. */
    List<Room> rooms() {
        return rooms.values().stream().map(Room::copy).toList();
    }

    /** Names as the verdict's reason, or why there is none. */
    String reason() {
        return verdict.map(SiteVerdict::sentence)
                .orElse("Nobody has judged it since the cluster started.");
    }

    static Map<String, Vm> byName(List<Vm> vms) {
        TreeMap<String, Vm> byName = new TreeMap<>();
        vms.forEach(vm -> byName.putIfAbsent(vm.name(), vm));
        return byName;
    }
}
