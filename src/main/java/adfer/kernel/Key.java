package adfer.kernel;

import java.util.Comparator;

/**
 * Where one entity stands in the replicated state.
 *
 * @param id its path within the kind, such as a site, a slash and a VM
 */
public record Key(Kind kind, String id) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::kind).thenComparing(Key::id);

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return kind + " " + id;
    }
}
