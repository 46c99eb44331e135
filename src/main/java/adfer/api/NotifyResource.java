package adfer.api;

import adfer.access.Right;
import adfer.service.Adfer;
import adfer.service.TestCalls;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.jspecify.annotations.Nullable;

/** How this node calls people, and whether it can. */
@Path("/api/v1/notify")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class NotifyResource {
    private final TestCalls calls;

    public NotifyResource(Adfer adfer) {
        this.calls = adfer.testCalls();
    }

    @GET
    @Needs(Right.LOOK)
    @Operation(summary = "By what this node calls people when one is needed")
    public TestCalls.WaysView ways(@BeanParam Caller caller) {
        return calls.ways(caller.who());
    }

    @POST
    @Path("/test")
    @Needs(Right.TEST_CALL)
    @Operation(summary = "Calls people from this node as a test, once by each way")
    public TestCalls.Made test(@BeanParam Caller caller, @Nullable Why body) {
        Why why = Problems.needed(body);
        return Problems.value(calls.make(caller.who(), caller.request(), why.words()));
    }
}
