package adfer.simulation;

import java.util.PriorityQueue;

/** Virtual time and what is going to happen in it, in nanoseconds. */
final class Events {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long now;
    private long planned;
    private long handled;
    private long hash = 17;

    private record Event(long at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    long now() {
        return now;
    }

    long handled() {
        return handled;
    }

    /** Equal for two histories that went alike. */
    long hash() {
        return hash;
    }

    void after(long nanos, Runnable what) {
        queue.add(new Event(now + Math.max(0, nanos), planned++, what));
    }

    /** Lets everything happen that is due until {@code end}. */
    void passUntil(long end) {
        while (!queue.isEmpty() && queue.peek().at() <= end) {
            Event event = queue.remove();
            now = event.at();
            handled++;
            hash = (hash * 31 + now) * 31 + event.number();
            event.what().run();
        }
        now = end;
    }
}
