package adfer.audit;

import adfer.state.AuditEntry;
import adfer.state.Seal;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Audit entries as CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe
 * in front, so that opening the file runs nothing.
 */
public final class Csv {
    public static final String HEAD =
            "number,index,at,actor,origin,action,subject,reason,accepted,sentence,state,seal,"
                    + "previous,hash\r\n";

    private Csv() {}

    public static String line(AuditEntry entry) {
        return List.of(
                        Long.toString(entry.number()),
                        Long.toString(entry.index()),
                        entry.at().toString(),
                        entry.actor().name(),
                        entry.actor().origin(),
                        entry.action(),
                        entry.subject(),
                        entry.reason(),
                        Boolean.toString(entry.accepted()),
                        entry.sentence(),
                        entry.state(),
                        entry.seal().map(Seal::toString).orElse(""),
                        entry.previous(),
                        entry.hash())
                .stream()
                .map(Csv::cell)
                .collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String cell(String text) {
        String harmless = formula(text) ? "'" + text : text;
        return "\"" + harmless.replace("\"", "\"\"") + "\"";
    }

    /** Also the full-width forms, and with blanks in front, which some spreadsheets forgive. */
    private static boolean formula(String text) {
        String visible = text.stripLeading();
        return begins(text, "\t\r\n") || begins(visible, "=+-@\uFF1D\uFF0B\uFF0D\uFF20");
    }

    private static boolean begins(String text, String withOneOf) {
        return !text.isEmpty() && withOneOf.indexOf(text.charAt(0)) >= 0;
    }
}
