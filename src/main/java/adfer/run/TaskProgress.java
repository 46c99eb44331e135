package adfer.run;

import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.TaskId;
import adfer.plan.TaskAction;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a task has come. A task without progress is waiting.
 *
 * @param attempt counts every start, and is 0 when the task was skipped before its first; an
 *     outcome of another attempt than this is stale
 * @param tries counts the attempts that failed by themselves, which is what retry limits; attempts
 *     in doubt don't count
 * @param recovering true when the attempt follows one in doubt, until an operator has said to try
 *     again: the world must be observed before anything is repeated
 * @param executor who carries the attempt out; empty when nobody has to (approvals, pauses)
 * @param epoch what its effect is marked with: the group's epoch when it was started, for a stop
 *     the one after it
 * @param notBefore when a retry may begin
 * @param output the end of what the attempt printed, at most {@value #MAX_OUTPUT} characters
 */
public record TaskProgress(
        RunId run,
        TaskId task,
        Status status,
        int attempt,
        int tries,
        boolean recovering,
        Optional<Executor> executor,
        Epoch epoch,
        Instant startedAt,
        Optional<Instant> endedAt,
        Optional<Instant> notBefore,
        Optional<Outcome> outcome,
        String output)
        implements Entity {
    public static final int MAX_OUTPUT = 64 * 1024;

    /**
     * @param incarnation which life of the node was told
     */
    public record Executor(NodeId node, long incarnation) {}

    public enum Status {
        /** Started; its outcome isn't committed yet. */
        RUNNING,
        /**
         * Started, and whoever was told is gone: the world must be observed before anything else.
         */
        DOUBTFUL,
        /** Failed and to be tried again from {@code notBefore} on. */
        RETRYING,
        /** The effect was observed. */
        DONE,
        /** Out of tries, or unsure: an operator must decide. */
        FAILED,
        /** An operator said to go on without it. */
        SKIPPED;

        /** True when whatever waits for this task may begin. */
        public boolean complete() {
            return this == DONE || this == SKIPPED;
        }
    }

    public TaskProgress {
        if (output.length() > MAX_OUTPUT) {
            output = output.substring(output.length() - MAX_OUTPUT);
        }
    }

    /**
     * The same once its attempt is over.
     *
     * @param printed all that it printed; what is known already where it is empty
     */
    TaskProgress ended(Status as, Outcome with, String printed, Instant at) {
        return new TaskProgress(
                run,
                task,
                as,
                attempt,
                tries,
                recovering,
                executor,
                epoch,
                startedAt,
                Optional.of(at),
                Optional.empty(),
                Optional.of(with),
                printed.isEmpty() ? output : printed);
    }

    /** The same after so many tries, with the next one from then on, if any. */
    TaskProgress tried(Status as, int times, Optional<Instant> next) {
        return new TaskProgress(
                run,
                task,
                as,
                attempt,
                times,
                recovering,
                executor,
                epoch,
                startedAt,
                endedAt,
                next,
                outcome,
                output);
    }

    /** The same with what it has printed so far. */
    TaskProgress printed(String text) {
        return new TaskProgress(
                run,
                task,
                status,
                attempt,
                tries,
                recovering,
                executor,
                epoch,
                startedAt,
                endedAt,
                notBefore,
                outcome,
                text);
    }

    /** The same once an operator has said how it goes on: its tries count anew. */
    TaskProgress decided(Status as, Optional<Outcome> with, Instant at) {
        return new TaskProgress(
                run,
                task,
                as,
                attempt,
                0,
                false,
                executor,
                epoch,
                startedAt,
                as.complete() ? Optional.of(at) : endedAt,
                Optional.empty(),
                with,
                output);
    }

    /** How long it took, if it was done at the first attempt. */
    public Optional<Duration> took() {
        return endedAt.filter(end -> status == Status.DONE && attempt == 1)
                .map(end -> Duration.between(startedAt, end));
    }

    /** Whether a script may be run: one that may have run already only where somebody can look. */
    public boolean mayRun(TaskAction.RunScript script) {
        return !recovering || script.observe().isPresent();
    }

    @Override
    public Key key() {
        return key(run, task);
    }

    public static Key key(RunId run, TaskId task) {
        return new Key(Kind.TASK, run + "/" + task);
    }
}
