package adfer.simulation;

/** A safeguard taken out, for tests that show that the simulation would notice. */
enum Mutation {
    /** A guard counts from the confirmation instead of from the ticket. */
    COUNTED_FROM_THE_ANSWER,
    /** Neither drift nor margin is allowed for, by guards and takers. */
    NO_ALLOWANCE,
    /** The taker waits only as long as a guard lets VMs go on, forgetting the time a stop takes. */
    WAIT_TOO_SHORT,
    /** The hypervisor takes orders of an epoch that is over. */
    STALE_EPOCH_TAKEN,
    /** Executors are told to act when the start is proposed. */
    START_BEFORE_COMMIT,
    /** One node's disk is enough to commit. */
    QUORUM_OF_ONE,
    /** Guards hand out tickets and stop nothing. */
    GUARD_STOPS_NOTHING,
    /** A lapse ends the lease whatever renewal it was proposed for. */
    LAPSE_NAMES_NO_RENEWAL,
    /** The keeper claims that all guards are armed. */
    SILENT_GUARDS_COUNTED,
    /**
     * A guard that starts again has forgotten what it held, and lets go on what it doesn't know.
     */
    FORGETFUL_GUARD,
    /** The lease is looked at by the node before it orders a start, and not again at the host. */
    START_CHECKED_BY_THE_NODE_ONLY,
    /** A guard learns which VMs are protected only when a renewal is confirmed. */
    ARMED_BY_CONFIRMATION_ONLY
}
