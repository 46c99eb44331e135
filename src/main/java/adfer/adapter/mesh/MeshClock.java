package adfer.adapter.mesh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a node: one that is steady and means nothing to others, and the wall clock,
 * which is only compared with theirs.
 *
 * @param nanos steady, such as {@link System#nanoTime}; it stands still while the machine is
 *     suspended
 */
record MeshClock(LongSupplier nanos, long origin, InstantSource wall) {
    static MeshClock system() {
        return of(System::nanoTime, InstantSource.system());
    }

    static MeshClock of(LongSupplier nanos, InstantSource wall) {
        return new MeshClock(nanos, nanos.getAsLong(), wall);
    }

    /** Since this clock was made. */
    Duration now() {
        return Duration.ofNanos(nanos.getAsLong() - origin);
    }

    /** Since 1970, in nanoseconds; good until 2262. */
    long wallNanos() {
        Instant now = wall.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
