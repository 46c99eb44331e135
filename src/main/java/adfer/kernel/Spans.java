package adfer.kernel;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time spans as people write them: {@code 500ms}, {@code 5s}, {@code 2m30s}, {@code 1h}. */
public final class Spans {
    private static final Pattern SHAPE =
            Pattern.compile(
                    "(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?(?:(\\d{1,6})ms)?");

    private Spans() {}

    /** The span {@code text} says; empty when it says none. */
    public static Optional<Duration> parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (text.isEmpty() || !shape.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                Duration.ofDays(number(shape, 1))
                        .plusHours(number(shape, 2))
                        .plusMinutes(number(shape, 3))
                        .plusSeconds(number(shape, 4))
                        .plusMillis(number(shape, 5)));
    }

    private static long number(Matcher shape, int group) {
        String digits = shape.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** The two largest units of a span, for people: {@code 2m30s}, {@code 1d4h}, {@code 800ms}. */
    public static String format(Duration span) {
        if (span.isNegative()) {
            return "-" + format(span.negated());
        }
        String[] units = {"d", "h", "m", "s", "ms"};
        long[] parts = {
            span.toDaysPart(),
            span.toHoursPart(),
            span.toMinutesPart(),
            span.toSecondsPart(),
            span.toMillisPart()
        };
        int first = 0;
        while (first < parts.length && parts[first] == 0) {
            first++;
        }
        if (first == parts.length) {
            return "0s";
        }
        String largest = parts[first] + units[first];
        boolean second = first + 1 < parts.length && parts[first + 1] > 0;
        return second ? largest + parts[first + 1] + units[first + 1] : largest;
    }
}
