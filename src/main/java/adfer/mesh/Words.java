package adfer.mesh;

import java.util.Collection;
import java.util.List;

/** Small pieces of English. */
final class Words {
    private static final int MOST = 4;

    private Words() {}

    /** {@code a}, {@code a and b}, {@code a, b and c}, {@code a, b, c, d and 3 more}. */
    static String and(Collection<?> things) {
        List<String> names = things.stream().map(Object::toString).toList();
        if (names.size() > MOST + 1) {
            return String.join(", ", names.subList(0, MOST))
                    + " and "
                    + (names.size() - MOST)
                    + " more";
        }
        if (names.size() < 2) {
            return String.join("", names);
        }
        return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }

    /** {@code node a1}, {@code nodes a1 and a2}. */
    static String counted(String noun, Collection<?> things) {
        return (things.size() == 1 ? noun : noun + "s") + " " + and(things);
    }

    /** The clauses one after the other, the last of very many only counted. */
    static String clauses(List<String> clauses) {
        String first = String.join("; ", clauses.subList(0, Math.min(MOST, clauses.size())));
        return clauses.size() <= MOST
                ? first
                : first + "; and " + (clauses.size() - MOST) + " more";
    }

    static String verb(Collection<?> subjects, String one, String many) {
        return subjects.size() == 1 ? one : many;
    }

    static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }
}
