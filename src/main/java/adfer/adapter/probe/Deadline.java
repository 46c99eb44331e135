package adfer.adapter.probe;

import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * The moment by which an answer is due.
 *
 * @param atNanos on the clock of {@link System#nanoTime}, which no one sets
 */
record Deadline(long atNanos) {
    private static final Duration LONGEST = Duration.ofDays(1);

    static Deadline in(Duration time) {
        Duration bounded = time.compareTo(LONGEST) > 0 ? LONGEST : time;
        return new Deadline(System.nanoTime() + bounded.toNanos());
    }

    /** Zero once it has passed. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, atNanos - System.nanoTime()));
    }

    /**
     * What is left as a socket's timeout, at least 1, since 0 would mean for ever.
     *
     * @throws SocketTimeoutException when nothing is left
     */
    int millis() throws SocketTimeoutException {
        Duration left = left();
        if (left.isZero()) {
            throw new SocketTimeoutException("the deadline has passed");
        }
        return Math.toIntExact(Math.max(1, left.toMillis()));
    }

    /** The earlier of this deadline and one that lies {@code time} ahead. */
    Deadline atMost(Duration time) {
        return left().compareTo(time) > 0 ? in(time) : this;
    }
}
