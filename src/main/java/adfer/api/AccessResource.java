package adfer.api;

import adfer.access.Grant;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Accounts;
import adfer.service.Adfer;
import adfer.service.ApiTokens;
import adfer.service.Gate;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signing in, people, and tokens. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class AccessResource {
    private static final Duration TOKEN_LIVES = Duration.ofDays(90);

    private final Gate gate;
    private final Adfer adfer;
    private final Accounts accounts;
    private final ApiTokens tokens;

    public AccessResource(Gate gate, Adfer adfer) {
        this.gate = gate;
        this.adfer = adfer;
        this.accounts = adfer.accounts();
        this.tokens = adfer.tokens();
    }

    /**
     * Makes the first person.
     *
     * @param token that the node keeps in its data folder
     * @param roles besides admin, such as {@code commander} or {@code viewer@site:a}
     */
    public record SetUpRequest(
            String token,
            String name,
            Optional<String> title,
            String password,
            Optional<List<String>> roles) {
        @Override
        public String toString() {
            return "SetUpRequest[" + name + "]";
        }
    }

    /** What somebody signs in with. */
    public record SignInRequest(String name, String password) {
        @Override
        public String toString() {
            return "SignInRequest[" + name + "]";
        }
    }

    /**
     * A session.
     *
     * @param credential to be sent as a bearer token
     * @param nodes where it may be sent as well: the addresses of all nodes of the cluster
     */
    public record SignedIn(
            String credential,
            Instant expires,
            String name,
            List<String> roles,
            List<String> nodes) {
        static SignedIn of(Gate.SignedIn signed, Adfer adfer) {
            Principal who = signed.who();
            return new SignedIn(
                    signed.credential(),
                    signed.expires(),
                    who.name(),
                    AccessResource.roles(who),
                    adfer.addresses(who));
        }

        @Override
        public String toString() {
            return "SignedIn[" + name + "]";
        }
    }

    /**
     * Whoever asks.
     *
     * @param session its id, which opens nothing
     * @param rights that are held at some place or everywhere
     */
    public record Me(
            String name,
            Principal.Method method,
            Optional<String> session,
            List<String> roles,
            List<Right> rights,
            String held) {}

    /** A person as an admin wants it to be; what is left out is empty. */
    public record PersonRequest(
            Optional<String> title,
            List<String> roles,
            Optional<Boolean> disabled,
            Optional<Boolean> sealed,
            Optional<String> password,
            Optional<String> reason) {
        @Override
        public String toString() {
            return "PersonRequest[" + roles + "]";
        }
    }

    /** A new password for oneself. */
    public record PasswordRequest(String present, String wanted) {
        @Override
        public String toString() {
            return "PasswordRequest[]";
        }
    }

    /**
     * A token for oneself.
     *
     * @param note what it is for
     * @param roles what it is narrowed to
     * @param lives such as {@code P90D}, which it is when left out
     */
    public record TokenRequest(String note, List<String> roles, Optional<Duration> lives) {}

    /** Whose sessions ended. */
    public record Ended(String name) {}

    @POST
    @Path("/setup")
    @Open
    @Operation(summary = "Makes the first person, while there is none; takes the set-up token")
    public Accounts.PersonView setUp(@Nullable SetUpRequest body) {
        SetUpRequest request = Problems.needed(body);
        return Problems.value(
                grants(request.roles().orElse(List.of()))
                        .then(grants ->
                                accounts.setUp(
                                        request.token(),
                                        request.name(),
                                        request.title().orElse(""),
                                        request.password(),
                                        grants)));
    }

    @POST
    @Path("/session")
    @Open
    @Operation(summary = "Signs in by name and password")
    public Response signIn(
            @Nullable SignInRequest body,
            @HeaderParam("Adfer-Origin") @Nullable String origin,
            @Context @Nullable HttpServletRequest from) {
        SignInRequest request = Problems.needed(body);
        return Problems.answer(
                gate.signIn(
                        request.name(),
                        request.password(),
                        "cli".equals(origin) ? "cli" : "api",
                        address(from)),
                signed ->
                        Response.ok(SignedIn.of(signed, adfer))
                                .header("Cache-Control", "no-store")
                                .build());
    }

    /** For the throttle; a proxy's where there is one. */
    public static String address(@Nullable HttpServletRequest from) {
        return from == null ? "unknown" : from.getRemoteAddr();
    }

    private static List<String> roles(Principal who) {
        return who.layers().getFirst().stream().map(Grant::toString).toList();
    }

    @GET
    @Path("/me")
    @Needs(Right.LOOK)
    @Operation(summary = "Who asks, and what that entitles to")
    public Me me(@BeanParam Caller caller) {
        Principal who = caller.who();
        List<Right> rights = new ArrayList<>();
        for (Right right : Right.values()) {
            if (who.maySomewhere(right)) {
                rights.add(right);
            }
        }
        return new Me(who.name(), who.method(), who.session(), roles(who), rights, who.held());
    }

    @PUT
    @Path("/me/password")
    @Needs(Right.LOOK)
    @Operation(summary = "Changes one's own password; ends one's other sessions and tokens")
    public Accounts.PersonView password(
            @BeanParam Caller caller,
            @Nullable PasswordRequest body,
            @Context @Nullable HttpServletRequest from) {
        PasswordRequest request = Problems.needed(body);
        return Problems.value(
                accounts.changePassword(
                        caller.who(), request.present(), request.wanted(), address(from)));
    }

    @GET
    @Path("/people")
    @Needs(Right.LOOK)
    @Operation(summary = "Everybody, for an admin; oneself for everybody else")
    public List<Accounts.PersonView> people(@BeanParam Caller caller) {
        return accounts.people(caller.who());
    }

    @PUT
    @Path("/people/{name}")
    @Needs(Right.MANAGE_PEOPLE)
    @Operation(summary = "Adds or changes a person")
    public Response put(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @Nullable PersonRequest body) {
        PersonRequest request = Problems.needed(body);
        return Problems.answer(
                grants(request.roles())
                        .then(grants ->
                                accounts.put(
                                        caller.who(),
                                        caller.request(),
                                        request.reason().orElse(""),
                                        name,
                                        new Accounts.Wanted(
                                                request.title().orElse(""),
                                                grants,
                                                request.disabled().orElse(false),
                                                request.sealed().orElse(false),
                                                request.password()))),
                asked -> Waiting.or(asked, person -> Response.ok(person).build()));
    }

    @DELETE
    @Path("/people/{name}")
    @Needs(Right.MANAGE_PEOPLE)
    @Operation(summary = "Removes a person with all tokens")
    public Response remove(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @QueryParam("reason") @DefaultValue("") String reason) {
        return Problems.answer(
                accounts.remove(caller.who(), caller.request(), reason, name),
                asked -> Waiting.or(asked, person -> Response.ok(person).build()));
    }

    @DELETE
    @Path("/people/{name}/sessions")
    @Needs(Right.LOOK)
    @Operation(summary = "Ends all sessions and tokens of a name: one's own, or as an admin")
    public Ended endSessions(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @QueryParam("reason") @DefaultValue("") String reason) {
        return new Ended(
                Problems.value(accounts.endSessions(caller.who(), caller.request(), reason, name)));
    }

    @GET
    @Path("/tokens")
    @Needs(Right.OWN_TOKENS)
    @Operation(summary = "One's own tokens, or for an admin all; never their secrets")
    public List<ApiTokens.TokenView> tokens(@BeanParam Caller caller) {
        return tokens.list(caller.who());
    }

    @POST
    @Path("/tokens")
    @Needs(Right.OWN_TOKENS)
    @Operation(summary = "Makes a token for oneself; its secret is shown this once")
    public Response issue(@BeanParam Caller caller, @Nullable TokenRequest body) {
        TokenRequest request = Problems.needed(body);
        return Problems.answer(
                grants(request.roles())
                        .then(grants ->
                                tokens.issue(
                                        caller.who(),
                                        caller.request(),
                                        request.note(),
                                        grants,
                                        request.lives().orElse(TOKEN_LIVES))),
                made ->
                        Response.created(URI.create("/api/v1/tokens/" + made.token().id()))
                                .header("Cache-Control", "no-store")
                                .entity(made)
                                .build());
    }

    @DELETE
    @Path("/tokens/{id}")
    @Needs(Right.OWN_TOKENS)
    @Operation(summary = "Revokes a token")
    public ApiTokens.TokenView revoke(
            @BeanParam Caller caller,
            @PathParam("id") String id,
            @QueryParam("reason") @DefaultValue("") String reason) {
        return Problems.value(tokens.revoke(caller.who(), caller.request(), reason, id));
    }

    private static Result<List<Grant>> grants(List<String> words) {
        List<Grant> grants = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (String text : words) {
            switch (Grant.parse(text)) {
                case Result.Ok<Grant>(var grant) -> grants.add(grant);
                case Result.Refused<Grant>(var wrong) -> problems.addAll(wrong);
            }
        }
        return problems.isEmpty() ? Result.ok(grants) : new Result.Refused<>(problems);
    }
}
