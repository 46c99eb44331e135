package adfer.api;

import adfer.api.AccessResource.SignedIn;
import adfer.service.Adfer;
import adfer.service.OpenIdSignIn;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Signing in at an OpenID provider from where there is no browser. The node talks to the provider,
 * so that what it shows there stays with it.
 */
@Path("/api/v1/session/device")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class DeviceResource {
    private final OpenIdSignIn openId;
    private final Adfer adfer;

    public DeviceResource(OpenIdSignIn openId, Adfer adfer) {
        this.openId = openId;
        this.adfer = adfer;
    }

    /**
     * A sign-in that has begun.
     *
     * @param code to ask with how it stands
     * @param userCode what the person types in there
     * @param whole the address with the code in it, where there is one
     * @param every how long to wait between two questions
     */
    public record Begun(
            String provider,
            String code,
            String userCode,
            URI address,
            Optional<URI> whole,
            Duration lives,
            Duration every) {
        @Override
        public String toString() {
            return "Begun[]";
        }
    }

    /** Which sign-in is asked about. */
    public record Question(String code) {
        @Override
        public String toString() {
            return "Question[]";
        }
    }

    /**
     * How it stands.
     *
     * @param signed left out while it isn't done
     * @param slower whether to wait 5 s longer from now on
     */
    public record Standing(Optional<SignedIn> signed, boolean slower) {}

    @POST
    @Open
    @Operation(summary = "Begins to sign in at the OpenID provider without a browser at hand")
    public Response begin() {
        return Problems.answer(
                openId.device(),
                device ->
                        fresh(
                                new Begun(
                                        openId.title().orElse(""),
                                        device.code(),
                                        device.userCode(),
                                        device.address(),
                                        device.whole(),
                                        device.lives(),
                                        device.every())));
    }

    @POST
    @Path("/standing")
    @Open
    @Operation(summary = "Whether that sign-in is done, and its session then")
    public Response standing(
            @Nullable Question body,
            @HeaderParam("Adfer-Origin") @Nullable String origin,
            @Context @Nullable HttpServletRequest from) {
        Question question = Problems.needed(body);
        return Problems.answer(
                openId.progress(
                        question.code(),
                        "cli".equals(origin) ? "cli" : "api",
                        AccessResource.address(from)),
                progress ->
                        fresh(
                                new Standing(
                                        progress.signed().map(signed -> SignedIn.of(signed, adfer)),
                                        progress.slower())));
    }

    private static Response fresh(Object entity) {
        return Response.ok(entity).header("Cache-Control", "no-store").build();
    }
}
