package adfer.kernel;

/** The name of one Adfer process in the cluster, such as {@code a1}. */
public record NodeId(String value) implements Id {
    public NodeId {
        Id.check("node name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
