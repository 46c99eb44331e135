package adfer.simulation;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Who votes, as one log has it: everybody in the first generation, and in a later one those whom
 * its founder has let in.
 */
final class Electorate {
    private final Node node;

    /** From which index on who votes. */
    private final TreeMap<Integer, SortedSet<Integer>> voting = new TreeMap<>();

    Electorate(Node node) {
        this.node = node;
    }

    void clear() {
        voting.clear();
    }

    void noted(int index, Slot slot) {
        slot.voters().ifPresent(voters -> voting.put(index, voters));
    }

    /** The log was cut behind this index. */
    void cutAt(int size) {
        voting.tailMap(size, false).clear();
    }

    SortedSet<Integer> voters() {
        if (!voting.isEmpty()) {
            return voting.lastEntry().getValue();
        }
        return node.belonging().generation().number() == 1
                ? node.world.everybody()
                : Collections.emptySortedSet();
    }

    boolean has(Node one) {
        return voters().contains(one.number);
    }

    int majority() {
        return voters().size() / 2 + 1;
    }

    /** Whether these could commit something without anybody else. */
    boolean enough(Collection<Node> some) {
        return !voters().isEmpty() && some.stream().filter(this::has).count() >= majority();
    }

    /** Whether the latest change is committed, so that there may be another. */
    boolean settled(int committed) {
        return voting.isEmpty() || voting.lastKey() <= committed;
    }
}
