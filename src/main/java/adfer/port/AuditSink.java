package adfer.port;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where the audit trail goes while it grows. Used by one thread. */
public interface AuditSink extends AutoCloseable {
    /**
     * An entry of the trail.
     *
     * @param hash tells it from another one that had its number in a trail that was given up
     */
    record Mark(long number, String hash) {}

    /** As people know it. */
    String name();

    /** What was sent last, also in earlier lives of the node. */
    Optional<Mark> last();

    /**
     * Sends in this order, within a timeout.
     *
     * @param messages without line breaks
     * @param last what the last of them tells
     * @throws IOException when some may not have arrived
     */
    void send(List<String> messages, Mark last) throws IOException;

    @Override
    void close();
}
