package adfer.api;

import adfer.access.Right;
import adfer.kernel.Generation;
import adfer.service.Adfer;
import adfer.service.QuarantineView;
import adfer.service.TakeoverView;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * From one generation of the cluster to the next. All of it concerns the very node that is asked:
 * there is no leader to pass anything on to.
 */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SuccessionResource {
    private final Adfer adfer;

    public SuccessionResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * A person's word.
     *
     * @param words how that person made sure that what is missing is off, or stays cut off
     * @param confirmation what the view asks to be typed
     */
    public record Word(Optional<String> words, Optional<String> confirmation) {
        String said() {
            return words.orElse("");
        }

        String typed() {
            return confirmation.orElse("");
        }
    }

    /** The generation in which the node comes up again in a moment. */
    public record Begun(Generation generation) {}

    @GET
    @Path("/takeover")
    @Needs(Right.LOOK)
    @Operation(summary = "What is true at this node, and what a takeover here would mean")
    public TakeoverView takeover(@BeanParam Caller caller) {
        return adfer.takeover().view(caller.who());
    }

    @POST
    @Path("/takeover")
    @Needs(Right.TAKE_OVER)
    @Operation(summary = "The first person's word for a takeover at this node")
    public TakeoverView ask(@BeanParam Caller caller, @Nullable Word body) {
        Word word = Problems.needed(body);
        return Problems.value(adfer.takeover().ask(caller.who(), word.said(), word.typed()));
    }

    @POST
    @Path("/takeover/confirmation")
    @Needs(Right.TAKE_OVER)
    @Operation(
            summary = "The second person's word: founds a new generation of the cluster here",
            responses =
                    @ApiResponse(
                            responseCode = "202",
                            content = @Content(schema = @Schema(implementation = Begun.class))))
    public Response confirm(@BeanParam Caller caller, @Nullable Word body) {
        Word word = Problems.needed(body);
        return Problems.answer(
                adfer.takeover().confirm(caller.who(), word.said(), word.typed()),
                generation -> Response.accepted(new Begun(generation)).build());
    }

    @GET
    @Path("/quarantine")
    @Needs(Right.LOOK)
    @Operation(summary = "What this node, which is in quarantine, has that the cluster has not")
    public QuarantineView quarantine(@BeanParam Caller caller) {
        return Problems.value(adfer.quarantine().view(caller.who()));
    }

    @POST
    @Path("/quarantine/rejoin")
    @Needs(Right.REJOIN)
    @Operation(
            summary = "Lets this node rejoin as a follower with an empty log",
            responses =
                    @ApiResponse(
                            responseCode = "202",
                            content = @Content(schema = @Schema(implementation = Begun.class))))
    public Response rejoin(@BeanParam Caller caller, @Nullable Word body) {
        Word word = Problems.needed(body);
        return Problems.answer(
                adfer.quarantine().rejoin(caller.who(), word.typed()),
                generation -> Response.accepted(new Begun(generation)).build());
    }
}
