package adfer.access;

import java.time.Instant;
import java.util.List;

/**
 * What somebody gets for signing in, and shows from then on. It is nowhere kept: a seal that all
 * nodes know makes it true, so it holds at the surviving site, and without a majority too.
 *
 * @param id tells it from others, for people; it opens nothing, and is empty for what a provider
 *     made
 * @param grants what another directory of people brought; a person's own are in the state
 */
public record Session(
        String id,
        String name,
        Principal.Method method,
        List<Grant> grants,
        Instant at,
        Instant expires) {
    public Session {
        grants = List.copyOf(grants);
    }
}
