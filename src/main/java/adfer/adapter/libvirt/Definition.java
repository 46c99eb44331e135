package adfer.adapter.libvirt;

import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.inventory.Vm;

import org.w3c.dom.Document;
import org.w3c.dom.Element;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes a domain's XML fit another site. UUID, name, MACs and everything that is not named here
 * stay as they are.
 */
final class Definition {
    private Definition() {}

    /** What the rewriting needs to know of this site. */
    interface Here {
        /** Whether libvirt has a network of this name. */
        boolean isNetwork(String name);

        /** Whether there is a bridge of this name. */
        boolean isBridge(String name);

        /** The directory of the storage pool of this name. */
        Optional<String> poolPath(String name);
    }

    /**
     * @param source the VM as the other site knew it
     * @param nics its cards in their order, with networks and addresses of this site
     * @throws IllegalArgumentException with one sentence, when it can't be made to fit
     */
    static String rewrite(Vm source, List<Nic> nics, Ownership mark, Here here) {
        Document document = Xml.parse(source.definition());
        Element domain = document.getDocumentElement();
        if (!DomainSpec.read(domain).id().equals(source.id())) {
            throw new IllegalArgumentException("it is the definition of another VM");
        }
        List<Element> cards = DomainSpec.devices(domain, "interface");
        if (cards.size() != nics.size()) {
            throw new IllegalArgumentException(
                    "it has %d network cards, and %d are given"
                            .formatted(cards.size(), nics.size()));
        }
        for (int i = 0; i < cards.size(); i++) {
            connect(cards.get(i), nics.get(i), here);
        }
        for (Element drive : DomainSpec.devices(domain, "disk")) {
            place(drive, source.disks(), here);
        }
        Marks.of(source.labels(), nics, mark).write(domain);
        return Xml.print(document);
    }

    private static void connect(Element card, Nic nic, Here here) {
        Xml.demand(card, "mac").setAttribute("address", nic.mac().toLowerCase(Locale.ROOT));
        String network = nic.network().value();
        if (here.isNetwork(network)) {
            source(card, "network", network);
        } else if (here.isBridge(network)) {
            source(card, "bridge", network);
        } else {
            throw new IllegalArgumentException(
                    "there is no network and no bridge '" + network + "' here");
        }
    }

    /** Also the attributes of a source, such as a port group, belong to the site it was at. */
    private static void source(Element card, String type, String name) {
        Element source = Xml.demand(card, "source");
        if (card.getAttribute("type").equals(type) && source.getAttribute(type).equals(name)) {
            return;
        }
        Element fresh = card.getOwnerDocument().createElementNS(null, "source");
        fresh.setAttribute(type, name);
        card.replaceChild(fresh, source);
        card.setAttribute("type", type);
        // The device's name at the other host.
        Xml.child(card, "target").ifPresent(card::removeChild);
    }

    private static void place(Element drive, List<Disk> disks, Here here) {
        Optional<Element> source = Xml.child(drive, "source");
        String kind = drive.getAttribute("device");
        if (source.isEmpty()) {
            return;
        }
        if (kind.equals("cdrom") || kind.equals("floppy")) {
            // A medium that isn't here must not keep the VM from starting.
            source.get().setAttribute("startupPolicy", "optional");
            return;
        }
        String path = source.get().getAttribute("file");
        String device = Xml.attribute(Xml.child(drive, "target"), "dev");
        disks.stream()
                .filter(disk -> disk.device().equals(device) && !path.isEmpty())
                .flatMap(disk -> here.poolPath(disk.store().value()).stream())
                .findFirst()
                .ifPresent(directory ->
                        source.get()
                                .setAttribute(
                                        "file", directory + path.substring(path.lastIndexOf('/'))));
    }
}
