package adfer.plan;

import java.util.Locale;

/**
 * What a plan is for. Drill, reprotect and failback join here; they run the same steps in the same
 * order.
 */
public enum Operation {
    /** Planned: the source is up, is stopped in order, and nothing may be lost. */
    MIGRATION,
    /** Unplanned: the source is lost or given up, and something must prove that it is off. */
    FAILOVER;

    /** As scripts and people read it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
