package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;

import java.time.Duration;
import java.time.Instant;

/**
 * When a break-glass account was used last, for everybody to see.
 *
 * @param opened whether another one had been used at that node in time, so that it let in
 */
public record GlassUse(String name, NodeId node, boolean opened, Instant at) implements Entity {
    /** How long everybody is told. */
    public static final Duration SHOWN = Duration.ofHours(24);

    public boolean recent(Instant now) {
        return now.isBefore(at.plus(SHOWN));
    }

    public String sentence() {
        return sentence(name, node, opened) + " " + at + ".";
    }

    static String sentence(String name, NodeId node, boolean opened) {
        return "Break-glass account "
                + name
                + (opened ? " was opened at node " : " was knocked at, at node ")
                + node
                + (opened
                        ? ", together with another one."
                        : " with the right password, and waits for another one.");
    }

    @Override
    public Key key() {
        return new Key(Kind.GLASS, name);
    }
}
