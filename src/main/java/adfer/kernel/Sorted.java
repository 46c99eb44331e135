package adfer.kernel;

import org.pcollections.TreePMap;

import java.util.Map;
import java.util.SortedMap;

/** Immutable sorted copies, so that no hash order ever reaches a result. */
public final class Sorted {
    private Sorted() {}

    public static <K extends Comparable<? super K>, V> SortedMap<K, V> copy(Map<K, V> map) {
        return map instanceof TreePMap<K, V> already ? already : TreePMap.from(map);
    }

    public static <K extends Comparable<? super K>, V> SortedMap<K, V> empty() {
        return TreePMap.empty();
    }
}
