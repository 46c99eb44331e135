package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;

/** The answer once given to a named request. */
public record SeenRequest(String request, Reply reply) implements Entity {
    @Override
    public Key key() {
        return key(request);
    }

    public static Key key(String request) {
        return new Key(Kind.REQUEST, request);
    }
}
