package adfer.port;

import adfer.audit.Search;
import adfer.kernel.Key;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;

import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * A node's durable picture: the same entities as the state in memory, the audit trail, and the
 * index both are at. It can be lost and rebuilt from log and snapshot.
 */
public interface Ledger extends AutoCloseable {
    /** The picture as it was last committed; empty at index 0 when there is none. */
    ClusterState load();

    /**
     * Writes, in one transaction, the rows of the touched keys as they are in {@code state} (or
     * deletes those that are no longer in it), the audit entries, and the state's index.
     */
    void commit(ClusterState state, SortedSet<Key> touched, List<AuditEntry> audit);

    /** Replaces everything, in one transaction. */
    void replace(ClusterState state, Stream<AuditEntry> audit);

    /**
     * Audit entries by descending number.
     *
     * @param before only those with a smaller number; {@link Long#MAX_VALUE} for the latest
     * @param limit 1 to 10,000
     */
    List<AuditEntry> audit(Search search, long before, int limit);

    /**
     * Audit entries by ascending number.
     *
     * @param after only those with a greater number
     * @param last only those up to this one
     * @param limit 1 to 10,000
     */
    List<AuditEntry> auditAfter(Search search, long after, long last, int limit);

    /**
     * All audit entries up to and including {@code last}, ascending; close the stream after use.
     */
    Stream<AuditEntry> auditUpTo(long last);

    @Override
    void close();
}
