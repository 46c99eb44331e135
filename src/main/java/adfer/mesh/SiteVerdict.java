package adfer.mesh;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;

import java.time.Instant;

/**
 * What the cluster holds to be true of a site. It exists only once it is committed, so an isolated
 * site can't condemn the other.
 *
 * @param sentence the reasons, in one plain sentence
 * @param since when the site took on this status, by the judging node's clock
 */
public record SiteVerdict(
        SiteId site, Status status, Diagnosis diagnosis, String sentence, Instant since)
        implements Entity {
    /** How a site is. {@link #UNDECIDED} means that nobody can say. */
    public enum Status {
        HEALTHY,
        DEGRADED,
        UNREACHABLE,
        UNDECIDED
    }

    /** What explains it. */
    public enum Diagnosis {
        ALL_WELL,
        LINK_DEAD,
        SITE_DEAD,
        NODE_DEAD,
        OBSERVER_ISOLATED,
        HYPERVISOR_DEAD,
        NOT_ENOUGH_SEEN
    }

    @Override
    public Key key() {
        return new Key(Kind.VERDICT, site.value());
    }
}
