package adfer.runbook;

import adfer.kernel.SecretRef;
import adfer.runbook.Yaml.Place;

import java.util.List;
import java.util.regex.Pattern;

/** Looks for secrets in a runbook's text: it is replicated, stored and shown to many. */
final class Literals {
    private static final String WORD =
            "(?:password|passwd|passphrase|pwd|secret|token|api[-_]?key|private[-_]?key|credentials?)";
    private static final Pattern KEY = Pattern.compile("(?i).*" + WORD);
    private static final Pattern NAMED =
            Pattern.compile("(?i).*" + WORD + "(?!.*(?:file|path|dir|name)$).*");
    private static final Pattern ASSIGNED =
            Pattern.compile("(?i)" + WORD + "\"?\\s*[=:]\\s*[^\\s$].*");
    private static final Pattern IN_URL = Pattern.compile("://[^/@\\s:]+:[^/@\\s]+@");
    private static final Pattern KNOWN =
            Pattern.compile(
                    "-----BEGIN [A-Z ]*PRIVATE"
                            + " KEY|\\bAKIA[0-9A-Z]{16}\\b|\\bgh[pousr]_[A-Za-z0-9]{30,}"
                            + "|\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ");
    private static final Pattern REFERENCE =
            Pattern.compile("(?:env|file|credential):.*|\\$.*|/.*");

    private static final List<String> SCRIPTS = List.of("env", "args");
    private static final String SUGGESTION =
            "Name the place where it is kept, as in 'secrets: { DB_PASSWORD: file:/etc/adfer/db"
                    + " }'.";

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
        if (PROSE.contains(key) || key.equals(SecretReader.KEY)) {
            return;
        }
        if (SCRIPTS.contains(key)) {
            scripted(field.value());
        }
        if (field.value() instanceof Yaml.Text(Place place, String value)
                && KEY.matcher(key).matches()
                && !REFERENCE.matcher(value).matches()) {
            report(place);
        } else {
            check(field.value());
        }
    }

    /** What a script is given: names and values that look less clearly like secrets. */
    private void scripted(Yaml given) {
        if (given instanceof Yaml.Fields fields) {
            for (Yaml.Field field : fields.fields()) {
                if (field.value() instanceof Yaml.Text text) {
                    scripted(field.key().value(), text);
                }
            }
        }
        for (Yaml item : Table.oneOrMany(given)) {
            if (item instanceof Yaml.Text text) {
                scripted("", text);
            }
        }
    }

    private void scripted(String name, Yaml.Text text) {
        boolean reference = REFERENCE.matcher(text.value()).matches();
        if (SecretRef.refers(text.value())) {
            findings.warning(
                    text.place(),
                    "reference-as-text",
                    "The script is given this reference as it stands, not the secret.",
                    "Write it under 'secrets' to have Adfer read it.");
        } else if (!reference
                && !KEY.matcher(name).matches()
                && (NAMED.matcher(name).matches() || Randomness.in(text.value()))) {
            findings.warning(
                    text.place(),
                    "maybe-secret",
                    "This may be a secret, and a runbook is replicated and shown.",
                    SUGGESTION);
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
                SUGGESTION);
    }
}
