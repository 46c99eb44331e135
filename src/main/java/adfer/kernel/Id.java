package adfer.kernel;

/**
 * A name that means one thing in the whole cluster: 1 to 120 characters, letters, digits and {@code
 * . _ - /}, starting with a letter or digit. Every identifier is its own record, so that one can't
 * be passed for another.
 */
public interface Id extends Comparable<Id> {
    String value();

    @Override
    default int compareTo(Id other) {
        return value().compareTo(other.value());
    }

    /** Returns {@code value} if it is well formed; otherwise says what is wrong with it. */
    static String check(String kind, String value) {
        boolean fine = !value.isEmpty() && value.length() <= 120 && isAlphanumeric(value.charAt(0));
        for (int i = 0; fine && i < value.length(); i++) {
            char c = value.charAt(i);
            fine = isAlphanumeric(c) || c == '.' || c == '_' || c == '-' || c == '/';
        }
        if (!fine) {
            throw new IllegalArgumentException(
                    "'"
                            + value
                            + "' is no valid "
                            + kind
                            + ": use 1 to 120 letters, digits, '.', '_', '-' or '/', starting with"
                            + " a letter or digit");
        }
        return value;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
