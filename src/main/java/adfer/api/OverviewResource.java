package adfer.api;

import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.mesh.ClockReport;
import adfer.mesh.Matrix;
import adfer.mesh.Topology;
import adfer.service.Adfer;
import adfer.service.Views;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

import java.util.List;

/** What is true, as this node knows it. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class OverviewResource {
    private final Adfer adfer;

    public OverviewResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * The mesh as this node sees it.
     *
     * @param matrix who sees whom
     */
    public record MeshView(Topology topology, Matrix matrix, ClockReport clocks) {}

    @GET
    @Path("/overview")
    @Needs(Right.LOOK)
    @Operation(summary = "Everything at a glance")
    public Views.Overview overview(
            @BeanParam Caller caller, @QueryParam("newest") @DefaultValue("false") boolean newest) {
        if (newest) {
            Problems.value(adfer.catchUp());
        }
        return adfer.overview(caller.who());
    }

    @GET
    @Path("/state")
    @Needs(Right.LOOK)
    @Operation(summary = "The index this node is at, and the fingerprint of its state")
    public Views.StateView state() {
        return adfer.standing();
    }

    @GET
    @Path("/sites")
    @Needs(Right.LOOK)
    @Operation(summary = "Sites with their verdicts and nodes")
    public List<Views.SiteView> sites(@BeanParam Caller caller) {
        return adfer.overview(caller.who()).sites();
    }

    @GET
    @Path("/mesh")
    @Needs(Right.LOOK)
    @Operation(summary = "Who sees whom, how well, and how far the clocks are apart")
    public MeshView mesh() {
        var watch = adfer.watch();
        return new MeshView(watch.topology(), watch.matrix(), watch.clocks());
    }

    @GET
    @Path("/services")
    @Needs(Right.LOOK)
    @Operation(summary = "Protected services with owner, readiness and data age")
    public List<Views.ServiceView> services(@BeanParam Caller caller) {
        return adfer.overview(caller.who()).services();
    }

    @GET
    @Path("/services/{group: .+}")
    @Needs(Right.LOOK)
    @Operation(summary = "One protected service")
    public Views.ServiceView service(@BeanParam Caller caller, @PathParam("group") GroupId group) {
        return Problems.found(
                adfer.service(caller.who(), group),
                "no-such-group",
                "No runbook " + group + " is published.");
    }

    @GET
    @Path("/inventory/{site}")
    @Needs(Right.LOOK)
    @Operation(summary = "Hosts, networks, storage and VMs of a site")
    public Views.InventoryView inventory(
            @BeanParam Caller caller,
            @PathParam("site") SiteId site,
            @QueryParam("q") @DefaultValue("") String text,
            @QueryParam("limit") @DefaultValue("1000") int limit) {
        return Problems.value(
                adfer.inventory(caller.who(), site, text, Math.clamp(limit, 1, 100_000)));
    }
}
