package adfer.state;

import adfer.kernel.Key;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What one log entry did.
 *
 * @param touched the keys whose entity came, changed or went; look them up in {@code state}
 */
public record Applied(
        ClusterState state, Reply reply, SortedSet<Key> touched, Optional<AuditEntry> audit) {
    /** Several entries applied in a row, seen as one. */
    public record Batch(ClusterState state, SortedSet<Key> touched, List<AuditEntry> audit) {}
}
