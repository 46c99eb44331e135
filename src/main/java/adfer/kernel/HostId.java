package adfer.kernel;

/** A hypervisor host, unique within its site. */
public record HostId(String value) implements Id {
    public HostId {
        Id.check("host name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
