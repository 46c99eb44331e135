package adfer.simulation;

import adfer.kernel.Generation;

import java.util.Optional;
import java.util.TreeMap;

/** The beginnings of the cluster, and what was committed in each of them. */
final class Generations {
    private final TreeMap<Generation, History> all = new TreeMap<>();

    Generations(World world) {
        all.put(Generation.FIRST, new History(world));
    }

    History of(Generation generation) {
        return Optional.ofNullable(all.get(generation)).orElseThrow();
    }

    void add(Generation next, History history) {
        all.put(next, history);
    }

    /** The one that goes on where all of them meet. */
    Generation latest() {
        return all.lastKey();
    }

    boolean several() {
        return all.size() > 1;
    }
}
