package adfer.adapter.simulated;

import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.Sorted;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a simulated VM is made of, and its text: the {@link Vm#definition} of this hypervisor. Where
 * it runs, whether it runs and for whom is not part of it.
 *
 * <p>The text is lines of {@code key=value}; parts of a value are separated by {@code |}, and
 * {@code %XX} stands for a character that would mislead the reader.
 */
record Blueprint(
        VmId id,
        String name,
        int vcpus,
        long memoryMib,
        List<Disk> disks,
        List<Nic> nics,
        SortedMap<String, String> labels) {
    private static final String SPECIAL = "%|=,\n\r\t";

    Blueprint {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
        labels = Sorted.copy(labels);
    }

    Blueprint withNics(List<Nic> others) {
        return new Blueprint(id, name, vcpus, memoryMib, disks, others, labels);
    }

    Vm vm(HostId host, Power power, Optional<Ownership> mark, String text) {
        return new Vm(
                id,
                name,
                Optional.of(host),
                power,
                vcpus,
                memoryMib,
                disks,
                nics,
                labels,
                mark,
                text);
    }

    /** What the guest listens with, as its labels say. */
    List<Service> services() {
        return Service.all(name, labels);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("id=" + id);
        lines.add("name=" + escape(name));
        lines.add("vcpus=" + vcpus);
        lines.add("memoryMib=" + memoryMib);
        for (Disk disk : disks) {
            lines.add(
                    "disk="
                            + String.join(
                                    "|",
                                    escape(disk.device()),
                                    disk.store().value(),
                                    escape(disk.path()),
                                    Long.toString(disk.sizeBytes())));
        }
        for (Nic nic : nics) {
            String addresses =
                    String.join(",", nic.addresses().stream().map(Blueprint::escape).toList());
            lines.add(
                    "nic=" + String.join("|", escape(nic.mac()), nic.network().value(), addresses));
        }
        labels.forEach((label, value) -> lines.add("label=" + escape(label) + "|" + escape(value)));
        return lines;
    }

    String text() {
        return String.join("\n", lines());
    }

    /**
     * @throws IllegalArgumentException with one sentence, when the text is no blueprint
     */
    static Blueprint parse(List<String> lines) {
        Optional<String> id = Optional.empty();
        Optional<String> name = Optional.empty();
        int vcpus = 0;
        long memoryMib = 0;
        List<Disk> disks = new ArrayList<>();
        List<Nic> nics = new ArrayList<>();
        SortedMap<String, String> labels = new TreeMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            String value = line.substring(equals + 1);
            switch (line.substring(0, Math.max(0, equals))) {
                case "id" -> id = Optional.of(value);
                case "name" -> name = Optional.of(unescape(value));
                case "vcpus" -> vcpus = Integer.parseInt(value);
                case "memoryMib" -> memoryMib = Long.parseLong(value);
                case "disk" -> disks.add(disk(parts(value, 4)));
                case "nic" -> nics.add(nic(parts(value, 3)));
                case "label" -> {
                    List<String> parts = parts(value, 2);
                    labels.put(unescape(parts.get(0)), unescape(parts.get(1)));
                }
                default ->
                        throw new IllegalArgumentException(
                                "'" + line + "' belongs to no definition of a simulated VM");
            }
        }
        if (id.isEmpty() || name.isEmpty() || vcpus < 1 || memoryMib < 1) {
            throw new IllegalArgumentException(
                    "the definition of a simulated VM needs id, name, vcpus and memoryMib");
        }
        return new Blueprint(new VmId(id.get()), name.get(), vcpus, memoryMib, disks, nics, labels);
    }

    private static Disk disk(List<String> parts) {
        return new Disk(
                unescape(parts.get(0)),
                new StoreId(parts.get(1)),
                unescape(parts.get(2)),
                Long.parseLong(parts.get(3)));
    }

    private static Nic nic(List<String> parts) {
        String addresses = parts.get(2);
        return new Nic(
                unescape(parts.get(0)),
                new NetworkId(parts.get(1)),
                addresses.isEmpty()
                        ? List.of()
                        : List.of(addresses.split(",", -1)).stream()
                                .map(Blueprint::unescape)
                                .toList());
    }

    private static List<String> parts(String value, int count) {
        List<String> parts = List.of(value.split("\\|", -1));
        if (parts.size() != count) {
            throw new IllegalArgumentException("'" + value + "' should have " + count + " parts");
        }
        return parts;
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (SPECIAL.indexOf(c) >= 0) {
                escaped.append("%%%02x".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%' && i + 2 < text.length()) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }
}
