package adfer.access;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;

import java.time.Instant;
import java.util.List;

/**
 * What a program shows in a person's name. The secret itself is nowhere: it was shown once.
 *
 * @param note what it is for
 * @param hash SHA-256 of the secret, which is random and long, so that nothing slower is needed
 * @param grants what it is narrowed to; its owner has to be allowed the same
 */
public record Token(
        String id,
        String owner,
        String note,
        String hash,
        List<Grant> grants,
        Instant made,
        Instant expires)
        implements Entity {
    public static final int MAX_NOTE = 200;

    public Token {
        grants = List.copyOf(grants);
        if (!id.matches("[a-z0-9]{6,40}") || note.length() > MAX_NOTE) {
            throw new IllegalArgumentException(
                    "a token has a note of at most " + MAX_NOTE + " characters");
        }
        if (grants.isEmpty() || grants.size() > Person.MAX_GRANTS) {
            throw new IllegalArgumentException(
                    "a token is narrowed to 1 to " + Person.MAX_GRANTS + " roles");
        }
    }

    @Override
    public Key key() {
        return key(id);
    }

    public static Key key(String id) {
        return new Key(Kind.TOKEN, id);
    }
}
