package adfer.kernel;

/**
 * Where one entity stands in the replicated state.
 *
 * @param id its path within the kind, such as a site, a slash and a VM
 */
public record Key(Kind kind, String id) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return kind + " " + id;
    }
}
