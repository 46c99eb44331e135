package adfer.access;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

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

    /** As people write some of them; none where there are none. */
    public static Optional<String> words(Collection<Deed> deeds) {
        return deeds.stream().map(Deed::word).reduce((one, other) -> one + ", " + other);
    }
}
