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

import java.util.Optional;

/** How this node calls people, and whether it can. */
@Path("/api/v1/notify")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class NotifyResource {
    private final TestCalls calls;

    public NotifyResource(Adfer adfer) {
        this.calls = adfer.testCalls();
    }

    /**
     * That people are to be called as a test.
     *
     * @param reason why, recorded
     */
    public record TestRequest(Optional<String> reason) {}

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
    public TestCalls.Made test(@BeanParam Caller caller, @Nullable TestRequest body) {
        TestRequest request = Problems.needed(body);
        return Problems.value(
                calls.make(caller.who(), caller.request(), request.reason().orElse("")));
    }
}
