package adfer.console;

import adfer.api.AccessFilter;
import adfer.api.AccessResource;
import adfer.api.Caller;
import adfer.api.Open;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Adfer;
import adfer.service.Gate;
import adfer.service.OpenIdSignIn;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The way in and the way out. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public final class SignInResource {
    private final Gate gate;
    private final Adfer adfer;
    private final OpenIdSignIn openId;
    private final InstantSource clock;

    public SignInResource(Gate gate, Adfer adfer, OpenIdSignIn openId, InstantSource clock) {
        this.gate = gate;
        this.adfer = adfer;
        this.openId = openId;
        this.clock = clock;
    }

    @GET
    @Path("login")
    @Open
    public Response door(@QueryParam("next") @DefaultValue("/") String next) {
        return page(200, "", next, List.of());
    }

    Response page(int status, String name, String next, List<Problem> problems) {
        Map<String, Object> model = new HashMap<>();
        model.put("name", name);
        model.put("next", own(next));
        model.put("untouched", adfer.accounts().untouched());
        model.put("problems", problems);
        model.put("provider", openId.title().orElse(""));
        model.put("onward", URLEncoder.encode(own(next), StandardCharsets.UTF_8));
        return Response.status(status).entity(Pages.draw("signin.jte", model)).build();
    }

    /** A page of ours; anything else would let a link lead elsewhere after signing in. */
    static String own(String next) {
        return next.matches("/[A-Za-z0-9._~/?=&%-]*") && !next.startsWith("//") ? next : "/";
    }

    @POST
    @Path("login")
    @Open
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response signIn(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("next") @DefaultValue("/") String next,
            @Context @Nullable HttpServletRequest from) {
        return switch (gate.signIn(name, password, "console", AccessResource.address(from))) {
            case Result.Ok<Gate.SignedIn>(var signed) ->
                    Response.seeOther(URI.create(own(next)))
                            .cookie(cookie(signed.credential(), signed.expires(), from))
                            .build();
            case Result.Refused<Gate.SignedIn>(var problems) -> page(401, name, next, problems);
        };
    }

    NewCookie cookie(String credential, Instant expires, @Nullable HttpServletRequest from) {
        boolean secure = from != null && from.isSecure();
        return new NewCookie.Builder(AccessFilter.cookie(secure))
                .value(credential)
                .path("/")
                .maxAge((int) Math.max(0, Duration.between(clock.instant(), expires).toSeconds()))
                .httpOnly(true)
                .secure(secure)
                .sameSite(NewCookie.SameSite.STRICT)
                .build();
    }

    @POST
    @Path("logout")
    @Open
    public Response signOut(@BeanParam Caller caller, @Context @Nullable HttpServletRequest from) {
        caller.known().ifPresent(adfer.sessions()::left);
        return Response.seeOther(URI.create("/login"))
                .cookie(cookie("", clock.instant(), from))
                .build();
    }
}
