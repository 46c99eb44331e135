package adfer.access;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;

import java.time.Instant;

/**
 * A session as everybody knows of it: who signed in, how and from where. The session itself holds
 * without it; what is kept here is for people to see, and whether it was ended before its time.
 *
 * @param id of the session; it opens nothing
 * @param origin the door
 * @param address from where; a proxy's where there is one
 */
public record Visit(
        String id,
        String name,
        Principal.Method method,
        String origin,
        String address,
        Instant at,
        Instant expires,
        boolean ended)
        implements Entity {
    public Visit end() {
        return new Visit(id, name, method, origin, address, at, expires, true);
    }

    @Override
    public Key key() {
        return key(id);
    }

    public static Key key(String id) {
        return new Key(Kind.VISIT, id);
    }
}
