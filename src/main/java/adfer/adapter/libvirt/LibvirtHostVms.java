package adfer.adapter.libvirt;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.kernel.VmId;
import adfer.port.HostVms;

import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The VMs of a host that libvirt manages, for its guard. Looked at often, so what a VM's metadata
 * says is read again only once in a while.
 */
public final class LibvirtHostVms implements HostVms {
    private static final Logger log = LoggerFactory.getLogger(LibvirtHostVms.class);
    private static final int ACTIVE = 1;
    private static final long READ_AGAIN = Duration.ofSeconds(1).toNanos();

    private final Link link;
    private final Map<String, Card> cards = new ConcurrentHashMap<>();

    /** What was read of a VM, and when. */
    private record Card(String name, Optional<Ownership> mark, long read) {}

    private LibvirtHostVms(LibvirtConfig config) {
        this.link = new Link(config, connect -> {}, Duration.ZERO);
    }

    /**
     * Connects in the background, and goes on trying where the daemon doesn't answer: a guard has
     * to get to work without it.
     *
     * @throws adfer.port.HypervisorException {@code INVALID} where libvirt's client is missing
     */
    public static LibvirtHostVms open(LibvirtConfig config) {
        try {
            EventLoop.turn();
            return new LibvirtHostVms(config);
        } catch (LinkageError e) {
            throw Refusals.noLibrary(e);
        } catch (LibvirtException e) {
            throw Refusals.of(e, config.uri(), true);
        }
    }

    @Override
    public List<HostVm> list(Duration timeout) {
        return link.call(timeout, this::all);
    }

    private List<HostVm> all(Connect connect) throws LibvirtException {
        List<HostVm> vms = new ArrayList<>();
        List<String> known = new ArrayList<>();
        for (Domain domain : connect.listAllDomains(ACTIVE)) {
            try {
                Power power = Domains.power(domain);
                String id = domain.getUUIDString();
                if (power != Power.OFF) {
                    Card card = card(domain, id);
                    known.add(id);
                    vms.add(new HostVm(new VmId(id), card.name(), power, card.mark()));
                }
            } catch (LibvirtException e) {
                // It ended since the list was taken.
                if (!Refusals.is(e, ErrorNumber.VIR_ERR_NO_DOMAIN)) {
                    throw e;
                }
            } finally {
                domain.free();
            }
        }
        cards.keySet().retainAll(known);
        return vms;
    }

    private Card card(Domain domain, String id) throws LibvirtException {
        long now = System.nanoTime();
        Card known = cards.get(id);
        if (known != null && now - known.read() < READ_AGAIN) {
            return known;
        }
        Marks marks = Marks.read(Xml.parse(domain.getXMLDesc(0)).getDocumentElement());
        Card card = new Card(domain.getName(), marks.ownership(), now);
        if (known == null) {
            marks.damage()
                    .ifPresent(damage ->
                            log.warn(
                                    "Who owns VM {} can't be read: {}; correct it with virsh"
                                            + " metadata.",
                                    card.name(),
                                    damage));
        }
        cards.put(id, card);
        return card;
    }

    @Override
    public void powerOff(VmId vm, Duration timeout) {
        var _ = link.call(timeout, connect -> Domains.with(connect, vm, Domains::forceOff));
    }

    @Override
    public void suspend(VmId vm, Duration timeout) {
        var _ =
                link.call(
                        timeout,
                        connect ->
                                Domains.with(
                                        connect,
                                        vm,
                                        domain -> {
                                            if (Domains.power(domain) == Power.RUNNING) {
                                                domain.suspend();
                                            }
                                            return true;
                                        }));
    }

    @Override
    public void close() {
        link.close();
    }
}
