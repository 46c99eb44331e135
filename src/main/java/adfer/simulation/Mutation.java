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
    ARMED_BY_CONFIRMATION_ONLY,
    /** A guard whose host has booted goes on with what it held before. */
    HOLDS_OUTLIVE_THE_BOOT,
    /** That VMs needn't be kept any more counts for a guard from the confirmation on. */
    KEPT_UNTIL_CONFIRMED,
    /** What a fence agent answers to the order is believed without a look. */
    FENCE_BELIEVED,
    /** What was seen counts however long ago in the log the node had looked. */
    LOOK_WITHOUT_INDEX,
    /** A site counts as fenced although the inventory lacks a host of it. */
    HOST_UNKNOWN,
    /** One person's word is enough. */
    ONE_WORD,
    /** A word counts however long ago in the log it was said. */
    WORD_WITHOUT_INDEX,
    /** A site that claims its leases doesn't void what was proven of it. */
    SIGN_OF_LIFE_IGNORED,
    /** The lapse of a lease proves the VMs off although guards let them run. */
    KEEP_TAKEN_AS_PROOF,
    /** A lease proves the VMs off although guards were told with their tickets to let them run. */
    KEEP_TICKET_FORGOTTEN,
    /** A runbook that lets VMs run on takes nothing from what guards were armed for before. */
    KEEP_NOT_HEEDED,
    /** The state takes a failover that nothing proves. */
    STARTED_WITHOUT_PROOF,
    /** What is done by itself is done at once. */
    NO_DWELL,
    /** A script that may have run already is run again. */
    SCRIPT_REPEATED,
    /** People answer for a takeover without having made sure, and nobody notices. */
    WORD_UNCHECKED,
    /** What the first person has said counts for all that is missing at the second's word. */
    WORD_STRETCHED,
    /** A takeover is allowed where somebody leads. */
    TAKEOVER_BESIDE_A_LEADER,
    /** A node that hears of a later generation goes on in its own. */
    QUARANTINE_IGNORED,
    /** A lease goes on, or goes on to prove, in the generation after. */
    OLD_LEASES_PROVE,
    /** The new generation's epochs go on where those of the old one ended. */
    EPOCHS_GO_ON,
    /** A guard takes in the confirmation of an earlier tenure. */
    OLD_CONFIRMATIONS_COUNT
}
