package adfer.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last {@value #SIZE} measurements of how far a peer's wall clock is off. Its answer is their
 * median, so that neither a slow message nor a step of a clock in the middle of one moves it.
 */
public record ClockFilter(List<Duration> samples) {
    public static final ClockFilter EMPTY = new ClockFilter(List.of());
    static final int SIZE = 15;

    public ClockFilter {
        samples = List.copyOf(samples);
    }

    public ClockFilter with(Duration sample) {
        List<Duration> more =
                new ArrayList<>(samples.size() < SIZE ? samples : samples.subList(1, SIZE));
        more.add(sample);
        return new ClockFilter(more);
    }

    public Optional<Duration> offset() {
        return samples.isEmpty()
                ? Optional.empty()
                : Optional.of(samples.stream().sorted().toList().get(samples.size() / 2));
    }
}
