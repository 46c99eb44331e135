package adfer.runbook;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody probably meant. */
final class Nearest {
    /** Longer words are no slips of the hand. */
    private static final int LONGEST = 60;

    private Nearest() {}

    /** The word closest to {@code word}, when it is close enough to be a slip of the hand. */
    static Optional<String> to(String word, Collection<String> words) {
        int tolerance = Math.max(1, word.length() / 3);
        return words.stream()
                .filter(candidate -> word.length() <= LONGEST && candidate.length() <= LONGEST)
                .filter(candidate -> distance(word, candidate) <= tolerance)
                .min(
                        Comparator.comparingInt((String candidate) -> distance(word, candidate))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** "Did you mean 'x'?", or else what there is to choose from. */
    static String suggestion(String word, Collection<String> words) {
        return to(word, words)
                .map(near -> "Did you mean '" + near + "'?")
                .orElseGet(() -> "Possible here: " + String.join(", ", words) + ".");
    }

    /**
     * Insertions, deletions, replacements and swaps of neighbours, case ignored (Damerau,
     * restricted).
     */
    static int distance(String left, String right) {
        String a = left.toLowerCase(java.util.Locale.ROOT);
        String b = right.toLowerCase(java.util.Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
