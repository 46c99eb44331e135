package adfer.inventory;

/** A VM's power state. {@link #UNKNOWN} means the hypervisor did not say, never "off". */
public enum Power {
    RUNNING,
    PAUSED,
    OFF,
    UNKNOWN
}
