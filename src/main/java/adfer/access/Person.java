package adfer.access;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Somebody Adfer knows by name. Whoever signs in elsewhere (OpenID, LDAP) needs none, and may have
 * one: for grants of his or her own, or to be kept out.
 *
 * @param name in lower case; equal names are one person, however they signed in
 * @param title what the person is called; may be empty
 * @param password the hash of a password, with its salt and parameters; empty for those who sign in
 *     elsewhere
 * @param disabled whether nothing this name brings is taken
 * @param sealed a break-glass account: it opens only together with another one
 * @param validFrom sessions and tokens made before this are void
 */
public record Person(
        String name,
        String title,
        Optional<String> password,
        List<Grant> grants,
        boolean disabled,
        boolean sealed,
        Instant validFrom)
        implements Entity {
    public static final int MAX_TITLE = 200;
    public static final int MAX_GRANTS = 100;

    public Person {
        grants = List.copyOf(grants);
        if (!name.equals(named(name))) {
            throw new IllegalArgumentException("names of people are in lower case");
        }
        if (title.length() > MAX_TITLE || grants.size() > MAX_GRANTS) {
            throw new IllegalArgumentException(
                    "a person has a title of at most "
                            + MAX_TITLE
                            + " characters and at most "
                            + MAX_GRANTS
                            + " grants");
        }
    }

    /**
     * A name as it is kept.
     *
     * @throws IllegalArgumentException when it can't be a person's
     */
    public static String named(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (!canBeNamed(name)) {
            throw new IllegalArgumentException(
                    "'"
                            + (text.length() > 100 ? text.substring(0, 100) + "..." : text)
                            + "' can't be a person's name: use 1 to 100 letters, digits and"
                            + " . _ @ + -, beginning with a letter or digit");
        }
        return name;
    }

    /** Whether it is a name as it is kept. */
    public static boolean canBeNamed(String name) {
        return name.matches("[a-z0-9][a-z0-9._@+-]{0,99}");
    }

    /** Whether this person can sign in by himself and say who may do what. */
    public boolean administers() {
        return !disabled
                && !sealed
                && password.isPresent()
                && grants.contains(Grant.everywhere(Role.ADMIN));
    }

    public Person withPassword(String hash, Instant now) {
        return new Person(name, title, Optional.of(hash), grants, disabled, sealed, now);
    }

    public Person validFrom(Instant now) {
        return new Person(name, title, password, grants, disabled, sealed, now);
    }

    /** Whether a session of that time is void. */
    public boolean ends(Instant session) {
        return session.isBefore(validFrom);
    }

    @Override
    public Key key() {
        return key(name);
    }

    public static Key key(String name) {
        return new Key(Kind.PERSON, name);
    }
}
