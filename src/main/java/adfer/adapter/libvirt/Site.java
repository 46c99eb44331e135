package adfer.adapter.libvirt;

import adfer.adapter.libvirt.DomainSpec.DiskSource;
import adfer.inventory.Disk;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Store;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.StoreId;

import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.NodeInfo;
import org.libvirt.StoragePool;
import org.libvirt.StoragePoolInfo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a daemon has besides domains, as seen at one moment: its host, networks and storage pools.
 *
 * @param networks libvirt's active networks, with the bridge of each where it has one
 * @param pools the active storage pools
 */
record Site(Host host, SortedMap<String, String> networks, List<Pool> pools) {
    private static final int KIB_PER_MIB = 1_024;

    /**
     * @param path the directory it keeps volumes in; empty for pools without one
     */
    record Pool(String name, Optional<String> path, long capacityBytes, long freeBytes) {}

    static Site read(Connect connect, LibvirtConfig config) throws LibvirtException {
        SortedMap<String, String> networks = new TreeMap<>();
        for (String name : connect.listNetworks()) {
            networks.put(name, bridge(connect, name));
        }
        List<Pool> pools = new ArrayList<>();
        for (String name : connect.listStoragePools()) {
            pools.add(pool(connect, name));
        }
        return new Site(host(connect, config), networks, List.copyOf(pools));
    }

    static Host host(Connect connect, LibvirtConfig config) throws LibvirtException {
        NodeInfo node = connect.nodeInfo();
        HostId id =
                config.host().isPresent()
                        ? config.host().get()
                        : new HostId(Names.id(connect.getHostName()));
        return new Host(
                id,
                (int) Math.floor(node.cpus * config.vcpusPerCpu()),
                Math.max(0, node.memory / KIB_PER_MIB - config.reservedMemoryMib()),
                true);
    }

    /** Where the storage keeps a disk: in a pool, or in a directory that is none. */
    Disk locate(DiskSource source, Map<String, Long> sizes) {
        String store =
                source.pool()
                        .or(() -> poolOf(source.path()).map(Pool::name))
                        .map(Names::id)
                        .orElseGet(() -> Names.directory(source.path()));
        return new Disk(
                source.device(),
                new StoreId(store),
                source.path(),
                sizes.getOrDefault(source.path(), 0L));
    }

    /** The pools, and the directories of disks outside of them. */
    List<Store> stores(List<Disk> disks, SortedSet<String> shared) {
        SortedMap<StoreId, Store> stores = new TreeMap<>();
        for (Pool pool : pools) {
            StoreId id = new StoreId(Names.id(pool.name()));
            stores.put(
                    id,
                    new Store(
                            id,
                            pool.capacityBytes(),
                            pool.freeBytes(),
                            isShared(shared, pool.name())));
        }
        for (Disk disk : disks) {
            stores.computeIfAbsent(
                    disk.store(), id -> new Store(id, 0, 0, isShared(shared, id.value())));
        }
        return List.copyOf(stores.values());
    }

    /** Its networks, and the bridges that VMs are or may be on. */
    List<Network> networks(List<String> bridges) {
        SortedMap<NetworkId, Network> all = new TreeMap<>();
        networks.forEach((name, bridge) -> {
            NetworkId id = new NetworkId(Names.id(name));
            all.put(id, new Network(id, "libvirt network, " + bridge));
        });
        for (String bridge : new TreeSet<>(bridges)) {
            NetworkId id = new NetworkId(Names.id(bridge));
            all.putIfAbsent(id, new Network(id, "bridge " + bridge));
        }
        return List.copyOf(all.values());
    }

    Optional<String> poolPath(String name) {
        return pools.stream()
                .filter(pool -> Names.id(pool.name()).equals(name))
                .flatMap(pool -> pool.path().stream())
                .findFirst();
    }

    private Optional<Pool> poolOf(String path) {
        return pools.stream()
                .filter(pool -> pool.path().filter(dir -> path.startsWith(dir + "/")).isPresent())
                .findFirst();
    }

    /** A directory may be written with its leading slash. */
    private static boolean isShared(SortedSet<String> shared, String store) {
        return shared.contains(store) || shared.contains("/" + store);
    }

    private static String bridge(Connect connect, String network) throws LibvirtException {
        org.libvirt.Network found = connect.networkLookupByName(network);
        try {
            String bridge =
                    Xml.attribute(
                            Xml.child(
                                    Xml.parse(found.getXMLDesc(0)).getDocumentElement(), "bridge"),
                            "name");
            return bridge.isEmpty() ? "no bridge" : "bridge " + bridge;
        } finally {
            found.free();
        }
    }

    private static Pool pool(Connect connect, String name) throws LibvirtException {
        StoragePool found = connect.storagePoolLookupByName(name);
        try {
            StoragePoolInfo info = found.getInfo();
            Optional<String> path =
                    Xml.child(Xml.parse(found.getXMLDesc(0)).getDocumentElement(), "target")
                            .map(target -> Xml.text(target, "path"))
                            .filter(text -> !text.isEmpty());
            return new Pool(name, path, info.capacity, info.available);
        } finally {
            found.free();
        }
    }
}
