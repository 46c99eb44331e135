package adfer.api;

import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Gate;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Method;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Lets nobody in who hasn't shown who he or she is, and nobody to what no role of theirs may. */
@Priority(Priorities.AUTHENTICATION)
public final class AccessFilter implements ContainerRequestFilter {
    static final String PRINCIPAL = "adfer.principal";
    static final String STILL_IN = "adfer.still-in";

    private static final String COOKIE = "adfer-session";

    private static final String BEARER = "Bearer ";

    private final Gate gate;
    private final Predicate<Class<?>> page;
    private final BiFunction<Principal, Problem, Response> refusal;

    @Context private @Nullable ResourceInfo resource;

    /**
     * @param page tells resources that are pages for people; there, whoever isn't signed in is
     *     shown the way in
     * @param refusal tells people on such a page why they may not
     */
    public AccessFilter(
            Gate gate, Predicate<Class<?>> page, BiFunction<Principal, Problem, Response> refusal) {
        this.gate = gate;
        this.page = page;
        this.refusal = refusal;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        ResourceInfo asked = resource;
        if (asked == null || asked.getResourceMethod() == null) {
            return; // Nothing is at this address, which is answered so.
        }
        Method method = asked.getResourceMethod();
        boolean forPeople = page.test(asked.getResourceClass());
        Optional<Shown> shown = shown(request, forPeople);
        Result<Principal> who = admit(shown);
        BooleanSupplier stillIn =
                () ->
                        admit(shown) instanceof Result.Ok<Principal>(var still)
                                && forbidden(still, method).isEmpty();
        request.setProperty(STILL_IN, stillIn);
        if (who instanceof Result.Ok<Principal>(var principal)) {
            request.setProperty(PRINCIPAL, principal);
        }
        if (method.isAnnotationPresent(Open.class)) {
            return;
        }
        switch (who) {
            case Result.Refused<Principal>(var problems) ->
                    request.abortWith(forPeople ? toTheDoor(request) : unknown(problems));
            case Result.Ok<Principal>(var principal) ->
                    forbidden(principal, method)
                            .ifPresent(problem ->
                                    request.abortWith(
                                            forPeople
                                                    ? refusal.apply(principal, problem)
                                                    : Problems.of(List.of(problem))));
        }
    }

    /** A credential, and the door at which it was shown. */
    private record Shown(String credential, String origin) {}

    /**
     * Browsers send cookies unasked; so beyond the pages, which know their forms, these only look.
     */
    private static Optional<Shown> shown(ContainerRequestContext request, boolean forPeople) {
        String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.of(
                    new Shown(header.substring(BEARER.length()).strip(), origin(request)));
        }
        boolean taken = forPeople || OriginFilter.LOOKING.contains(request.getMethod());
        return header == null && taken
                ? session(request).map(session -> new Shown(session, "console"))
                : Optional.empty();
    }

    /** The session that a browser shows in its cookie. */
    public static Optional<String> session(ContainerRequestContext request) {
        String name = cookie(request.getSecurityContext().isSecure());
        return Optional.ofNullable(request.getCookies().get(name)).map(Cookie::getValue);
    }

    /**
     * What the cookie is called; by TLS, so that neither another host nor plain HTTP can set it.
     */
    public static String cookie(boolean secure) {
        return secure ? "__Host-" + COOKIE : COOKIE;
    }

    private Result<Principal> admit(Optional<Shown> shown) {
        return shown.map(it -> gate.admit(it.credential(), it.origin())).orElseGet(gate::stranger);
    }

    /** The command line says that it is one; every other program is the API's. */
    private static String origin(ContainerRequestContext request) {
        return "cli".equals(request.getHeaderString("Adfer-Origin")) ? "cli" : "api";
    }

    private static Optional<Problem> forbidden(Principal principal, Method method) {
        Needs needs = method.getAnnotation(Needs.class);
        if (needs == null) {
            return Optional.of(
                    new Problem("not-allowed", "Nobody may ask this: no right is named for it."));
        }
        Right[] rights = needs.value();
        return Arrays.stream(rights).anyMatch(principal::maySomewhere)
                ? Optional.empty()
                : Optional.of(principal.refused(rights[0]));
    }

    private static Response unknown(List<Problem> problems) {
        return Response.fromResponse(Problems.of(problems))
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"Adfer\"")
                .build();
    }

    private static Response toTheDoor(ContainerRequestContext request) {
        if (request.getHeaderString("HX-Request") != null) {
            return Response.status(401).header("HX-Redirect", "/login").build();
        }
        String next =
                request.getMethod().equals("GET")
                        ? "/" + request.getUriInfo().getPath().replaceFirst("^/+", "")
                        : "/";
        return Response.seeOther(
                        URI.create(
                                "/login?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8)))
                .type(MediaType.TEXT_HTML)
                .build();
    }
}
