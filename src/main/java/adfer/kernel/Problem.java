package adfer.kernel;

/**
 * An expected failure as a value.
 *
 * @param code stable and machine readable, lower case with hyphens, such as {@code no-capacity}
 * @param sentence one plain sentence: what is wrong, where, what to do
 */
public record Problem(String code, String sentence) {
    public Problem {
        if (!code.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "'" + code + "' is no problem code: use lower case words and hyphens");
        }
        if (sentence.isBlank()) {
            throw new IllegalArgumentException("problem '" + code + "' needs a sentence");
        }
    }

    @Override
    public String toString() {
        return sentence;
    }
}
