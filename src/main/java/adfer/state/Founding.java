package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the present generation of the cluster began: people gave up its majority for good and
 * answered for it. There is none in the first generation.
 *
 * @param by who answered for it, in the order in which they did
 * @param lost the sites that they declared off, less those that have come back since
 * @param floor the epoch above which each further tenure's is
 */
public record Founding(
        Generation generation, Instant at, List<Consent> by, List<SiteId> lost, Epoch floor)
        implements Entity {
    /** It takes so many people. */
    public static final int PEOPLE = 2;

    /**
     * One person's word that what is missing is off, or stays cut off until it is quarantined.
     *
     * @param words how that person made sure
     */
    public record Consent(Actor by, String words, Instant at) {
        /** The longest words; those of two people fit one attestation. */
        public static final int MAX_WORDS = 900;

        public Consent {
            if (words.isBlank() || words.length() > MAX_WORDS) {
                throw new IllegalArgumentException(
                        "a consent needs words, at most " + MAX_WORDS + " characters");
            }
        }

        /** Whether that is another person than this one. Names are all there is to tell by. */
        public boolean isAnother(Actor other) {
            return !by.name().strip().equalsIgnoreCase(other.name().strip());
        }

        @Override
        public String toString() {
            return by.name() + ": \"" + words + "\"";
        }
    }

    static final Key KEY = new Key(Kind.GENERATION, "present");

    public Founding {
        by = List.copyOf(by);
        lost = List.copyOf(lost);
    }

    @Override
    public Key key() {
        return KEY;
    }

    /**
     * A node of the site takes part again, so nothing is taken for granted of the site any more.
     */
    Founding returned(SiteId site) {
        return new Founding(
                generation,
                at,
                by,
                lost.stream().filter(gone -> !gone.equals(site)).toList(),
                floor);
    }

    /** With all further epochs above one that was given out elsewhere. */
    Founding above(Epoch latest) {
        return new Founding(generation, at, by, lost, latest);
    }

    /** All their names. */
    public String people() {
        return by.stream().map(consent -> consent.by().name()).collect(Collectors.joining(" and "));
    }

    /** All their words. */
    public String words() {
        return by.stream().map(Consent::words).collect(Collectors.joining(" / "));
    }
}
