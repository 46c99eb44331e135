package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;

import java.time.Instant;

/**
 * What Adfer by itself does about a group whose site is lost, in one plain sentence; also when it
 * does nothing.
 *
 * @param at when it came to it, for people to read
 */
public record Stance(GroupId group, Kinds kind, String sentence, Instant at) implements Entity {
    /** What it comes to. */
    public enum Kinds {
        /** There is nothing to do. */
        IDLE,
        /** Something has to be so for longer, or is about to come. */
        WAITS,
        /** A person is called, and finds the plan prepared. */
        PROPOSES,
        /** It must not act, and a person has to. */
        DECLINES,
        /** It has the site's hosts switched off first. */
        FENCES,
        /** It starts the failover. */
        ACTS,
        /** It starts again, where it was, what the end of a lease has stopped. */
        RESTARTS
    }

    @Override
    public Key key() {
        return key(group);
    }

    static Key key(GroupId group) {
        return new Key(Kind.STANCE, group.value());
    }

    /** What it comes to when it could not be done. */
    public Stance declined(String why) {
        return new Stance(group, Kinds.DECLINES, "Does nothing by itself: " + why, at);
    }

    /** Whether nothing but the time differs. */
    boolean same(Stance other) {
        return kind == other.kind && sentence.equals(other.sentence);
    }
}
