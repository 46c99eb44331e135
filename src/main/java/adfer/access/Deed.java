package adfer.access;

import java.util.Locale;

/** What two people can be demanded for, beside attestation and takeover, which always ask two. */
public enum Deed {
    /** The start of a failover by a person; what Adfer starts by itself needs none. */
    FAILOVER,
    /** The start of a planned migration. */
    MIGRATION,
    /** The skip of a run's step. */
    SKIP,
    /** Who may do what: people and their passwords. Only in the configuration. */
    RIGHTS;

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
