package adfer.port;

import adfer.kernel.Problem;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Calls people somewhere outside of the cluster, in one way. Every call ends by its own timeout, or
 * when its thread is interrupted; no answer shows a secret. May be called from any thread.
 */
public interface Notifier extends AutoCloseable {
    /**
     * What people are told.
     *
     * @param id the same for the same call, should it be made twice
     */
    record Notice(String cluster, String id, List<String> sentences, Instant at) {
        public Notice {
            sentences = List.copyOf(sentences);
        }
    }

    /** What this way is called in the configuration, such as {@code webhooks.oncall}. */
    String name();

    /**
     * Hands the notice over, once.
     *
     * @return why that failed; empty when the other side took it
     */
    Optional<Problem> send(Notice notice);

    @Override
    default void close() {}
}
