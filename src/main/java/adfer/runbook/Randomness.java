package adfer.runbook;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells random texts from words: in a password that a machine has made, small letters, capitals and
 * digits take turns far more often than in any name.
 */
final class Randomness {
    private static final Pattern LONG = Pattern.compile("[A-Za-z0-9+/_=-]{20,}");

    /** The least share of neighbours of different kinds. */
    private static final double TURNS = 0.4;

    private Randomness() {}

    /** Whether a piece of the text looks random. */
    static boolean in(String text) {
        Matcher pieces = LONG.matcher(text);
        while (pieces.find()) {
            if (random(pieces.group())) {
                return true;
            }
        }
        return false;
    }

    private static boolean random(String piece) {
        int turns = 0;
        for (int i = 1; i < piece.length(); i++) {
            turns +=
                    Character.getType(piece.charAt(i)) == Character.getType(piece.charAt(i - 1))
                            ? 0
                            : 1;
        }
        boolean ofEachKind =
                piece.chars().anyMatch(Character::isLowerCase)
                        && piece.chars().anyMatch(Character::isUpperCase)
                        && piece.chars().anyMatch(Character::isDigit);
        return ofEachKind && turns >= TURNS * (piece.length() - 1);
    }
}
