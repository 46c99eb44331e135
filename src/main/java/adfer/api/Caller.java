package adfer.api;

import adfer.kernel.Actor;

import jakarta.ws.rs.HeaderParam;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** Who calls and what the call is named, out of its headers. */
public final class Caller {
    @HeaderParam("Adfer-Actor")
    @Nullable String actor;

    @HeaderParam("Adfer-Origin")
    @Nullable String origin;

    @HeaderParam("Idempotency-Key")
    @Nullable String idempotencyKey;

    Actor who() {
        String name =
                Optional.ofNullable(actor).filter(text -> !text.isBlank()).orElse("anonymous");
        String door = Optional.ofNullable(origin).filter(text -> !text.isBlank()).orElse("api");
        return new Actor(
                name.length() > 200 ? name.substring(0, 200) : name,
                door.length() > 40 ? door.substring(0, 40) : door);
    }

    /**
     * The name of the request, under which it is carried out once; empty when the caller gave none.
     */
    String request() {
        return Optional.ofNullable(idempotencyKey)
                .map(key -> key.length() > 100 ? key.substring(0, 100) : key)
                .orElse("");
    }
}
