package adfer.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/**
 * Which audit entries are asked for. Texts are contained in what they are compared with, whatever
 * their case; an empty one asks for nothing.
 *
 * @param text in the actor, the action, the subject, the sentence or the reason
 * @param from the earliest time
 * @param to the latest time, itself left out
 * @param outcome granted or refused
 */
public record Search(
        String text,
        String actor,
        String action,
        String subject,
        Optional<Instant> from,
        Optional<Instant> to,
        Outcome outcome) {
    public static final Search ALL =
            new Search("", "", "", "", Optional.empty(), Optional.empty(), Outcome.ANY);

    /** The length of a day's text. */
    private static final int DAY = 10;

    /** What came of the commands. */
    public enum Outcome {
        ANY,
        ACCEPTED,
        REFUSED
    }

    public static Search of(String text) {
        return new Search(text, "", "", "", Optional.empty(), Optional.empty(), Outcome.ANY);
    }

    /**
     * A search as people write it.
     *
     * @param from a time such as {@code 2026-03-01T02:00:00Z}, or a day of UTC with which it begins
     * @param to a time, or a day of UTC with which it ends
     * @param outcome {@code accepted}, {@code refused}, or empty for any
     * @throws IllegalArgumentException with one sentence when one of them is none
     */
    public static Search parse(
            String text,
            String actor,
            String action,
            String subject,
            String from,
            String to,
            String outcome) {
        return new Search(
                text,
                actor,
                action,
                subject,
                time("from", from, 0),
                time("to", to, 1),
                outcome(outcome.strip().toLowerCase(Locale.ROOT)));
    }

    private static Outcome outcome(String word) {
        return switch (word) {
            case "", "any" -> Outcome.ANY;
            case "accepted" -> Outcome.ACCEPTED;
            case "refused" -> Outcome.REFUSED;
            default ->
                    throw new IllegalArgumentException(
                            "'" + word + "' is no outcome; give accepted or refused.");
        };
    }

    private static Optional<Instant> time(String name, String given, int daysLater) {
        String text = given.strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    text.length() == DAY
                            ? LocalDate.parse(text)
                                    .plusDays(daysLater)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant()
                            : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    name
                            + ": '"
                            + text
                            + "' is no time such as 2026-03-01T02:00:00Z and no day such as"
                            + " 2026-03-01.",
                    e);
        }
    }

    /** Whether nothing between the first and the last entry found is left out. */
    public boolean unbroken() {
        return text.isEmpty()
                && actor.isEmpty()
                && action.isEmpty()
                && subject.isEmpty()
                && outcome == Outcome.ANY;
    }

    /** With texts as they are compared. */
    public Search folded() {
        return new Search(fold(text), fold(actor), fold(action), fold(subject), from, to, outcome);
    }

    private static String fold(String part) {
        return part.strip().toLowerCase(Locale.ROOT);
    }
}
