package adfer.console;

import adfer.access.Principal;
import adfer.access.Right;
import adfer.api.Caller;
import adfer.api.Needs;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.service.Adfer;
import adfer.service.Asked;
import adfer.service.Views;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The page on which a second person confirms what a colleague asks for. */
@Path("/wishes")
@Produces(MediaType.TEXT_HTML)
public final class WishResource {
    private final Adfer adfer;

    public WishResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /** Where whoever asked looks next. */
    static Response after(Asked<RunId> asked) {
        return after(asked, run -> "/runs/" + run);
    }

    static <T> Response after(Asked<T> asked, Function<T, String> page) {
        return switch (asked) {
            case Asked.Done<T>(var done) -> Pages.seeOther(page.apply(done));
            case Asked.Waits<T>(var wish) -> Pages.seeOther("/wishes/" + wish.id());
        };
    }

    @GET
    @Path("{id}")
    @Needs(Right.LOOK)
    public Response wish(@BeanParam Caller caller, @PathParam("id") String id) {
        return page(caller.who(), id, List.of());
    }

    private Response page(Principal me, String id, List<Problem> problems) {
        return switch (adfer.seconding().find(me, id)) {
            case Result.Ok<Views.WishView>(var wish) ->
                    Pages.page(
                            me,
                            "wish.jte",
                            Map.of(
                                    "wish", wish,
                                    "plan", adfer.seconding().plan(me, id),
                                    "mine", wish.by().equals(me.name())),
                            problems);
            case Result.Refused<Views.WishView>(var refusals) ->
                    Pages.missing(me, refusals.getFirst().sentence());
        };
    }

    @POST
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs({Right.SECOND, Right.MIGRATE, Right.FAIL_OVER, Right.SKIP, Right.MANAGE_PEOPLE})
    public Response answer(
            @BeanParam Caller caller,
            @PathParam("id") String id,
            @FormParam("act") @DefaultValue("") String act,
            @FormParam("reason") @DefaultValue("") String reason,
            @FormParam("typed") @DefaultValue("") String typed) {
        Principal me = caller.who();
        boolean confirms = act.equals("confirm");
        Result<Views.WishView> answered =
                confirms
                        ? adfer.second(me, "", id, typed)
                        : adfer.seconding().withdraw(me, "", reason, id);
        return switch (answered) {
            case Result.Ok<Views.WishView>(var wish) ->
                    Pages.seeOther(
                            wish.run()
                                    .filter(ignored -> confirms)
                                    .map(run -> "/runs/" + run)
                                    .orElse("/"));
            case Result.Refused<Views.WishView>(var problems) -> page(me, id, problems);
        };
    }
}
