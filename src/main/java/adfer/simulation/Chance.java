package adfer.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** The one source of chance of a world. */
final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean percent(int of) {
        return random.nextInt(100) < of;
    }

    /** Nanoseconds between two numbers of microseconds. */
    long micros(int least, int most) {
        return random.nextLong(least * 1_000L, most * 1_000L + 1);
    }

    /** Nanoseconds between two numbers of milliseconds. */
    long millis(int least, int most) {
        return random.nextLong(least * Events.MILLI, most * Events.MILLI + 1);
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
