package adfer.runbook;

import java.util.Locale;

/**
 * One problem of a runbook's text.
 *
 * @param severity an error keeps the runbook from being published, a warning does not
 * @param code stable and machine readable, lower case with hyphens
 * @param line from 1
 * @param column from 1
 * @param sentence what is wrong
 * @param suggestion what to do about it
 */
public record Finding(
        Severity severity, String code, int line, int column, String sentence, String suggestion) {
    public enum Severity {
        ERROR,
        WARNING
    }

    public boolean error() {
        return severity == Severity.ERROR;
    }

    /** As compilers say it, which editors and CI understand. */
    public String in(String file) {
        return file
                + ":"
                + line
                + ":"
                + column
                + ": "
                + severity.name().toLowerCase(Locale.ROOT)
                + ": "
                + sentence
                + " "
                + suggestion
                + " ["
                + code
                + "]";
    }
}
