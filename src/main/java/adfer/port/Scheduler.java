package adfer.port;

import java.time.Duration;
import java.time.ZoneId;

/**
 * The node's periodic work.
 *
 * <p>Runs of one job never overlap, those of different jobs run side by side up to a fixed number.
 * A run whose time went by, because the run before took long or the machine slept, is skipped and
 * not made up for. What a run throws is logged in one line, and the next run comes as if it hadn't.
 */
public interface Scheduler extends AutoCloseable {
    /**
     * Runs {@code work} now and then at each interval, counted from start to start.
     *
     * @param name unique among this scheduler's jobs; also the name of the thread in logs
     * @param interval at least a millisecond
     * @throws IllegalArgumentException when the name is taken or the interval too short
     */
    Job every(String name, Duration interval, Runnable work);

    /**
     * Runs {@code work} at the times of a cron expression; up to a minute late, else not at all.
     *
     * @param expression second, minute, hour, day of month, month and day of week, as Quartz reads
     *     them, such as {@code 0 30 2 * * ?} for half past two each night
     * @throws IllegalArgumentException when the name is taken or the expression is malformed, with
     *     one sentence
     */
    Job cron(String name, String expression, ZoneId zone, Runnable work);

    /** Starts no more runs, waits for those under way within a bound, then interrupts them. */
    @Override
    void close();

    /** One piece of periodic work. */
    interface Job {
        /**
         * Runs it once as soon as it may besides its times; right after the run under way if there
         * is one. Asking many times before that run begins is asking once.
         */
        void runSoon();

        /** Starts no more runs of it; a run under way goes on. */
        void cancel();
    }
}
