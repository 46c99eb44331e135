package adfer.kernel;

/** A virtual network, unique within its site. */
public record NetworkId(String value) implements Id {
    public NetworkId {
        Id.check("network name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
