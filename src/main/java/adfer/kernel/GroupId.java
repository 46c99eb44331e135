package adfer.kernel;

/**
 * A protection group: the VMs of one service that fail over together. It bears the name of its
 * runbook.
 */
public record GroupId(String value) implements Id {
    public GroupId {
        Id.check("protection group name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
