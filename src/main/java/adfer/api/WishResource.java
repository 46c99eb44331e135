package adfer.api;

import adfer.access.Right;
import adfer.service.Adfer;
import adfer.service.Views;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What waits for a second person. */
@Path("/api/v1/wishes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class WishResource {
    private final Adfer adfer;

    public WishResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * The second person's word.
     *
     * @param confirmation the wish's phrase
     */
    public record SecondRequest(String confirmation) {}

    @GET
    @Needs(Right.LOOK)
    @Operation(summary = "What waits for a second person, the oldest first")
    public List<Views.WishView> wishes(@BeanParam Caller caller) {
        return adfer.seconding().list(caller.who());
    }

    @GET
    @Path("/{id}")
    @Needs(Right.LOOK)
    @Operation(summary = "One wish, while it waits")
    public Views.WishView wish(@BeanParam Caller caller, @PathParam("id") String id) {
        return Problems.value(adfer.seconding().find(caller.who(), id));
    }

    @POST
    @Path("/{id}/confirmation")
    @Needs({Right.SECOND, Right.MIGRATE, Right.FAIL_OVER, Right.SKIP, Right.MANAGE_PEOPLE})
    @Operation(summary = "The second person's word: carries out what waits; takes no token")
    public Views.WishView confirm(
            @BeanParam Caller caller, @PathParam("id") String id, @Nullable SecondRequest body) {
        SecondRequest request = Problems.needed(body);
        return Problems.value(
                adfer.second(caller.who(), caller.request(), id, request.confirmation()));
    }

    @POST
    @Path("/{id}/withdrawal")
    @Needs({Right.SECOND, Right.MIGRATE, Right.FAIL_OVER, Right.SKIP, Right.MANAGE_PEOPLE})
    @Operation(summary = "Takes a wish back; nothing is done")
    public Views.WishView withdraw(
            @BeanParam Caller caller, @PathParam("id") String id, @Nullable Why body) {
        Why why = Problems.needed(body);
        return Problems.value(
                adfer.seconding().withdraw(caller.who(), caller.request(), why.words(), id));
    }
}
