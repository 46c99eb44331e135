package adfer.adapter.libvirt;

import adfer.inventory.Power;
import adfer.kernel.VmId;
import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;

import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.event.DomainEventType;

import java.util.Optional;
import java.util.regex.Pattern;

/** What Adfer asks of single domains, each in the way that suits all drivers. */
final class Domains {
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final int METADATA_ELEMENT = 2;
    private static final int AFFECT_LIVE = 1;
    private static final int AFFECT_CONFIG = 2;
    private static final int XML_INACTIVE = 2;

    private static final int UNDEFINE_MANAGED_SAVE = 1;
    private static final int UNDEFINE_SNAPSHOTS_METADATA = 2;
    private static final int UNDEFINE_KEEP_NVRAM = 8;
    private static final int UNDEFINE_CHECKPOINTS_METADATA = 16;
    private static final int UNDEFINE_SIMPLE = UNDEFINE_MANAGED_SAVE | UNDEFINE_SNAPSHOTS_METADATA;
    private static final int UNDEFINE_FULL =
            UNDEFINE_SIMPLE | UNDEFINE_KEEP_NVRAM | UNDEFINE_CHECKPOINTS_METADATA;

    private Domains() {}

    /** What is done with a domain while it is held. */
    interface Use<T> {
        T use(Domain domain) throws LibvirtException;
    }

    /** Looks a domain up and lets go of it afterwards; empty where there is none. */
    static <T> Optional<T> with(Connect connect, VmId vm, Use<T> use) throws LibvirtException {
        if (!UUID.matcher(vm.value()).matches()) {
            return Optional.empty();
        }
        try {
            Domain domain = connect.domainLookupByUUIDString(vm.value());
            try {
                return Optional.of(use.use(domain));
            } finally {
                domain.free();
            }
        } catch (LibvirtException e) {
            if (Refusals.is(e, ErrorNumber.VIR_ERR_NO_DOMAIN)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The definition that the next start uses, without secrets. */
    static String xml(Domain domain) throws LibvirtException {
        return domain.getXMLDesc(XML_INACTIVE);
    }

    static DomainSpec spec(Domain domain) throws LibvirtException {
        return spec(domain, xml(domain));
    }

    static DomainSpec spec(Domain domain, String xml) throws LibvirtException {
        try {
            return DomainSpec.parse(xml);
        } catch (IllegalArgumentException e) {
            throw new HypervisorException(
                    Code.INVALID,
                    "The definition of VM %s can't be read: %s."
                            .formatted(domain.getName(), e.getMessage()),
                    e);
        }
    }

    static Power power(Domain domain) throws LibvirtException {
        DomainState state = domain.getInfo().state;
        return switch (state) {
            case VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED, VIR_DOMAIN_SHUTDOWN -> Power.RUNNING;
            case VIR_DOMAIN_PAUSED, VIR_DOMAIN_PMSUSPENDED -> Power.PAUSED;
            case VIR_DOMAIN_SHUTOFF -> Power.OFF;
            // A crashed guest that is kept for inspection still holds its disks.
            case VIR_DOMAIN_CRASHED -> domain.isActive() == 1 ? Power.PAUSED : Power.OFF;
            case VIR_DOMAIN_NOSTATE -> Power.UNKNOWN;
            case null -> Power.UNKNOWN;
        };
    }

    static Power power(DomainEventType event) {
        return switch (event) {
            case STARTED, RESUMED -> Power.RUNNING;
            case SUSPENDED, PMSUSPENDED -> Power.PAUSED;
            case STOPPED -> Power.OFF;
            case DEFINED, UNDEFINED, SHUTDOWN, CRASHED, UNKNOWN -> Power.UNKNOWN;
        };
    }

    /** Replaces what Adfer keeps in the metadata, in one step for libvirt. */
    static void mark(Domain domain, Marks marks) throws LibvirtException {
        boolean persistent = domain.isPersistent() == 1;
        boolean active = domain.isActive() == 1;
        int where = (active ? AFFECT_LIVE : 0) | (persistent ? AFFECT_CONFIG : 0);
        domain.setMetadata(METADATA_ELEMENT, marks.bare(), Marks.PREFIX, Marks.NAMESPACE, where);
    }

    /**
     * Boots a domain that is off from its disks. A saved memory image is dropped: the disks may
     * have been written elsewhere since.
     */
    static void boot(Domain domain) throws LibvirtException {
        if (domain.hasManagedSaveImage() == 1) {
            domain.managedSaveRemove();
        }
        domain.create();
    }

    /** Whether its host starts it by itself. */
    static boolean autostart(Domain domain) throws LibvirtException {
        return domain.isPersistent() == 1 && domain.getAutostart();
    }

    /** From now on Adfer decides when it starts, and not the host. */
    static void noAutostart(Domain domain) throws LibvirtException {
        if (autostart(domain)) {
            domain.setAutostart(false);
        }
    }

    /** Presses the power button; false where the guest can't feel it. */
    static boolean press(Domain domain) throws LibvirtException {
        try {
            domain.shutdown();
            return true;
        } catch (LibvirtException e) {
            if (power(domain) == Power.OFF) {
                return true;
            }
            if (Refusals.is(e, ErrorNumber.VIR_ERR_OPERATION_INVALID)) {
                return false;
            }
            throw e;
        }
    }

    /** Ends its process; true, as it is off then. */
    static boolean forceOff(Domain domain) throws LibvirtException {
        try {
            domain.destroy();
        } catch (LibvirtException e) {
            if (power(domain) != Power.OFF) {
                throw e;
            }
        }
        return true;
    }

    /** Disks, and the firmware's variables, stay. */
    static void undefine(Domain domain) throws LibvirtException {
        try {
            domain.undefine(UNDEFINE_FULL);
        } catch (LibvirtException e) {
            if (!Refusals.is(e, ErrorNumber.VIR_ERR_INVALID_ARG)) {
                throw e;
            }
            // A driver without firmware and checkpoints knows no flags for them.
            domain.undefine(UNDEFINE_SIMPLE);
        }
    }
}
