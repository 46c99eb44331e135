package adfer.mesh;

import java.time.Duration;

/**
 * How sure the judgement wants to be.
 *
 * @param freshFor a row older than this says nothing; longer than a link takes to be called down
 * @param stallAbove an observer that stood still for longer can't testify that it misses somebody
 * @param worseAfter a site is called degraded or unreachable once it has been so this long; lets
 *     the rows of all observers arrive
 * @param otherAfter every other change waits this long; so a flapping site stays called degraded
 * @param grace a site that no observer has heard in its life is called dead only this long after
 *     the judging node's start
 */
public record JudgePolicy(
        Duration freshFor,
        Duration stallAbove,
        Duration worseAfter,
        Duration otherAfter,
        Duration grace) {
    public static final JudgePolicy DEFAULT =
            new JudgePolicy(
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10));

    /**
     * The default policy, with what depends on the beats fitted to them: at slow beats rows are
     * older, and a pause of a second is none.
     */
    public static JudgePolicy fitting(LinkPolicy beats) {
        return new JudgePolicy(
                longer(DEFAULT.freshFor, beats.interval().multipliedBy(6)),
                longer(DEFAULT.stallAbove, beats.interval().multipliedBy(2)),
                longer(DEFAULT.worseAfter, beats.interval()),
                longer(DEFAULT.otherAfter, beats.interval().multipliedBy(6)),
                longer(DEFAULT.grace, beats.interval().multipliedBy(20)));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    public JudgePolicy {
        check("freshFor", freshFor, Duration.ofMillis(100));
        check("stallAbove", stallAbove, Duration.ofMillis(10));
        check("worseAfter", worseAfter, Duration.ZERO);
        check("otherAfter", otherAfter, Duration.ZERO);
        check("grace", grace, Duration.ZERO);
    }

    private static void check(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException(
                    "%s must be %s to 10 minutes, not %s.".formatted(name, least, value));
        }
    }
}
