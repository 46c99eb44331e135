package adfer.kernel;

import java.util.Locale;

/**
 * Who caused a command.
 *
 * @param name a person's or an automaton's name, such as {@code jane} or {@code node a1}
 * @param origin the door it came through: {@code cli}, {@code console}, {@code api} or {@code
 *     system}
 */
public record Actor(String name, String origin) {
    public Actor {
        if (name.isBlank() || name.length() > 200) {
            throw new IllegalArgumentException("an actor needs a name of 1 to 200 characters");
        }
        if (origin.isBlank() || origin.length() > 40) {
            throw new IllegalArgumentException("an actor needs an origin of 1 to 40 characters");
        }
    }

    public static Actor system(NodeId node) {
        return new Actor("node " + node, "system");
    }

    /** Names are all there is to tell people apart by, so they are compared with some lenience. */
    public boolean samePerson(Actor other) {
        return plain(name).equals(plain(other.name));
    }

    private static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name + " (" + origin + ")";
    }
}
