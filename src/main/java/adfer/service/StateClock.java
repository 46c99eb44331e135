package adfer.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The wall clock as far as the state's time allows. The state's time never runs backwards; so where
 * some node's clock was wrong and ran ahead, it would stand still until everybody's clock has come
 * there, and with it every pause, retry and limit of a run. Here it goes on from where it is, by
 * the steady clock, and a tenth slower, so that the wall clock catches up with it.
 */
public final class StateClock implements InstantSource {
    private static final int SLOWER = 10;

    private final Supplier<Instant> stateTime;
    private final InstantSource wall;
    private final LongSupplier steadyNanos;
    private Instant base;
    private long baseNanos;

    /**
     * @param stateTime the latest time that any entry of the log bore
     */
    public StateClock(Supplier<Instant> stateTime, InstantSource wall, LongSupplier steadyNanos) {
        this.stateTime = stateTime;
        this.wall = wall;
        this.steadyNanos = steadyNanos;
        this.base = stateTime.get();
        this.baseNanos = steadyNanos.getAsLong();
    }

    @Override
    public synchronized Instant instant() {
        long nanos = steadyNanos.getAsLong();
        Duration gone = Duration.ofNanos(nanos - baseNanos);
        Instant least = base.plus(gone.minus(gone.dividedBy(SLOWER)));
        Instant told = stateTime.get();
        if (told.isAfter(least)) {
            base = told;
            baseNanos = nanos;
            least = told;
        }
        Instant now = wall.instant();
        return now.isAfter(least) ? now : least;
    }
}
