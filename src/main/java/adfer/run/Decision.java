package adfer.run;

import adfer.kernel.StepId;

/** What an operator can say to a run. */
public sealed interface Decision {
    record Pause() implements Decision {}

    record Resume() implements Decision {}

    /** Takes back in reverse order what was done. */
    record Cancel() implements Decision {}

    /** Tries every failed task of the step again. */
    record Retry(StepId step) implements Decision {}

    /**
     * Goes on without what failed or waits in the step; where there is no such thing, without what
     * could not begin. Needs a reason.
     */
    record Skip(StepId step) implements Decision {}

    record Approve(StepId step) implements Decision {}

    /** Says no to an approval; the step has then failed, and can be retried or skipped. */
    record Reject(StepId step) implements Decision {}
}
