package adfer.simulation;

import adfer.state.Entry;

import java.util.Optional;
import java.util.SortedSet;

/**
 * One place of a node's log.
 *
 * @param entry empty for what a new leader writes for itself
 * @param voters who votes from here on; empty where that stays
 */
record Slot(long term, Optional<Entry> entry, Optional<SortedSet<Integer>> voters) {
    static Slot blank(long term) {
        return new Slot(term, Optional.empty(), Optional.empty());
    }

    static Slot of(long term, Entry entry) {
        return new Slot(term, Optional.of(entry), Optional.empty());
    }

    static Slot voting(long term, SortedSet<Integer> voters) {
        return new Slot(term, Optional.empty(), Optional.of(voters));
    }

    /** As a part of what a generation begins with. */
    Slot given() {
        return new Slot(0, entry, Optional.empty());
    }
}
