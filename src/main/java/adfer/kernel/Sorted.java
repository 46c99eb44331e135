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

    /** The map with one value put in; costs little when the map is one of these copies already. */
    public static <K extends Comparable<? super K>, V> SortedMap<K, V> plus(
            SortedMap<K, V> map, K key, V value) {
        TreePMap<K, V> sorted =
                map instanceof TreePMap<K, V> already ? already : TreePMap.from(map);
        return sorted.plus(key, value);
    }

    public static <K extends Comparable<? super K>, V> SortedMap<K, V> empty() {
        return TreePMap.empty();
    }
}
