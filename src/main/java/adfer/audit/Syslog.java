package adfer.audit;

import adfer.kernel.NodeId;
import adfer.state.AuditEntry;
import adfer.state.Seal;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Audit entries as syslog messages (RFC 5424), facility "log audit", without a line break. */
public final class Syslog {
    private static final int LOG_AUDIT = 13;
    private static final int WARNING = 4;
    private static final int INFORMATIONAL = 6;
    private static final int LONGEST_HOST = 255;
    private static final int LONGEST_ID = 32;

    /** Of the number that RFC 5612 sets aside for examples; Adfer has none of its own. */
    private static final String DATA = "adfer@32473";

    /** RFC 5424 allows no more than microseconds. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Syslog() {}

    /**
     * @param node the one that tells it
     */
    public static String message(NodeId node, AuditEntry entry) {
        int priority = LOG_AUDIT * 8 + (entry.accepted() ? INFORMATIONAL : WARNING);
        StringBuilder text =
                new StringBuilder("<")
                        .append(priority)
                        .append(">1 ")
                        .append(TIME.format(entry.at()))
                        .append(' ')
                        .append(word(node.value(), LONGEST_HOST))
                        .append(" adfer - ")
                        .append(word(entry.action(), LONGEST_ID))
                        .append(" [")
                        .append(DATA);
        parameter(text, "number", Long.toString(entry.number()));
        parameter(text, "index", Long.toString(entry.index()));
        parameter(text, "actor", entry.actor().name());
        parameter(text, "origin", entry.actor().origin());
        parameter(text, "subject", entry.subject());
        parameter(text, "reason", entry.reason());
        parameter(text, "accepted", Boolean.toString(entry.accepted()));
        parameter(text, "state", entry.state());
        entry.seal().map(Seal::toString).ifPresent(seal -> parameter(text, "seal", seal));
        parameter(text, "previous", entry.previous());
        parameter(text, "hash", entry.hash());
        String sentence = line(entry.sentence());
        boolean ascii = sentence.chars().allMatch(c -> c < 128);
        return text.append("] ").append(ascii ? "" : "\uFEFF").append(sentence).toString();
    }

    private static void parameter(StringBuilder text, String name, String value) {
        text.append(' ').append(name).append("=\"");
        line(value)
                .chars()
                .forEach(c -> {
                    if (c == '"' || c == '\\' || c == ']') {
                        text.append('\\');
                    }
                    text.append((char) c);
                });
        text.append('"');
    }

    /** Printable ASCII without blanks, as the header wants it. */
    private static String word(String text, int longest) {
        String printable = text.replaceAll("[^!-~]", "_");
        return printable.isEmpty()
                ? "-"
                : printable.substring(0, Math.min(printable.length(), longest));
    }

    /** A message is one line: whatever would break it becomes a blank. */
    private static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ");
    }
}
