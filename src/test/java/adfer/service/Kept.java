package adfer.service;

import adfer.audit.Search;
import adfer.kernel.Key;
import adfer.port.Ledger;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;

import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/** A ledger that holds one state and nothing else. */
record Kept(ClusterState state) implements Ledger {
    @Override
    public ClusterState load() {
        return state;
    }

    @Override
    public void commit(ClusterState changed, SortedSet<Key> touched, List<AuditEntry> audit) {}

    @Override
    public void replace(ClusterState other, Stream<AuditEntry> audit) {}

    @Override
    public List<AuditEntry> audit(Search search, long before, int limit) {
        return List.of();
    }

    @Override
    public List<AuditEntry> auditAfter(Search search, long after, long last, int limit) {
        return List.of();
    }

    @Override
    public Stream<AuditEntry> auditUpTo(long last) {
        return Stream.empty();
    }

    @Override
    public void close() {}
}
