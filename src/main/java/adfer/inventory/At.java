package adfer.inventory;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;

import java.time.Instant;

/** Something of a site's inventory, as the replicated state holds it. */
public sealed interface At extends Entity {
    SiteId site();

    record HostAt(SiteId site, Host host) implements At {
        @Override
        public Key key() {
            return At.key(Kind.HOST, site, host.id().value());
        }
    }

    record NetworkAt(SiteId site, Network network) implements At {
        @Override
        public Key key() {
            return At.key(Kind.NETWORK, site, network.id().value());
        }
    }

    record StoreAt(SiteId site, Store store) implements At {
        @Override
        public Key key() {
            return At.key(Kind.STORE, site, store.id().value());
        }
    }

    record VmAt(SiteId site, Vm vm) implements At {
        @Override
        public Key key() {
            return At.key(Kind.VM, site, vm.id().value());
        }
    }

    /**
     * When the site's hypervisor was last listed from end to end, and what came of it.
     *
     * @param problem empty when the listing was complete; otherwise why the inventory may be out of
     *     date
     */
    record Sweep(SiteId site, Instant at, int vms, String problem) implements At {
        @Override
        public Key key() {
            return new Key(Kind.SWEEP, site.value());
        }
    }

    static Key key(Kind kind, SiteId site, String id) {
        return new Key(kind, site + "/" + id);
    }
}
