package adfer.state;

import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A VM of a protected group at the site that doesn't own it, which is not as it should be there. A
 * VM that is off, marked, and left alone by its host is none: it is what a failover starts from.
 *
 * @param owner the site that owns the group
 * @param faults what is wrong with it, one at least
 * @param runsAtOwner whether its namesake is seen running at the owner
 */
public record Leftover(
        SiteId site,
        GroupId group,
        SiteId owner,
        VmId vm,
        String name,
        List<Fault> faults,
        boolean runsAtOwner) {
    public Leftover {
        faults = List.copyOf(faults);
    }

    /** What can be wrong with it, the worst first. */
    public enum Fault {
        ON("is not off"),
        AUTOSTART("is started by its host after a power loss"),
        UNMARKED("bears no mark that refuses a late start"),
        STALE("bears the mark of an earlier tenure of this site");

        private final String words;

        Fault(String words) {
            this.words = words;
        }
    }

    public boolean on() {
        return faults.contains(Fault.ON);
    }

    /** In one sentence. */
    public String sentence() {
        return name
                + " of "
                + group
                + " at site "
                + site
                + ", which does not own it (site "
                + owner
                + " does), "
                + faults.stream().map(fault -> fault.words).collect(Collectors.joining(", and "))
                + ".";
    }
}
