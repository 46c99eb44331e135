package adfer.mesh;

import java.time.Duration;

/**
 * When a silent link is called down: after {@code n} beats in a row without an answer, and a
 * patience for the last of them.
 *
 * <p><b>How many.</b> If a beat goes unanswered with probability p though the peer lives, n in a
 * row do with p^n. So n is the least with p^n at most {@link #FALSE_ALARM}, where p is expected
 * from the last 64 beats; one in a million per beat is a false alarm per link in six days at two
 * beats a second, and a site is only called dead when all links from two other sites are down. On a
 * clean link p is expected as 1/66 and n is 4; at a loss of one in ten n is 6 or 7; a link that has
 * just begun gets more.
 *
 * <p><b>How long.</b> n beats and the patience of RFC 6298, so the rule follows slow links: at 500
 * ms and a clean local link a dead peer is noticed 1.6 to 2.1 s after it died, depending on when in
 * the interval it did. Both are bounded, so detection never takes longer than {@link #limit()}.
 *
 * <p>Beats are counted and not just time, since a node that stood still itself has sent none and
 * can't hold the silence against its peers (the idea of Lifeguard's local health, arXiv
 * 1707.00788). An accrual detector (phi) assumes a distribution of the gaps; counting round trips
 * needs none, and says in one sentence why a link is down.
 *
 * @param interval between beats, 10 ms to 10 s
 * @param fewest the least n, 2 to {@code most}
 * @param most the greatest n, at most 15
 * @param leastPatience for the last answer, zero or more; covers how late a busy node's threads run
 * @param mostPatience for the last answer, {@code leastPatience} to 10 s
 */
public record LinkPolicy(
        Duration interval, int fewest, int most, Duration leastPatience, Duration mostPatience) {
    /** How likely a beat may raise a false alarm. */
    public static final double FALSE_ALARM = 1e-6;

    public static final LinkPolicy DEFAULT = every(Duration.ofMillis(500));

    /** The default rule at another interval. */
    public static LinkPolicy every(Duration interval) {
        return new LinkPolicy(interval, 4, 10, Duration.ofMillis(100), Duration.ofSeconds(1));
    }

    public LinkPolicy {
        check(
                interval.toMillis() >= 10 && interval.toMillis() <= 10_000,
                "The interval between beats must be 10 ms to 10 s, not " + interval + ".");
        check(
                fewest >= 2 && fewest <= most && most <= 15,
                "Missed beats must be 2 to 15, the fewest (%d) not above the most (%d)."
                        .formatted(fewest, most));
        check(
                !leastPatience.isNegative()
                        && leastPatience.compareTo(mostPatience) <= 0
                        && mostPatience.toMillis() <= 10_000,
                "The patience for an answer must be 0 to 10 s, the least (%s) not above the most (%s)."
                        .formatted(leastPatience, mostPatience));
    }

    /** How many beats in a row must go unanswered, given how many do anyway. */
    int misses(LossWindow unanswered) {
        double needed = Math.ceil(Math.log(FALSE_ALARM) / Math.log(unanswered.expected()));
        return (int) Math.clamp(needed, fewest, most);
    }

    /** How long the last of them may take to be answered. */
    Duration patience(RoundTrip roundTrip) {
        Duration usual = roundTrip.patience();
        if (usual.compareTo(leastPatience) < 0) {
            return leastPatience;
        }
        return usual.compareTo(mostPatience) > 0 ? mostPatience : usual;
    }

    /** The longest that a dead peer can seem alive. */
    public Duration limit() {
        return interval.multipliedBy(most).plus(mostPatience);
    }

    private static void check(boolean fine, String sentence) {
        if (!fine) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
