package adfer.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The certificates that this node shows to others, and those it is shown by its guards. */
@FunctionalInterface
public interface Certificates {
    Certificates NONE = List::of;

    List<Shown> shown();

    /**
     * A certificate that somebody has to renew in time.
     *
     * @param whose in a few words, such as "node a1"
     * @param expires when others begin to refuse it
     * @param trouble why newer files aren't used
     */
    record Shown(String whose, Instant expires, Optional<String> trouble) {}
}
