package adfer.console;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.api.Caller;
import adfer.api.Needs;
import adfer.kernel.Generation;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Adfer;
import adfer.service.TakeoverView;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

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
    @Needs(Right.LOOK)
    public Response takeover(@BeanParam Caller caller) {
        return page(caller.who(), "", List.of());
    }

    private Response page(Principal me, String words, List<Problem> problems) {
        return Pages.page(
                me,
                "takeover.jte",
                Map.of(
                        "view", adfer.takeover().view(me),
                        "may", me.may(Right.TAKE_OVER, Place.CLUSTER),
                        "words", words),
                problems);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.TAKE_OVER)
    public Response speak(
            @BeanParam Caller caller,
            @FormParam("act") @DefaultValue("") String act,
            @FormParam("words") @DefaultValue("") String words,
            @FormParam("typed") @DefaultValue("") String typed) {
        Principal me = caller.who();
        if (act.equals("confirm")) {
            Result<Generation> begun = adfer.takeover().confirm(me, words, typed);
            return switch (begun) {
                case Result.Ok<Generation>(var generation) -> Pages.begun(me, generation);
                case Result.Refused<Generation>(var problems) -> page(me, words, problems);
            };
        }
        return switch (adfer.takeover().ask(me, words, typed)) {
            case Result.Ok<TakeoverView> ignored -> Pages.seeOther("/takeover");
            case Result.Refused<TakeoverView>(var problems) -> page(me, words, problems);
        };
    }
}
