package adfer.api;

import adfer.access.Right;
import adfer.kernel.NodeId;
import adfer.service.Adfer;
import adfer.service.Nodes;

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
import jakarta.ws.rs.core.Response;

import java.util.List;

/** What nodes have announced of themselves. */
@Path("/api/v1/nodes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class NodeResource {
    private final Nodes nodes;

    public NodeResource(Adfer adfer) {
        this.nodes = adfer.nodes();
    }

    @GET
    @Needs(Right.LOOK)
    @Operation(summary = "The nodes that have announced themselves, and what they demand")
    public List<Nodes.Announced> nodes(@BeanParam Caller caller) {
        return nodes.list(caller.who());
    }

    @DELETE
    @Path("/{node}")
    @Needs(Right.FORGET_NODE)
    @Operation(summary = "Forgets a node that is gone for good, with what it demanded")
    public Response forget(
            @BeanParam Caller caller,
            @PathParam("node") NodeId node,
            @QueryParam("reason") @DefaultValue("") String reason) {
        return Problems.answer(
                nodes.forget(caller.who(), caller.request(), reason, node),
                asked -> Waiting.or(asked, gone -> Response.ok(gone).build()));
    }
}
