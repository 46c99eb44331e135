package adfer.plan;

import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Cidr;
import adfer.kernel.IpAddress;
import adfer.kernel.NetworkId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;
import adfer.runbook.Runbook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The network cards each VM gets at the target: networks and addresses by the runbook's mappings.
 */
final class Cards {
    private final SiteView source;
    private final SiteView target;
    private final SortedMap<NetworkId, NetworkId> networks;
    private final List<Map.Entry<Cidr, Cidr>> subnets;
    private final Remarks remarks;
    private final TreeMap<VmId, List<Nic>> nics = new TreeMap<>();
    private final TreeMap<NetworkId, List<String>> unmapped = new TreeMap<>();
    private final TreeMap<NetworkId, NetworkId> absent = new TreeMap<>();
    private final TreeMap<String, String> outside = new TreeMap<>();
    private boolean kept;

    private Cards(Runbook runbook, SiteView source, SiteView target, Remarks remarks) {
        this.source = source;
        this.target = target;
        this.remarks = remarks;
        boolean away = source.id().equals(runbook.home());
        networks = away ? runbook.protect().networks() : reversed(runbook.protect().networks());
        SortedMap<Cidr, Cidr> addresses =
                away ? runbook.protect().addresses() : reversed(runbook.protect().addresses());
        subnets =
                addresses.entrySet().stream()
                        .sorted(
                                Comparator.comparingInt(
                                        (Map.Entry<Cidr, Cidr> e) -> -e.getKey().prefix()))
                        .toList();
    }

    static SortedMap<VmId, List<Nic>> of(
            Runbook runbook, List<Vm> vms, SiteView source, SiteView target, Remarks remarks) {
        Cards cards = new Cards(runbook, source, target, remarks);
        vms.forEach(cards::map);
        cards.report();
        new Clashes(vms, cards.nics, target, remarks).report();
        return Sorted.copy(cards.nics);
    }

    private static <K extends Comparable<? super K>> SortedMap<K, K> reversed(SortedMap<K, K> map) {
        TreeMap<K, K> reversed = new TreeMap<>();
        map.forEach((key, value) -> reversed.put(value, key));
        return reversed;
    }

    private void map(Vm vm) {
        List<Nic> mapped = new ArrayList<>();
        for (Nic nic : vm.nics()) {
            NetworkId network = networks.get(nic.network());
            if (network == null) {
                unmapped.computeIfAbsent(nic.network(), n -> new ArrayList<>()).add(vm.name());
                continue;
            }
            if (!target.has(network)) {
                absent.put(network, nic.network());
            }
            List<String> addresses =
                    nic.addresses().stream()
                            .filter(address -> !linkLocal(address))
                            .flatMap(address -> translated(vm, address).stream())
                            .toList();
            mapped.add(new Nic(nic.mac(), network, addresses));
        }
        nics.put(vm.id(), mapped);
    }

    /** An address that a guest gives itself on every link means nothing elsewhere. */
    static boolean linkLocal(String address) {
        return address.toLowerCase(java.util.Locale.ROOT).startsWith("fe80:");
    }

    private Optional<String> translated(Vm vm, String address) {
        if (!IpAddress.isAddress(address)) {
            return Optional.empty();
        }
        for (Map.Entry<Cidr, Cidr> subnet : subnets) {
            Optional<String> there = subnet.getKey().translate(address, subnet.getValue());
            if (there.isPresent()) {
                return there;
            }
        }
        boolean familyMapped =
                subnets.stream()
                        .anyMatch(s -> s.getKey().value().contains(":") == address.contains(":"));
        if (familyMapped) {
            outside.put(address, vm.name());
        } else {
            kept = true;
        }
        return Optional.of(address);
    }

    private void report() {
        unmapped.forEach((network, names) ->
                remarks.refuse(
                        "unmapped-network",
                        "Network "
                                + network
                                + " of site "
                                + source.id()
                                + " is mapped to none of site "
                                + target.id()
                                + ", and "
                                + Remarks.names(names)
                                + " would be cut off: add it to 'networks' in the runbook."));
        absent.forEach((network, from) ->
                remarks.refuse(
                        "no-such-network",
                        "Site "
                                + target.id()
                                + " has no network "
                                + network
                                + ", which "
                                + from
                                + " is mapped to."));
        if (!outside.isEmpty()) {
            remarks.refuse(
                    "unmapped-address",
                    "No subnet of the runbook's 'addresses' holds "
                            + Remarks.names(
                                    outside.entrySet().stream()
                                            .map(e -> e.getKey() + " of " + e.getValue())
                                            .toList())
                            + ".");
        }
        if (kept) {
            remarks.warn(
                    "addresses-kept",
                    "VMs keep addresses at site "
                            + target.id()
                            + " for which the runbook has no mapping; its network must carry"
                            + " them.");
        }
    }

    /** What would collide with VMs that the target has already. */
    private static final class Clashes {
        private final TreeMap<VmId, Vm> ours = new TreeMap<>();
        private final TreeMap<String, Vm> names = new TreeMap<>();
        private final TreeMap<String, Vm> addresses = new TreeMap<>();
        private final TreeMap<String, Vm> macs = new TreeMap<>();
        private final SiteView target;
        private final Remarks remarks;

        Clashes(List<Vm> vms, Map<VmId, List<Nic>> nics, SiteView target, Remarks remarks) {
            this.target = target;
            this.remarks = remarks;
            for (Vm vm : vms) {
                ours.put(vm.id(), vm);
                names.put(vm.name(), vm);
                for (Nic nic : nics.getOrDefault(vm.id(), List.of())) {
                    macs.put(nic.mac(), vm);
                    nic.addresses()
                            .forEach(address -> {
                                Vm other = addresses.put(address, vm);
                                if (other != null && !other.id().equals(vm.id())) {
                                    clash(address, vm, other.name());
                                }
                            });
                }
            }
        }

        void report() {
            for (Vm there : target.vms()) {
                if (ours.containsKey(there.id())) {
                    alreadyThere(there);
                    continue;
                }
                Vm sameName = names.get(there.name());
                if (sameName != null) {
                    remarks.refuse(
                            "name-taken",
                            "Site "
                                    + target.id()
                                    + " has another VM named "
                                    + there.name()
                                    + " (identity "
                                    + there.id()
                                    + "): rename or remove it.");
                }
                for (Nic nic : there.nics()) {
                    card(there, nic);
                }
            }
        }

        private void alreadyThere(Vm there) {
            switch (there.power()) {
                case RUNNING, PAUSED ->
                        remarks.refuse(
                                "running-at-target",
                                there.name()
                                        + " runs at site "
                                        + target.id()
                                        + " already, where it must not: find out which copy is the"
                                        + " right one, and stop the other.");
                case UNKNOWN ->
                        remarks.warn(
                                "power-unknown",
                                "Nobody can say whether "
                                        + there.name()
                                        + " runs at site "
                                        + target.id()
                                        + " already.");
                case OFF -> {}
            }
        }

        private void card(Vm there, Nic nic) {
            Vm sameMac = macs.get(nic.mac());
            if (sameMac != null) {
                remarks.warn(
                        "mac-clash",
                        sameMac.name()
                                + " has the MAC address "
                                + nic.mac()
                                + ", as has "
                                + there.name()
                                + " at site "
                                + target.id()
                                + ".");
            }
            for (String address : nic.addresses()) {
                Vm sameAddress = addresses.get(address);
                if (sameAddress != null && there.power() != Power.OFF) {
                    clash(address, sameAddress, there.name());
                }
            }
        }

        private void clash(String address, Vm vm, String other) {
            remarks.refuse(
                    "address-clash",
                    vm.name()
                            + " would get "
                            + address
                            + " at site "
                            + target.id()
                            + ", which "
                            + other
                            + " has.");
        }
    }
}
