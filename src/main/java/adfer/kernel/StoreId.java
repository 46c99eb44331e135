package adfer.kernel;

/** A storage pool, unique within its site. */
public record StoreId(String value) implements Id {
    public StoreId {
        Id.check("storage name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
