package adfer.lease;

import java.time.Duration;

/**
 * The times that leases rest on. {@code docs/SAFETY.md} derives why they suffice.
 *
 * @param length D, 2 s to 10 min: after it everything the lease allowed is off
 * @param driftPpm r, how much a steady clock may gain or lose, in parts per million, 500 to 50,000
 * @param stop S, the longest time it takes to stop a host's VMs
 * @param tick k, how often a guard looks at its clock
 * @param margin M, what a taker waits longer than it must
 * @param renewEvery how often a lease is renewed
 */
public record LeaseTerms(
        Duration length,
        int driftPpm,
        Duration stop,
        Duration tick,
        Duration margin,
        Duration renewEvery) {
    public static final LeaseTerms DEFAULT =
            new LeaseTerms(
                    Duration.ofSeconds(10),
                    2_000,
                    Duration.ofSeconds(3),
                    Duration.ofMillis(100),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1));

    /** So many renewals must fit into the time a guard lets VMs go on. */
    public static final int RENEWALS = 3;

    private static final int MILLION = 1_000_000;

    public LeaseTerms {
        within("length", length, Duration.ofSeconds(2), Duration.ofMinutes(10));
        within("stop", stop, Duration.ofMillis(1), length);
        within("tick", tick, Duration.ofMillis(1), length);
        within("margin", margin, Duration.ofMillis(1), Duration.ofMinutes(10));
        within("renewEvery", renewEvery, Duration.ofMillis(10), length);
        if (driftPpm < 500 || driftPpm > 50_000) {
            throw new IllegalArgumentException(
                    "leases.driftPpm must be 500 to 50000, not " + driftPpm + ".");
        }
        Duration left = lasts(length, driftPpm, stop, tick);
        if (left.compareTo(renewEvery.multipliedBy(RENEWALS)) < 0) {
            throw new IllegalArgumentException(
                    "leases: of a length of %d ms, %d ms remain before the stop has to begin, too little for %d renewals every %d ms. Make the lease longer, or stop and renewEvery shorter."
                            .formatted(
                                    length.toMillis(),
                                    left.toMillis(),
                                    RENEWALS,
                                    renewEvery.toMillis()));
        }
    }

    private static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "leases.%s must be %d to %d ms, not %d ms."
                            .formatted(name, least.toMillis(), most.toMillis(), value.toMillis()));
        }
    }

    private static Duration lasts(Duration length, int driftPpm, Duration stop, Duration tick) {
        return length.minus(drift(length, driftPpm)).minus(stop).minus(tick);
    }

    private static Duration drift(Duration length, int driftPpm) {
        return Duration.ofNanos(length.toNanos() * driftPpm / MILLION);
    }

    /** X, how long after a ticket a guard lets VMs go on, by its own clock: {@code D(1-r)-S-k}. */
    public Duration lasts() {
        return lasts(length, driftPpm, stop, tick);
    }

    /**
     * After this time by a guard's own clock a VM that it has ordered off is off, however fast the
     * clock goes: {@code S(1+r)+k}.
     */
    public Duration stopped() {
        return stop.plus(drift(stop, driftPpm)).plus(tick);
    }

    /**
     * W, how long after it has applied the latest renewal a node waits before it proposes the
     * lapse, by its own clock: {@code D(1+r)+M}.
     */
    public Duration waits() {
        return length.plus(drift(length, driftPpm)).plus(margin);
    }
}
