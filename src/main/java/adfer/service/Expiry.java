package adfer.service;

import adfer.port.Certificates;
import adfer.port.Certificates.Shown;
import adfer.port.Metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Says in time that certificates end, and that newer ones can't be used. */
public final class Expiry {
    private final Certificates certificates;
    private final Duration warnBefore;
    private final InstantSource clock;

    /**
     * @param clock by which others judge them too: the time of day
     */
    public Expiry(Certificates certificates, Duration warnBefore, InstantSource clock) {
        this.certificates = certificates;
        this.warnBefore = warnBefore;
        this.clock = clock;
    }

    /** What somebody should do, the most urgent first; nothing while all is well. */
    public List<String> sentences() {
        Instant now = clock.instant();
        List<Shown> shown = certificates.shown();
        return Stream.concat(
                        shown.stream()
                                .filter(one -> one.expires().isBefore(now.plus(warnBefore)))
                                .sorted(java.util.Comparator.comparing(Shown::expires))
                                .map(one -> sentence(one, now)),
                        shown.stream().flatMap(one -> trouble(one).stream()))
                .toList();
    }

    /** What people are called about, each time that it has become more urgent, by such a time. */
    public Map<String, String> calls() {
        Instant now = clock.instant();
        Map<String, String> calls = new TreeMap<>();
        for (Shown one : certificates.shown()) {
            if (one.expires().isBefore(now.plus(warnBefore))) {
                String name = "certificate of " + one.whose() + " " + urgency(one, now);
                calls.put(name, sentence(one, now));
            }
            trouble(one)
                    .ifPresent(
                            why -> calls.put("certificate of " + one.whose() + " unusable", why));
        }
        return calls;
    }

    private static String urgency(Shown one, Instant now) {
        long days = ChronoUnit.DAYS.between(now, one.expires());
        if (!one.expires().isAfter(now)) {
            return "expired";
        }
        return days < 1 ? "tomorrow" : days < 7 ? "this week" : "soon";
    }

    private static String sentence(Shown one, Instant now) {
        var day = one.expires().atZone(ZoneOffset.UTC).toLocalDate();
        long days = Math.max(0, ChronoUnit.DAYS.between(now, one.expires()));
        return one.expires().isAfter(now)
                ? "The certificate of %s expires in %s, on %s: renew it (./adfer certs renew)."
                        .formatted(one.whose(), days == 1 ? "1 day" : days + " days", day)
                : "The certificate of %s expired on %s, and others refuse it: renew it (./adfer certs renew)."
                        .formatted(one.whose(), day);
    }

    private static Optional<String> trouble(Shown one) {
        return one.trouble()
                .map(why ->
                        "The new certificate of %s can't be used, and the former one stays: %s"
                                .formatted(one.whose(), why));
    }

    /** Shows how long each has left. */
    public void show(Metrics metrics) {
        for (Shown one : certificates.shown()) {
            metrics.gauge(
                    "adfer.certificate.left.seconds",
                    "Until a certificate expires; negative afterwards",
                    Map.of("of", one.whose()),
                    () -> left(one.whose()));
        }
    }

    private double left(String whose) {
        return certificates.shown().stream()
                .filter(one -> one.whose().equals(whose))
                .mapToDouble(one -> Duration.between(clock.instant(), one.expires()).toSeconds())
                .min()
                .orElse(Double.NaN);
    }
}
