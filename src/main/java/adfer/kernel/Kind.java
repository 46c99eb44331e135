package adfer.kernel;

/** The kinds of things the replicated state is made of, in the order of a snapshot. */
public enum Kind {
    NODE,
    VERDICT,
    SWEEP,
    HOST,
    NETWORK,
    STORE,
    VM,
    RUNBOOK,
    GROUP,
    LEASE,
    STANCE,
    ATTESTATION,
    FENCING,
    RECONCILIATION,
    CALL,
    STOP_TIME,
    CHARTER,
    RUN,
    TASK,
    JOURNAL,
    REQUEST,
    GENERATION,
    PERSON,
    TOKEN,
    CHECKPOINT,
    WISH,
    GLASS,
    VISIT,
    LACKING
}
