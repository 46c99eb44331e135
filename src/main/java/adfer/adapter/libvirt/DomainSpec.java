package adfer.adapter.libvirt;

import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.VmId;

import org.w3c.dom.Element;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** What a domain's XML says of it, as far as Adfer cares. */
record DomainSpec(
        VmId id,
        String name,
        int vcpus,
        long memoryMib,
        List<DiskSource> disks,
        List<Nic> nics,
        Marks marks,
        List<String> bridges) {
    private static final Map<String, Long> UNITS =
            Map.ofEntries(
                    Map.entry("b", 1L),
                    Map.entry("bytes", 1L),
                    Map.entry("k", 1L << 10),
                    Map.entry("kib", 1L << 10),
                    Map.entry("kb", 1_000L),
                    Map.entry("m", 1L << 20),
                    Map.entry("mib", 1L << 20),
                    Map.entry("mb", 1_000_000L),
                    Map.entry("g", 1L << 30),
                    Map.entry("gib", 1L << 30),
                    Map.entry("gb", 1_000_000_000L),
                    Map.entry("t", 1L << 40),
                    Map.entry("tib", 1L << 40),
                    Map.entry("tb", 1_000_000_000_000L));

    /**
     * Where a disk is.
     *
     * @param pool the storage pool where the XML names one
     * @param path a file, a device, or a volume of the pool
     */
    record DiskSource(String device, Optional<String> pool, String path) {}

    /**
     * @throws IllegalArgumentException with one sentence, when this is no usable domain
     */
    static DomainSpec parse(String xml) {
        return read(Xml.parse(xml).getDocumentElement());
    }

    static DomainSpec read(Element domain) {
        if (!domain.getTagName().equals("domain")) {
            throw new IllegalArgumentException("it is no <domain>");
        }
        Marks marks = Marks.read(domain);
        List<Element> interfaces = devices(domain, "interface");
        return new DomainSpec(
                new VmId(Xml.text(domain, "uuid")),
                Xml.text(domain, "name"),
                Integer.parseInt(Xml.text(domain, "vcpu")),
                memoryMib(domain),
                devices(domain, "disk").stream()
                        .map(DomainSpec::disk)
                        .flatMap(Optional::stream)
                        .toList(),
                interfaces.stream().map(card -> nic(card, marks)).toList(),
                marks,
                interfaces.stream()
                        .filter(card -> card.getAttribute("type").equals("bridge"))
                        .map(card -> Xml.attribute(Xml.child(card, "source"), "bridge"))
                        .toList());
    }

    /** The elements of a kind within {@code <devices>}, in the order in which they are there. */
    static List<Element> devices(Element domain, String kind) {
        return Xml.child(domain, "devices").stream()
                .flatMap(devices -> Xml.children(devices, kind).stream())
                .toList();
    }

    /** Whether the other describes the same VM, whoever owns it. */
    boolean sameAs(DomainSpec other) {
        return id.equals(other.id)
                && name.equals(other.name)
                && vcpus == other.vcpus
                && memoryMib == other.memoryMib
                && disks.equals(other.disks)
                && nics.equals(other.nics)
                && marks.labels().equals(other.marks.labels());
    }

    /**
     * @param labels for what the metadata does not say
     */
    Vm vm(
            HostId host,
            Power power,
            Function<DiskSource, Disk> locate,
            SortedMap<String, String> labels,
            String definition) {
        SortedMap<String, String> all = new TreeMap<>(labels);
        all.putAll(marks.labels());
        return new Vm(
                id,
                name,
                Optional.of(host),
                power,
                vcpus,
                memoryMib,
                disks.stream().map(locate).toList(),
                nics,
                all,
                marks.ownership(),
                definition);
    }

    /** A disk's place; empty for drives of removable media, and for empty ones. */
    private static Optional<DiskSource> disk(Element disk) {
        String kind = disk.getAttribute("device");
        if (!kind.isEmpty() && !kind.equals("disk") && !kind.equals("lun")) {
            return Optional.empty();
        }
        String device = Xml.attribute(Xml.child(disk, "target"), "dev");
        Optional<Element> source = Xml.child(disk, "source");
        return switch (disk.getAttribute("type")) {
            case "volume" ->
                    Optional.of(
                            new DiskSource(
                                    device,
                                    Optional.of(Xml.attribute(source, "pool")),
                                    Xml.attribute(source, "volume")));
            case "file" -> place(device, Xml.attribute(source, "file"));
            case "block" -> place(device, Xml.attribute(source, "dev"));
            case "network" ->
                    place(
                            device,
                            Xml.attribute(source, "protocol")
                                    + "/"
                                    + Xml.attribute(source, "name"));
            default -> Optional.empty();
        };
    }

    private static Optional<DiskSource> place(String device, String path) {
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(new DiskSource(device, Optional.empty(), path));
    }

    private static Nic nic(Element card, Marks marks) {
        String mac = Xml.attribute(Xml.child(card, "mac"), "address").toLowerCase(Locale.ROOT);
        Optional<Element> source = Xml.child(card, "source");
        String type = card.getAttribute("type");
        String network =
                switch (type) {
                    case "network" -> Xml.attribute(source, "network");
                    case "bridge" -> Xml.attribute(source, "bridge");
                    case "direct" -> Xml.attribute(source, "dev");
                    default -> "";
                };
        return new Nic(
                mac,
                new NetworkId(Names.id(network.isEmpty() ? type : network)),
                marks.addresses().getOrDefault(mac, List.of()));
    }

    private static long memoryMib(Element domain) {
        Element memory =
                Xml.child(domain, "memory")
                        .orElseThrow(() -> new IllegalArgumentException("it has no <memory>"));
        String unit = memory.getAttribute("unit").toLowerCase(Locale.ROOT);
        Long factor = UNITS.get(unit.isEmpty() ? "kib" : unit);
        if (factor == null) {
            throw new IllegalArgumentException("its memory is in the unknown unit " + unit);
        }
        long bytes = Math.multiplyExact(Long.parseLong(memory.getTextContent().strip()), factor);
        return Math.max(1, bytes >> 20);
    }

    /** The networks that no libvirt network stands for. */
    static List<String> bridgesOf(List<DomainSpec> domains) {
        List<String> all = new ArrayList<>();
        domains.forEach(domain -> all.addAll(domain.bridges()));
        return all.stream().distinct().sorted().toList();
    }
}
