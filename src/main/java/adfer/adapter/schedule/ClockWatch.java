package adfer.adapter.schedule;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Notices when the wall clock, by which Quartz plans, has been set back. Without this an hour set
 * back would be an hour without any periodic work.
 */
final class ClockWatch {
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    private final InstantSource wall;
    private final LongSupplier steadyNanos;
    private Duration apart;

    /**
     * @param steadyNanos a clock that nobody sets
     */
    ClockWatch(InstantSource wall, LongSupplier steadyNanos) {
        this.wall = wall;
        this.steadyNanos = steadyNanos;
        this.apart = apart();
    }

    /** Whether the wall clock has been set back, by more than a second, since the last look. */
    boolean wasSetBack() {
        Duration now = apart();
        boolean back = now.plus(TOLERANCE).compareTo(apart) < 0;
        apart = now;
        return back;
    }

    private Duration apart() {
        return Duration.ofMillis(wall.millis()).minusNanos(steadyNanos.getAsLong());
    }
}
