package adfer.api;

import adfer.access.Principal;

import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Who calls, as {@link AccessFilter} found, and what the call is named. */
public final class Caller {
    @Context @Nullable ContainerRequestContext context;

    @HeaderParam("Idempotency-Key")
    @Nullable String idempotencyKey;

    public Principal who() {
        return known().orElseThrow(() -> new NotAuthorizedException("Bearer realm=\"Adfer\""));
    }

    /** Where nobody has to be signed in. */
    public Optional<Principal> known() {
        return Optional.ofNullable(context)
                .map(request -> (Principal) request.getProperty(AccessFilter.PRINCIPAL));
    }

    /** Whether the same credential would still be let in: what lasts asks that again and again. */
    BooleanSupplier stillIn() {
        return Optional.ofNullable(context)
                .map(request -> (BooleanSupplier) request.getProperty(AccessFilter.STILL_IN))
                .orElse(() -> false);
    }

    /**
     * The name of the request, under which it is carried out once; empty when the caller gave none.
     * Names of different people don't meet.
     */
    public String request() {
        return Optional.ofNullable(idempotencyKey)
                .map(key -> who().name() + "/" + key)
                .map(key -> key.length() > 200 ? key.substring(0, 200) : key)
                .orElse("");
    }
}
