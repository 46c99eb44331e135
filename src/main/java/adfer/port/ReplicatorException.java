package adfer.port;

/**
 * What a {@link Replicator} could not do: a code, one sentence, and whether the entry may have been
 * written anyway.
 */
public final class ReplicatorException extends RuntimeException {

    /** What went wrong. */
    public enum Code {
        /** No leader was known in time; nothing was written. */
        NO_LEADER,
        /** No answer in time; the entry may have been written, or may still be. */
        TIMEOUT,
        /** Too much is on its way already; nothing was written. */
        BUSY,
        /** The entry is larger than the configured limit; nothing was written. */
        TOO_LARGE,
        /**
         * The entry was written and applied, but its reply was lost with the leader that had it.
         */
        REPLY_LOST,
        /** This node's log is closed, or not started. */
        CLOSED,
        /**
         * This node's log cannot be opened with this configuration, or has failed and must not go
         * on.
         */
        UNUSABLE
    }

    private final Code code;
    private final boolean outcomeUnknown;

    public ReplicatorException(Code code, boolean outcomeUnknown, String sentence) {
        super(sentence);
        this.code = code;
        this.outcomeUnknown = outcomeUnknown;
    }

    public ReplicatorException(Code code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
        this.outcomeUnknown = false;
    }

    public Code code() {
        return code;
    }

    /**
     * True where the entry may or may not have been written: ask the state before doing it again.
     */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
