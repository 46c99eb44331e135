package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.HostId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a host's guard has taken at most to get a VM off whose lease had run out, held against
 * what the leases reckon with.
 *
 * @param allowed S, as the node that told it has it configured
 */
public record StopTime(SiteId site, HostId host, Duration longest, Duration allowed, Instant at)
        implements Entity {
    /** From so much of the time that is allowed on, somebody should do something. */
    private static final int WARN_PERCENT = 80;

    /** Whether a lapse may have proven more than is true. */
    public boolean exceeds() {
        return longest.compareTo(allowed) > 0;
    }

    public boolean warns() {
        return longest.multipliedBy(100).compareTo(allowed.multipliedBy(WARN_PERCENT)) >= 0;
    }

    /** In one sentence. */
    public String sentence() {
        String took =
                "On host "
                        + host
                        + " of site "
                        + site
                        + " a stop at the end of a lease took up to "
                        + longest.toMillis()
                        + " ms, and the leases reckon with "
                        + allowed.toMillis()
                        + " ms (leases.stop)";
        if (exceeds()) {
            return took
                    + ": another site may start its VMs before they are off here. Raise leases.stop"
                    + " at all nodes and guards, or find out why it took so long.";
        }
        return warns()
                ? took + ": that is close. Raise leases.stop at all nodes and guards in time."
                : took + ".";
    }

    @Override
    public Key key() {
        return key(site, host);
    }

    public static Key key(SiteId site, HostId host) {
        return new Key(Kind.STOP_TIME, site + "/" + host);
    }
}
