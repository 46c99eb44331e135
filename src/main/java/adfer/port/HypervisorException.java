package adfer.port;

import adfer.kernel.Problem;

import java.util.Locale;

/** What a hypervisor would not or could not do, with a code and one sentence. */
public final class HypervisorException extends RuntimeException {
    private final Code code;

    /** Why. */
    public enum Code {
        /** It can't be reached or does not answer; whether the effect is there is not known. */
        UNREACHABLE(true),
        /** It took longer than allowed; whether the effect is there is not known. */
        TIMEOUT(true),
        /** It tried and failed; trying again may help. */
        FAILED(true),
        /** A later epoch has been here: whoever asks acts for a former owner. */
        STALE_EPOCH(false),
        NO_SUCH_VM(false),
        /** The VM runs and must not for this. */
        NOT_OFF(false),
        NO_CAPACITY(true),
        /** What was asked makes no sense to it. */
        INVALID(false);

        private final boolean retryable;

        Code(boolean retryable) {
            this.retryable = retryable;
        }

        public boolean retryable() {
            return retryable;
        }
    }

    public HypervisorException(Code code, String sentence) {
        super(sentence);
        this.code = code;
    }

    public HypervisorException(Code code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    public Problem problem() {
        return new Problem(
                code.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                String.valueOf(getMessage()));
    }
}
