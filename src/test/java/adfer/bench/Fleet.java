package adfer.bench;

import adfer.inventory.At;
import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Many VMs that look like real ones, each with a definition of about two kilobytes. */
final class Fleet {
    private static final int DEFINITION = 2_000;

    private Fleet() {}

    static At.VmAt vm(int number, Power power) {
        String name = String.format(Locale.ROOT, "vm-%06d", number);
        String mac = String.format(Locale.ROOT, "52:54:00:%06x", number);
        return new At.VmAt(
                new SiteId(number % 2 == 0 ? "a" : "b"),
                new Vm(
                        new VmId(name),
                        name,
                        Optional.of(new HostId("host-" + number % 200)),
                        power,
                        2,
                        4096,
                        List.of(
                                new Disk(
                                        "vda",
                                        new StoreId("pool-" + number % 20),
                                        "/var/lib/images/" + name + ".qcow2",
                                        20L << 30)),
                        List.of(new Nic(mac, new NetworkId("vlan-20"), List.of(address(number)))),
                        Sorted.copy(Map.of("service", "s" + number % 500, "tier", "web")),
                        Optional.empty(),
                        definition(name, mac)));
    }

    private static String address(int number) {
        return "10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    private static String definition(String name, String mac) {
        StringBuilder xml = new StringBuilder("<domain type='kvm'><name>" + name + "</name>");
        for (int i = 0; xml.length() < DEFINITION; i++) {
            xml.append("<interface type='bridge'><mac address='")
                    .append(mac)
                    .append("'/><address slot='")
                    .append(i)
                    .append("' function='")
                    .append(name.hashCode() * 31 + i)
                    .append("'/></interface>");
        }
        return xml.append("</domain>").toString();
    }
}
