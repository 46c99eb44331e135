package adfer.port;

import adfer.access.Session;

import java.util.Optional;

/**
 * Writes sessions down so that every node of the cluster, and nobody else, can tell a true one. May
 * be called from any thread.
 */
public interface Seal {
    /** A text of URL-safe characters, at most a few thousand. */
    String seal(Session session);

    /** The session, whether it has expired or not; empty for whatever was not sealed here. */
    Optional<Session> open(String text);
}
