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
import adfer.service.QuarantineView;

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

/** The page of a node that came back after others had taken over. */
@Path("/quarantine")
@Produces(MediaType.TEXT_HTML)
public final class QuarantineResource {
    private final Adfer adfer;

    public QuarantineResource(Adfer adfer) {
        this.adfer = adfer;
    }

    @GET
    @Needs(Right.LOOK)
    public Response quarantine(@BeanParam Caller caller) {
        return page(caller.who(), List.of());
    }

    private Response page(Principal me, List<Problem> problems) {
        return switch (adfer.quarantine().view(me)) {
            case Result.Ok<QuarantineView>(var view) ->
                    Pages.page(
                            me,
                            "quarantine.jte",
                            Map.of("view", view, "may", me.may(Right.REJOIN, Place.CLUSTER)),
                            problems);
            case Result.Refused<QuarantineView>(var refusals) ->
                    Pages.missing(me, problems.isEmpty() ? refusals : problems);
        };
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.REJOIN)
    public Response rejoin(
            @BeanParam Caller caller, @FormParam("typed") @DefaultValue("") String typed) {
        Principal me = caller.who();
        return switch (adfer.quarantine().rejoin(me, typed)) {
            case Result.Ok<Generation>(var generation) -> Pages.begun(me, generation);
            case Result.Refused<Generation>(var problems) -> page(me, problems);
        };
    }
}
