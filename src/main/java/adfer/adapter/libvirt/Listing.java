package adfer.adapter.libvirt;

import adfer.inventory.Disk;
import adfer.inventory.SiteInventory;
import adfer.inventory.Vm;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;

import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Reads what a daemon has into the terms of the inventory. */
final class Listing {
    private static final Logger log = LoggerFactory.getLogger(Listing.class);

    private final LibvirtConfig config;

    /** By path. Asked for once: it means opening the disk. */
    private final Map<String, Long> diskSizes = new ConcurrentHashMap<>();

    Listing(LibvirtConfig config) {
        this.config = config;
    }

    SiteInventory all(Connect connect) throws LibvirtException {
        Site site = Site.read(connect, config);
        List<Vm> vms = new ArrayList<>();
        List<DomainSpec> specs = new ArrayList<>();
        List<Disk> disks = new ArrayList<>();
        for (Domain domain : connect.listAllDomains(0)) {
            try {
                String xml = Domains.xml(domain);
                DomainSpec spec = Domains.spec(domain, xml);
                Vm vm = vm(domain, spec, xml, site);
                specs.add(spec);
                vms.add(vm);
                disks.addAll(vm.disks());
            } catch (LibvirtException e) {
                // Undefined since the list was taken.
                if (!Refusals.is(e, ErrorNumber.VIR_ERR_NO_DOMAIN)) {
                    throw e;
                }
            } finally {
                domain.free();
            }
        }
        List<String> bridges = new ArrayList<>(config.bridges());
        bridges.addAll(DomainSpec.bridgesOf(specs));
        return new SiteInventory(
                List.of(site.host()),
                site.networks(bridges),
                site.stores(disks, config.sharedStores()),
                vms);
    }

    Optional<Vm> find(Connect connect, VmId vm) throws LibvirtException {
        return Domains.with(
                connect,
                vm,
                domain -> {
                    String xml = Domains.xml(domain);
                    DomainSpec spec = Domains.spec(domain, xml);
                    return vm(domain, spec, xml, Site.read(connect, config));
                });
    }

    /** What the rewriting of a definition asks of this site. */
    Definition.Here here(Connect connect, Site site) {
        return new Definition.Here() {
            @Override
            public boolean isNetwork(String name) {
                return site.networks().containsKey(name);
            }

            @Override
            public boolean isBridge(String name) {
                return config.bridges().contains(name) || bridgesInUse(connect).contains(name);
            }

            @Override
            public Optional<String> poolPath(String name) {
                return site.poolPath(name);
            }
        };
    }

    private List<String> bridgesInUse(Connect connect) {
        try {
            List<DomainSpec> specs = new ArrayList<>();
            for (Domain domain : connect.listAllDomains(0)) {
                specs.add(Domains.spec(domain));
                domain.free();
            }
            return DomainSpec.bridgesOf(specs);
        } catch (LibvirtException e) {
            throw Refusals.of(e, config.uri(), true);
        }
    }

    private Vm vm(Domain domain, DomainSpec spec, String xml, Site site) throws LibvirtException {
        for (DomainSpec.DiskSource disk : spec.disks()) {
            if (!diskSizes.containsKey(disk.path())) {
                measure(domain, disk);
            }
        }
        return spec.vm(
                        site.host().id(),
                        Domains.power(domain),
                        disk -> site.locate(disk, diskSizes),
                        config.labels().getOrDefault(spec.name(), Sorted.empty()),
                        xml)
                .withAutostart(Domains.autostart(domain));
    }

    /** A disk that can't be measured has size 0 until it can. */
    private void measure(Domain domain, DomainSpec.DiskSource disk) {
        try {
            diskSizes.put(disk.path(), domain.blockInfo(disk.device()).getCapacity());
        } catch (LibvirtException e) {
            log.debug("Size of disk {} is not known: {}", disk.path(), e.toString());
        }
    }
}
