package adfer.inventory;

import java.util.List;

/** Everything one site's hypervisor manages, as listed at one moment. */
public record SiteInventory(
        List<Host> hosts, List<Network> networks, List<Store> stores, List<Vm> vms) {
    public static final SiteInventory EMPTY =
            new SiteInventory(List.of(), List.of(), List.of(), List.of());

    public SiteInventory {
        hosts = List.copyOf(hosts);
        networks = List.copyOf(networks);
        stores = List.copyOf(stores);
        vms = List.copyOf(vms);
    }
}
