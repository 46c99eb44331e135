package adfer.runbook;

import adfer.kernel.StepId;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One step of a runbook.
 *
 * @param after the steps that must be complete before this one begins
 * @param timeout the longest one attempt of one of its tasks may take
 * @param when the condition under which the step is part of a plan; decided when the plan is made
 * @param verify checks that must hold before the step counts as done
 * @param observe tells whether the step's effect is already there, so that an attempt in doubt need
 *     not be repeated
 * @param undo what takes the step's effect back when the run is cancelled, instead of what the
 *     planner does by itself (stops what was started, starts again what was stopped)
 */
public record Step(
        StepId id,
        String title,
        Action action,
        List<StepId> after,
        Duration timeout,
        Retry retry,
        Optional<Condition> when,
        List<Check> verify,
        Optional<Check> observe,
        Optional<Undo> undo) {
    public Step {
        after = List.copyOf(after);
        verify = List.copyOf(verify);
    }

    /**
     * @param timeout the longest one attempt of one of its tasks may take
     */
    public record Undo(Action action, Duration timeout) {}

    /**
     * @param attempts how often a task is tried in all, 1 to 100
     * @param backoff the pause before the second attempt; it doubles with each further one, up to
     *     ten times itself
     */
    public record Retry(int attempts, Duration backoff) {
        public static final Retry NONE = new Retry(1, Duration.ofSeconds(5));

        public Retry {
            if (attempts < 1 || attempts > 100) {
                throw new IllegalArgumentException("retry attempts are 1 to 100, not " + attempts);
            }
        }
    }

    /** What {@code when} can ask. */
    public enum Condition {
        SOURCE_REACHABLE,
        SOURCE_UNREACHABLE,
        MIGRATION,
        FAILOVER
    }
}
