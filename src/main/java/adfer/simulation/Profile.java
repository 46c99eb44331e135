package adfer.simulation;

import adfer.lease.LeaseTerms;

import java.time.Duration;
import java.util.List;

/**
 * The times a world lives by.
 *
 * @param terms what the leases rest on
 * @param drift by how much the worst clocks are off, in parts per million: what the terms allow
 * @param guarding what guards reckon with; other than {@code terms} only where a safeguard is taken
 *     out, like {@code taking}
 * @param taking what takers reckon with
 */
record Profile(LeaseTerms terms, int drift, LeaseTerms guarding, LeaseTerms taking) {
    /** Where clocks are wild, an allowance that is missing shows at once. */
    private static final LeaseTerms WILD = terms(10_000, 50_000, 2_000, 100, 100);

    private static final LeaseTerms SHORT = terms(6_000, 2_000, 1_000, 50, 100);

    static Profile of(Chance chance, List<Mutation> mutations) {
        LeaseTerms terms = chance.of(List.of(LeaseTerms.DEFAULT, SHORT, WILD));
        LeaseTerms guarding = terms;
        LeaseTerms taking = terms;
        if (mutations.contains(Mutation.NO_ALLOWANCE)) {
            guarding =
                    terms(
                            millis(terms.length()),
                            500,
                            millis(terms.stop()),
                            millis(terms.tick()),
                            1);
            taking = guarding;
        }
        if (mutations.contains(Mutation.WAIT_TOO_SHORT)) {
            taking = terms(millis(terms.lasts()), 500, 1, 1, 1);
        }
        return new Profile(terms, terms.driftPpm(), guarding, taking);
    }

    private static LeaseTerms terms(int length, int ppm, int stop, int tick, int margin) {
        return new LeaseTerms(
                Duration.ofMillis(length),
                ppm,
                Duration.ofMillis(stop),
                Duration.ofMillis(tick),
                Duration.ofMillis(margin),
                Duration.ofSeconds(1));
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }

    /** The longest time a stop takes, in nanoseconds. */
    long stop() {
        return terms.stop().toNanos();
    }
}
