package adfer.adapter.libvirt;

import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Sorted;

import org.w3c.dom.Document;
import org.w3c.dom.Element;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What Adfer keeps in a domain's metadata:
 *
 * <pre>{@code
 * <adfer:vm xmlns:adfer="https://adfer.dev/libvirt/1">
 *   <adfer:label key="service" value="catalogue"/>
 *   <adfer:address mac="52:54:00:00:00:11" value="10.90.0.11"/>
 *   <adfer:ownership group="library-catalogue" epoch="7"/>
 * </adfer:vm>
 * }</pre>
 *
 * @param addresses by MAC in lower case
 * @param damage why the ownership can't be read, where there is one that can't: what guards against
 *     a former owner must not be overlooked
 */
record Marks(
        SortedMap<String, String> labels,
        SortedMap<String, List<String>> addresses,
        Optional<Ownership> ownership,
        Optional<String> damage) {
    static final String NAMESPACE = "https://adfer.dev/libvirt/1";
    static final String PREFIX = "adfer";

    Marks {
        labels = Sorted.copy(labels);
        addresses = Sorted.copy(addresses);
    }

    static Marks of(SortedMap<String, String> labels, List<Nic> nics, Ownership ownership) {
        SortedMap<String, List<String>> addresses = new TreeMap<>();
        for (Nic nic : nics) {
            if (!nic.addresses().isEmpty()) {
                addresses.put(nic.mac().toLowerCase(Locale.ROOT), nic.addresses());
            }
        }
        return new Marks(labels, addresses, Optional.of(ownership), Optional.empty());
    }

    Marks with(Ownership changed) {
        return new Marks(labels, addresses, Optional.of(changed), Optional.empty());
    }

    /** Reads the marks of a {@code <domain>}. */
    static Marks read(Element domain) {
        SortedMap<String, String> labels = new TreeMap<>();
        SortedMap<String, List<String>> addresses = new TreeMap<>();
        Optional<Ownership> ownership = Optional.empty();
        Optional<String> damage = Optional.empty();
        for (Element vm : elements(domain)) {
            for (Element label : Xml.children(vm, NAMESPACE, "label")) {
                labels.put(label.getAttribute("key"), label.getAttribute("value"));
            }
            for (Element address : Xml.children(vm, NAMESPACE, "address")) {
                addresses
                        .computeIfAbsent(
                                address.getAttribute("mac").toLowerCase(Locale.ROOT),
                                mac -> new ArrayList<>())
                        .add(address.getAttribute("value"));
            }
            for (Element owner : Xml.children(vm, NAMESPACE, "ownership")) {
                try {
                    ownership = Optional.of(ownership(owner));
                } catch (IllegalArgumentException e) {
                    damage = Optional.of(String.valueOf(e.getMessage()));
                }
            }
        }
        addresses.replaceAll((mac, list) -> List.copyOf(list));
        return new Marks(labels, addresses, ownership, damage);
    }

    /** Replaces the marks in a {@code <domain>}; other metadata stays. */
    void write(Element domain) {
        elements(domain).forEach(old -> old.getParentNode().removeChild(old));
        Element metadata = Xml.demand(domain, "metadata");
        metadata.appendChild(element(domain.getOwnerDocument()));
    }

    /** The bare element as libvirt's own metadata call wants it: without its namespace. */
    String bare() {
        Document document = Xml.parse("<vm/>");
        fill(document.getDocumentElement(), "", Optional.empty());
        return Xml.print(document);
    }

    private Element element(Document document) {
        Element vm = document.createElementNS(NAMESPACE, PREFIX + ":vm");
        fill(vm, PREFIX + ":", Optional.of(NAMESPACE));
        return vm;
    }

    private void fill(Element vm, String prefix, Optional<String> namespace) {
        labels.forEach((key, value) -> {
            Element label = add(vm, namespace, prefix + "label");
            label.setAttribute("key", key);
            label.setAttribute("value", value);
        });
        addresses.forEach((mac, list) -> {
            for (String value : list) {
                Element address = add(vm, namespace, prefix + "address");
                address.setAttribute("mac", mac);
                address.setAttribute("value", value);
            }
        });
        ownership.ifPresent(mark -> {
            Element owner = add(vm, namespace, prefix + "ownership");
            owner.setAttribute("group", mark.group().value());
            owner.setAttribute("epoch", mark.epoch().toString());
        });
    }

    private static Element add(Element parent, Optional<String> namespace, String name) {
        Document document = parent.getOwnerDocument();
        Element added =
                namespace
                        .map(uri -> document.createElementNS(uri, name))
                        .orElseGet(() -> document.createElementNS(null, name));
        parent.appendChild(added);
        return added;
    }

    private static List<Element> elements(Element domain) {
        return Xml.child(domain, "metadata").stream()
                .flatMap(metadata -> Xml.children(metadata, NAMESPACE, "vm").stream())
                .toList();
    }

    private static Ownership ownership(Element element) {
        String epoch = element.getAttribute("epoch");
        if (!epoch.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(
                    "'" + epoch + "' in its ownership metadata is no epoch");
        }
        return new Ownership(
                new GroupId(element.getAttribute("group")), new Epoch(Long.parseLong(epoch)));
    }
}
