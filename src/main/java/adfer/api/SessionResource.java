package adfer.api;

import adfer.access.Right;
import adfer.service.Adfer;
import adfer.service.Sessions;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

import java.util.List;

/** Who is signed in. */
@Path("/api/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SessionResource {
    private final Sessions sessions;

    public SessionResource(Adfer adfer) {
        this.sessions = adfer.sessions();
    }

    @GET
    @Needs(Right.OWN_SESSIONS)
    @Operation(summary = "One's own sessions, or for an admin all, the latest first")
    public List<Sessions.SessionView> sessions(@BeanParam Caller caller) {
        return sessions.list(caller.who());
    }

    @DELETE
    @Path("/{id}")
    @Needs(Right.OWN_SESSIONS)
    @Operation(summary = "Ends a session of one's own, or as an admin anybody's, at every node")
    public Sessions.SessionView end(
            @BeanParam Caller caller,
            @PathParam("id") String id,
            @QueryParam("reason") @DefaultValue("") String reason) {
        return Problems.value(sessions.end(caller.who(), caller.request(), reason, id));
    }
}
