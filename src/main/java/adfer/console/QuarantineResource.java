package adfer.console;

import adfer.kernel.Generation;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Adfer;
import adfer.service.QuarantineView;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The page of a node that came back after others had taken over. */
@Path("/quarantine")
@Produces(MediaType.TEXT_HTML)
public final class QuarantineResource {
    private final Adfer adfer;

    public QuarantineResource(Adfer adfer) {
        this.adfer = adfer;
    }

    @GET
    public Response quarantine(@CookieParam(Pages.WHO) @Nullable String who) {
        return page(Pages.known(who), List.of());
    }

    private Response page(String who, List<Problem> problems) {
        return switch (adfer.quarantine().view()) {
            case Result.Ok<QuarantineView>(var view) -> {
                Map<String, Object> model = new HashMap<>();
                model.put("view", view);
                model.put("who", who);
                model.put("problems", problems);
                yield Response.status(problems.isEmpty() ? 200 : 409)
                        .entity(Pages.draw("quarantine.jte", model))
                        .build();
            }
            case Result.Refused<QuarantineView>(var refusals) ->
                    Pages.missing(refusals.getFirst().sentence());
        };
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response rejoin(
            @FormParam("who") @DefaultValue("") String who,
            @FormParam("typed") @DefaultValue("") String typed) {
        if (who.isBlank()) {
            return page(who, List.of(Pages.NAMELESS));
        }
        return switch (adfer.quarantine().rejoin(Pages.actor(who), typed)) {
            case Result.Ok<Generation>(var generation) ->
                    Response.accepted(Pages.draw("begun.jte", Map.of("generation", generation)))
                            .cookie(Pages.remember(who))
                            .build();
            case Result.Refused<Generation>(var problems) -> page(who, problems);
        };
    }
}
