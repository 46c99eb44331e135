package adfer.lease;

/** What a guard does with a group's VMs whose lease has run out. */
public enum WhenIsolated {
    /** Powers them off. */
    STOP,

    /** Keeps them in memory, standing still. They are not let go on without a new lease. */
    SUSPEND,

    /** Lets them run. A lapse of the lease then proves nothing. */
    KEEP
}
