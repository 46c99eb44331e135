package adfer.port;

import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;

import java.util.List;
import java.util.SortedMap;

/**
 * Switches off the power of hosts of other sites, from outside of them, and looks whether they are
 * off. Every call ends by its own timeout, and answers whatever happens; no answer shows a secret.
 *
 * <p>May be called from any thread, for several hosts at the same time.
 */
public interface Fence {
    /** For a node that can switch nothing off. */
    Fence NONE =
            new Fence() {
                @Override
                public SortedMap<SiteId, List<HostId>> hosts() {
                    return Sorted.empty();
                }

                @Override
                public int attempts(SiteId site, HostId host) {
                    return 1;
                }

                @Override
                public Seen switchOff(SiteId site, HostId host) {
                    return look(site, host);
                }

                @Override
                public Seen look(SiteId site, HostId host) {
                    return new Seen(Power.UNKNOWN, "none", "No power fence is configured.");
                }
            };

    /** Whether a host has power, as far as the fence can tell. */
    enum Power {
        ON,
        OFF,
        UNKNOWN
    }

    /**
     * What was seen.
     *
     * @param agent what looked
     * @param sentence what it said, or why nothing is known
     */
    record Seen(Power power, String agent, String sentence) {}

    /** The hosts that this node can switch off. */
    SortedMap<SiteId, List<HostId>> hosts();

    /** How often it is to be tried, 1 or more. */
    int attempts(SiteId site, HostId host);

    /** Switches it off. Only a look afterwards tells whether it is. */
    Seen switchOff(SiteId site, HostId host);

    Seen look(SiteId site, HostId host);
}
