package adfer.console;

import adfer.kernel.Generation;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Adfer;
import adfer.service.TakeoverView;

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

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The page for the night on which the majority is gone for good. */
@Path("/takeover")
@Produces(MediaType.TEXT_HTML)
public final class TakeoverResource {
    private final Adfer adfer;

    public TakeoverResource(Adfer adfer) {
        this.adfer = adfer;
    }

    @GET
    public Response takeover(@CookieParam(Pages.WHO) @Nullable String who) {
        return page(Pages.known(who), "", List.of());
    }

    private Response page(String who, String words, List<Problem> problems) {
        TakeoverView view = adfer.takeover().view();
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        model.put("who", who);
        model.put("words", words);
        model.put("problems", problems);
        return Response.status(problems.isEmpty() ? 200 : 409)
                .entity(Pages.draw("takeover.jte", model))
                .build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response speak(
            @FormParam("act") @DefaultValue("") String act,
            @FormParam("who") @DefaultValue("") String who,
            @FormParam("words") @DefaultValue("") String words,
            @FormParam("typed") @DefaultValue("") String typed) {
        if (who.isBlank()) {
            return page(who, words, List.of(Pages.NAMELESS));
        }
        if (act.equals("confirm")) {
            Result<Generation> begun = adfer.takeover().confirm(Pages.actor(who), words, typed);
            return switch (begun) {
                case Result.Ok<Generation>(var generation) ->
                        Response.accepted(Pages.draw("begun.jte", Map.of("generation", generation)))
                                .cookie(Pages.remember(who))
                                .build();
                case Result.Refused<Generation>(var problems) -> page(who, words, problems);
            };
        }
        return switch (adfer.takeover().ask(Pages.actor(who), words, typed)) {
            case Result.Ok<TakeoverView> ignored ->
                    Response.seeOther(URI.create("/takeover")).cookie(Pages.remember(who)).build();
            case Result.Refused<TakeoverView>(var problems) -> page(who, words, problems);
        };
    }
}
