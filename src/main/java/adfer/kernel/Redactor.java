package adfer.kernel;

import java.util.BitSet;
import java.util.function.Consumer;

/**
 * Cuts secrets out of one text that comes in pieces, wherever it is cut into them. What may be the
 * beginning of a secret is held until more has come, and no more than that. For one thread.
 */
public final class Redactor implements Consumer<String> {
    /** From how many characters on the last words of a text count as a secret that was cut off. */
    private static final int TELLING = 4;

    private final Redaction redaction;
    private final Consumer<String> next;
    private final int longest;
    private final StringBuilder held = new StringBuilder();

    /** Which characters of what is held belong to a secret. */
    private BitSet covered = new BitSet();

    private boolean inStars;

    /**
     * @param next is given the text without secrets, in pieces that are not empty
     */
    public Redactor(Redaction redaction, Consumer<String> next) {
        this.redaction = redaction;
        this.next = next;
        longest = redaction.needles().stream().mapToInt(String::length).max().orElse(0);
    }

    @Override
    public void accept(String piece) {
        int seen = held.length();
        held.append(piece);
        String text = held.toString();
        for (String needle : redaction.needles()) {
            int from = Math.max(0, seen - needle.length() + 1);
            for (int at = text.indexOf(needle, from); at >= 0; at = text.indexOf(needle, at + 1)) {
                covered.set(at, at + needle.length());
            }
        }
        pass(text.length() - begun(text));
    }

    /** Passes on what is held: no more will come. */
    public void finish() {
        if (begun(held.toString()) >= TELLING) {
            covered.set(held.length() - begun(held.toString()), held.length());
        }
        pass(held.length());
    }

    /** How many of the last characters may be the beginning of a secret. */
    private int begun(String text) {
        for (int count = Math.min(longest - 1, text.length()); count > 0; count--) {
            int from = text.length() - count;
            int length = count;
            if (redaction.needles().stream()
                    .anyMatch(needle ->
                            needle.length() > length
                                    && text.regionMatches(from, needle, 0, length))) {
                return count;
            }
        }
        return 0;
    }

    private void pass(int count) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < count; i++) {
            if (!covered.get(i)) {
                shown.append(held.charAt(i));
            } else if (!inStars) {
                shown.append(Secret.HIDDEN);
            }
            inStars = covered.get(i);
        }
        covered = covered.get(count, held.length());
        held.delete(0, count);
        if (!shown.isEmpty()) {
            next.accept(shown.toString());
        }
    }
}
