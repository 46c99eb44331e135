package adfer.service;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Slows down whoever guesses passwords. It counts by name and address together, so that a stranger
 * who fails as somebody on purpose keeps that person out from nowhere but the stranger's own
 * address; and sessions and tokens that people hold are never asked for here.
 *
 * <p>Thread-safe. Keeps the latest {@value #MOST} only.
 */
final class Throttle {
    /** So many are free. */
    static final int FREE = 4;

    static final Duration LONGEST = Duration.ofSeconds(60);
    static final int MOST = 10_000;

    /** After so long without a failure all is forgotten. */
    static final Duration FORGOTTEN = Duration.ofMinutes(15);

    private final LongSupplier steadyNanos;
    private final Map<Key, Failures> failures =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Failures> eldest) {
                    return size() > MOST;
                }
            };

    private record Key(String name, String address) {}

    private record Failures(int count, long lastNanos) {}

    Throttle(LongSupplier steadyNanos) {
        this.steadyNanos = steadyNanos;
    }

    /** How long this one still has to wait. */
    synchronized Duration left(String name, String address) {
        Failures known = failures.get(new Key(name, address));
        if (known == null || known.count() < FREE) {
            return Duration.ZERO;
        }
        Duration since = Duration.ofNanos(steadyNanos.getAsLong() - known.lastNanos());
        Duration left = pause(known.count()).minus(since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Everybody who has to wait now. */
    synchronized List<Gate.Slowed> slowed() {
        return failures.keySet().stream()
                .map(key ->
                        new Gate.Slowed(key.name(), key.address(), left(key.name(), key.address())))
                .filter(slowed -> !slowed.left().isZero())
                .toList();
    }

    private static Duration pause(int count) {
        int doublings = Math.min(count - FREE, 10);
        Duration pause = Duration.ofSeconds(1L << doublings);
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    synchronized void failed(String name, String address) {
        Key key = new Key(name, address);
        long now = steadyNanos.getAsLong();
        int before =
                Optional.ofNullable(failures.remove(key))
                        .filter(known -> now - known.lastNanos() < FORGOTTEN.toNanos())
                        .map(Failures::count)
                        .orElse(0);
        failures.put(key, new Failures(before + 1, now));
    }

    synchronized void succeeded(String name, String address) {
        failures.remove(new Key(name, address));
    }
}
