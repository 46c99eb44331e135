package adfer.run;

import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.kernel.TaskId;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of a run's journal; the report is a pure function of them.
 *
 * @param number from 1, without gaps
 * @param index the log index that caused it
 */
public record JournalEntry(
        RunId run,
        long number,
        long index,
        Instant at,
        Actor by,
        What what,
        Optional<TaskId> task,
        String sentence)
        implements Entity {
    public enum What {
        RUN_STARTED,
        TASK_STARTED,
        TASK_DONE,
        TASK_FAILED,
        TASK_RETRYING,
        TASK_DOUBTED,
        TASK_SKIPPED,
        OWNER_CHANGED,
        OPERATOR,
        RUN_ENDED
    }

    @Override
    public Key key() {
        return new Key(Kind.JOURNAL, String.format(Locale.ROOT, "%s/%08d", run, number));
    }
}
