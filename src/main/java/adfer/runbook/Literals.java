package adfer.runbook;

import adfer.runbook.Yaml.Place;

import java.util.List;
import java.util.regex.Pattern;

/** Looks for secrets in a runbook's text: it is replicated, stored and shown to many. */
final class Literals {
    private static final String WORD =
            "(?:password|passwd|passphrase|pwd|secret|token|api[-_]?key|private[-_]?key|credentials?)";
    private static final Pattern KEY = Pattern.compile("(?i).*" + WORD);
    private static final Pattern ASSIGNED =
            Pattern.compile("(?i)" + WORD + "\"?\\s*[=:]\\s*[^\\s$].*");
    private static final Pattern IN_URL = Pattern.compile("://[^/@\\s:]+:[^/@\\s]+@");
    private static final Pattern KNOWN =
            Pattern.compile(
                    "-----BEGIN [A-Z ]*PRIVATE"
                            + " KEY|\\bAKIA[0-9A-Z]{16}\\b|\\bgh[pousr]_[A-Za-z0-9]{30,}");
    private static final Pattern REFERENCE =
            Pattern.compile("(?:env|file|credential):.*|\\$.*|/.*");

    /** Prose, in which a word such as "token" means nothing. */
    private static final List<String> PROSE = List.of("title", "message");

    private final Findings findings;

    Literals(Findings findings) {
        this.findings = findings;
    }

    void check(Yaml yaml) {
        switch (yaml) {
            case Yaml.Text text -> value(text);
            case Yaml.Items items -> items.items().forEach(this::check);
            case Yaml.Fields fields -> fields.fields().forEach(this::field);
            case Yaml.Nothing ignored -> {}
        }
    }

    private void field(Yaml.Field field) {
        String key = field.key().value();
        if (PROSE.contains(key)) {
            return;
        }
        if (field.value() instanceof Yaml.Text(Place place, String value)
                && KEY.matcher(key).matches()
                && !REFERENCE.matcher(value).matches()) {
            report(place);
        } else {
            check(field.value());
        }
    }

    private void value(Yaml.Text text) {
        boolean suspicious =
                List.of(ASSIGNED, IN_URL, KNOWN).stream()
                        .anyMatch(pattern -> pattern.matcher(text.value()).find());
        if (suspicious && !REFERENCE.matcher(text.value()).matches()) {
            report(text.place());
        }
    }

    private void report(Place place) {
        findings.error(
                place,
                "secret",
                "This looks like a secret, and a runbook is replicated and shown.",
                "Let the script read it where it is kept, and name only that place here, such as"
                        + " 'file:/etc/NAME'.");
    }
}
