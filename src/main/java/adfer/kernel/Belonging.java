package adfer.kernel;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a node belongs.
 *
 * @param generation whose log it has
 * @param joined whether it came to that generation from another one, with an empty log
 * @param superseded by which later generation, where it has heard of one and is in quarantine
 */
public record Belonging(Generation generation, boolean joined, Optional<Generation> superseded) {
    public static final Belonging FIRST = new Belonging(Generation.FIRST, false, Optional.empty());

    /** Of the node at which a generation was founded. */
    public static Belonging founder(Generation next) {
        return new Belonging(next, false, Optional.empty());
    }

    public boolean quarantined() {
        return superseded.isPresent();
    }

    /** The latest of those that were told, where it is later than any that this node knows of. */
    public Optional<Generation> later(Stream<Generation> told) {
        return superseded.orElse(generation).supersededBy(told);
    }

    /** In quarantine, since a later generation was heard of. */
    public Belonging quarantined(Generation heard) {
        return new Belonging(generation, joined, Optional.of(heard));
    }

    /** A new follower, with an empty log, of the generation that was heard of. */
    public Belonging joining() {
        return superseded
                .map(heard -> new Belonging(heard, true, Optional.empty()))
                .orElseThrow(() -> new IllegalStateException("not in quarantine"));
    }
}
