package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.Key;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The state while one entry of the log changes it, and what it has touched. */
final class Draft {
    final long index;

    /** Whose word counts: somebody else's while what a second person confirmed is carried out. */
    Entry entry;

    private final ClusterState before;
    private final TreeSet<Key> touched = new TreeSet<>();
    private ClusterState state;

    Draft(ClusterState before, long index, Entry entry) {
        this.before = before;
        this.index = index;
        this.entry = entry;
        this.state = before.at(index, entry.at());
    }

    /** Carries out what somebody else has asked. */
    <T> T as(Entry other, Supplier<T> what) {
        Entry own = entry;
        entry = other;
        try {
            return what.get();
        } finally {
            entry = own;
        }
    }

    ClusterState state() {
        return state;
    }

    SortedSet<Key> touched() {
        return touched;
    }

    /** The entry's time, which never runs backwards. */
    Instant at() {
        return state.now();
    }

    void put(Entity entity) {
        Key key = entity.key();
        if (!state.find(key).equals(Optional.of(entity))) {
            state = state.with(entity);
            touched.add(key);
        }
    }

    void remove(Key key) {
        state = state.without(key);
        touched.add(key);
    }

    void audited(AuditEntry audit) {
        state = state.audited(audit);
    }

    /** Takes back everything but that the entry was applied. */
    void discard() {
        state = before.at(index, entry.at());
        touched.clear();
    }
}
