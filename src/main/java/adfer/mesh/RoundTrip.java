package adfer.mesh;

import java.time.Duration;

/**
 * A smoothed round trip with its mean deviation, after RFC 6298 (2): gains 1/8 and 1/4.
 *
 * @param smoothed SRTT
 * @param deviation RTTVAR, shown as jitter
 */
public record RoundTrip(Duration smoothed, Duration deviation) {
    public static RoundTrip first(Duration sample) {
        return new RoundTrip(sample, sample.dividedBy(2));
    }

    public RoundTrip next(Duration sample) {
        Duration error = sample.minus(smoothed);
        return new RoundTrip(
                smoothed.plus(error.dividedBy(8)),
                deviation.plus(error.abs().minus(deviation).dividedBy(4)));
    }

    /** How long an answer may take before it is late: SRTT + 4 RTTVAR. */
    public Duration patience() {
        return smoothed.plus(deviation.multipliedBy(4));
    }
}
