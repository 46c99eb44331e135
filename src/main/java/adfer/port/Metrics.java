package adfer.port;

import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * What the node counts and times, for monitoring systems.
 *
 * <p>Names are lower-case words with dots, such as {@code adfer.steps}, and always come with the
 * same tag names. Tags take few values each: never identities of runs or VMs. Asking again for the
 * same name and tags gives the same meter. Beyond a fixed number of meters, new ones count nothing.
 */
public interface Metrics {
    /** The media type of {@link #scrape}. */
    String SCRAPE_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /**
     * @param help what is counted, in a few words
     */
    Counter counter(String name, String help, Map<String, String> tags);

    /**
     * @param help what is timed, in a few words
     */
    Timer timer(String name, String help, Map<String, String> tags);

    /**
     * A value that is looked up whenever somebody asks. It takes the place of an earlier gauge of
     * the same name and tags.
     *
     * @param help what it shows and in which unit, in a few words
     * @param value called from any thread; must return at once
     */
    Gauge gauge(String name, String help, Map<String, String> tags, DoubleSupplier value);

    /** Everything as it is now, in Prometheus' text format. */
    String scrape();

    /** A number that only grows. */
    interface Counter {
        /**
         * @param amount zero or more
         */
        void add(long amount);

        default void increment() {
            add(1);
        }
    }

    /** How often something took how long. */
    interface Timer {
        /**
         * @param took zero or more
         */
        void record(Duration took);
    }

    /** A value shown, until it is closed. */
    interface Gauge extends AutoCloseable {
        @Override
        void close();
    }
}
