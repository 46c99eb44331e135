package adfer.console;

import adfer.api.AccessResource;
import adfer.api.Open;
import adfer.kernel.Result;
import adfer.service.OpenIdSignIn;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** The way in by an OpenID provider: the browser goes there, and comes back with a code. */
@Path("/login/openid")
@Produces(MediaType.TEXT_HTML)
public final class OpenIdResource {
    /** Tells the browser that began; it has to be sent when the provider sends it back. */
    static final String COOKIE = "adfer-openid";

    private final OpenIdSignIn openId;
    private final SignInResource door;

    public OpenIdResource(OpenIdSignIn openId, SignInResource door) {
        this.openId = openId;
        this.door = door;
    }

    @GET
    @Path("start")
    @Open
    public Response start(
            @QueryParam("next") @DefaultValue("/") String next,
            @Context @Nullable HttpServletRequest from) {
        return switch (openId.begin(SignInResource.own(next))) {
            case Result.Ok<OpenIdSignIn.Leaving>(var leaving) ->
                    Response.seeOther(leaving.to())
                            .header("Cache-Control", "no-store")
                            .cookie(
                                    cookie(
                                            leaving.browser(),
                                            (int) OpenIdSignIn.PATIENCE.toSeconds(),
                                            from))
                            .build();
            case Result.Refused<OpenIdSignIn.Leaving>(var problems) ->
                    // Where none is configured, nothing is here; otherwise the provider is away.
                    door.page(openId.title().isEmpty() ? 404 : 503, "", next, problems);
        };
    }

    @GET
    @Open
    public Response back(
            @QueryParam("state") @DefaultValue("") String state,
            @QueryParam("code") @DefaultValue("") String code,
            @QueryParam("error") @DefaultValue("") String error,
            @CookieParam(COOKIE) @DefaultValue("") String browser,
            @Context @Nullable HttpServletRequest from) {
        return switch (openId.finish(state, browser, code, error, AccessResource.address(from))) {
            case Result.Ok<OpenIdSignIn.Returned>(var back) ->
                    // Not a redirect: a browser that another site has sent would follow it
                    // without the session's cookie, which is for this site's own requests.
                    Response.ok(Pages.draw("signedin.jte", Map.of("next", back.next())))
                            .header("Refresh", "0;url=" + back.next())
                            .header("Cache-Control", "no-store")
                            .header("Referrer-Policy", "no-referrer")
                            .cookie(
                                    cookie("", 0, from),
                                    door.cookie(
                                            back.signed().credential(),
                                            back.signed().expires(),
                                            from))
                            .build();
            case Result.Refused<OpenIdSignIn.Returned>(var problems) ->
                    door.page(401, "", "/", problems);
        };
    }

    private static NewCookie cookie(String value, int seconds, @Nullable HttpServletRequest from) {
        return new NewCookie.Builder(COOKIE)
                .value(value)
                .path("/login/openid")
                .maxAge(seconds)
                .httpOnly(true)
                .secure(from != null && from.isSecure())
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
