package adfer.kernel;

/** A VM's identity, the same wherever the VM is defined: its hypervisor's UUID. */
public record VmId(String value) implements Id {
    public VmId {
        Id.check("VM identity", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
