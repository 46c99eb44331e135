package adfer.port;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What the replicated log drives: the node's picture of the world. {@link #apply}, {@link #capture}
 * and {@link #restore} come from one thread at a time, in log order; {@link #leadershipChanged}
 * comes from another.
 */
public interface StateMachine {

    /**
     * The index of the last entry in the durable local picture, -1 for an empty one; any thread.
     * After a restart the log replays from its newest snapshot and skips the entries up to this
     * index, so it must never run ahead of the disk.
     */
    long appliedIndex();

    /**
     * Applies one committed entry: the picture and {@code index} together, durably, before it
     * returns. Indices grow but have gaps, for the log keeps entries of its own.
     *
     * @param index position in the log
     * @param term the term in which the entry was appended
     * @param entry the submitted bytes
     * @return the reply for the submitter, the same at every node
     * @throws RuntimeException only where this node must stop: the log closes rather than go on
     *     with a hole
     */
    byte[] apply(long index, long term, byte[] entry);

    /** Captures the picture as it is now, cheaply (an immutable reference): apply waits for it. */
    Snapshot capture();

    /**
     * Replaces the whole local picture, durably, by one that {@link Snapshot#writeTo} wrote at some
     * node.
     *
     * @param snapshot the bytes; closed by the caller
     * @param index the position in the log they stand for: {@link #appliedIndex()} afterwards, or
     *     the entry's index the bytes themselves name, which may be a little lower
     * @throws IOException where the bytes cannot be read; the node stops
     */
    void restore(InputStream snapshot, long index) throws IOException;

    /**
     * Tells who leads, whenever that changes; a burst may arrive as its last state only. Comes from
     * a thread of its own and should return soon.
     */
    void leadershipChanged(Replicator.Leadership now);

    /** One captured picture. */
    interface Snapshot {

        /**
         * Writes the picture, in the background while apply goes on. May throw: then it is not
         * published.
         */
        void writeTo(OutputStream out) throws IOException;
    }
}
