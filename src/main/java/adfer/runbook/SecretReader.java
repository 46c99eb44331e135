package adfer.runbook;

import adfer.kernel.SecretRef;
import adfer.kernel.Sorted;

import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads which variables of a script are secrets, and where the node that runs it finds them. */
final class SecretReader {
    /** The key they stand under, beside {@code env}. */
    static final String KEY = "secrets";

    private final Findings findings;

    SecretReader(Findings findings) {
        this.findings = findings;
    }

    SortedMap<String, SecretRef> read(Table script) {
        Optional<Yaml> value = script.value(KEY);
        if (value.isEmpty()) {
            return Sorted.empty();
        }
        TreeMap<String, SecretRef> references = new TreeMap<>();
        Table.ofAnyKeys(value.get(), "'" + KEY + "'", findings)
                .ifPresent(table -> {
                    for (Yaml.Field field : table.yaml().fields()) {
                        String name = field.key().value();
                        if (isPlain(script, name)) {
                            findings.error(
                                    field.key().place(),
                                    "duplicate-key",
                                    "'" + Table.shown(name) + "' stands in 'env', too.",
                                    "Keep it in 'secrets'.");
                        } else if (named(field)) {
                            reference(field).ifPresent(found -> references.put(name, found));
                        }
                    }
                });
        return references;
    }

    private static boolean isPlain(Table script, String name) {
        return script.value("env")
                .filter(env -> env instanceof Yaml.Fields fields && fields.field(name).isPresent())
                .isPresent();
    }

    private boolean named(Yaml.Field field) {
        String name = field.key().value();
        boolean fine = name.matches("[A-Za-z_][A-Za-z0-9_]{0,119}");
        if (!fine || name.toUpperCase(Locale.ROOT).startsWith("ADFER_")) {
            findings.error(
                    field.key().place(),
                    "bad-value",
                    fine
                            ? "Adfer itself sets the variables that begin with ADFER_."
                            : "'" + Table.shown(name) + "' can't name a variable.",
                    "Use letters, digits and '_', as in DB_PASSWORD.");
            return false;
        }
        return true;
    }

    /** What is no reference is not repeated: it may be the secret. */
    private Optional<SecretRef> reference(Yaml.Field field) {
        try {
            if (field.value() instanceof Yaml.Text text) {
                return Optional.of(SecretRef.of(text.value()));
            }
        } catch (IllegalArgumentException e) {
            // Told below, like what is no text.
        }
        findings.error(
                field.value().place(),
                "secret",
                "'" + field.key().value() + "' doesn't say where its secret is found.",
                "Write " + SecretRef.FORMS + ", never the secret itself.");
        return Optional.empty();
    }
}
