package adfer.kernel;

import java.util.Arrays;
import java.util.Locale;

/**
 * Where a secret is found, written {@code env:NAME}, {@code file:PATH} or {@code credential:NAME}.
 * It may be stored, sent and shown; what it leads to may not.
 *
 * @param name of the variable or credential, or the file's whole path
 */
public record SecretRef(Source source, String name) {
    /** How a secret is referred to, as a sentence needs it. */
    public static final String FORMS = "env:NAME, file:PATH or credential:NAME";

    private static final int LONGEST = 500;

    /** What holds a secret. */
    public enum Source {
        /** A variable in the environment of the process. */
        ENV("[A-Za-z_][A-Za-z0-9_]*"),
        /** A file that not everybody may read. */
        FILE("/[^\\p{Cntrl}]+"),
        /** A credential that systemd passes to the service. */
        CREDENTIAL("[A-Za-z0-9_.@-]*[A-Za-z0-9_@-][A-Za-z0-9_.@-]*");

        private final String form;

        Source(String form) {
            this.form = form;
        }

        private String prefix() {
            return name().toLowerCase(Locale.ROOT) + ":";
        }
    }

    public SecretRef {
        if (name.length() > LONGEST || !name.matches(source.form)) {
            throw noReference();
        }
    }

    /**
     * @throws IllegalArgumentException with a sentence that doesn't repeat what was given, since
     *     that may be the secret itself
     */
    public static SecretRef of(String reference) {
        for (Source source : Source.values()) {
            if (reference.startsWith(source.prefix())) {
                return new SecretRef(source, reference.substring(source.prefix().length()));
            }
        }
        throw noReference();
    }

    /** Whether the text is meant as a reference, be it a good one or not. */
    public static boolean refers(String text) {
        return Arrays.stream(Source.values()).anyMatch(source -> text.startsWith(source.prefix()));
    }

    private static IllegalArgumentException noReference() {
        return new IllegalArgumentException("give " + FORMS + ", never the secret itself.");
    }

    /** As it is written. */
    @Override
    public String toString() {
        return source.prefix() + name;
    }
}
