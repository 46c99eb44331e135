package adfer.adapter.mesh;

import java.time.Duration;

/** Remembers how long this node itself lately stood still, by how late its ticks came. */
final class Stall {
    private final Duration tick;
    private final Duration remembered;
    private Duration lastTick = Duration.ZERO;
    private Duration worst = Duration.ZERO;
    private Duration worstAt = Duration.ZERO;

    /**
     * @param tick how often {@link #ticked} should be called
     * @param remembered how long a stall matters after it has ended
     */
    Stall(Duration tick, Duration remembered) {
        this.tick = tick;
        this.remembered = remembered;
    }

    void ticked(Duration now) {
        Duration late = now.minus(lastTick).minus(tick);
        if (late.compareTo(lately(now)) > 0) {
            worst = late;
            worstAt = now;
        }
        lastTick = now;
    }

    /** The longest stall that still matters; zero when there was none. */
    Duration lately(Duration now) {
        return now.minus(worstAt).compareTo(remembered) < 0 ? worst : Duration.ZERO;
    }
}
