package adfer.api;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.GroupId;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.mesh.ClockReport;
import adfer.mesh.Matrix;
import adfer.mesh.Topology;
import adfer.service.Adfer;
import adfer.service.Views;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

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

    /**
     * Where this node's copy is.
     *
     * @param fingerprint equal on all nodes at one index
     */
    public record StateView(long index, String fingerprint, int entities, long audits) {}

    /** A site's inventory. */
    public record InventoryView(
            long index,
            SiteId site,
            List<Host> hosts,
            List<Network> networks,
            List<Store> stores,
            long total,
            List<Vm> vms) {}

    @GET
    @Path("/overview")
    @Operation(summary = "Everything at a glance")
    public Response overview(@QueryParam("newest") @DefaultValue("false") boolean newest) {
        if (newest) {
            return Problems.answer(adfer.catchUp(), index -> Response.ok(adfer.overview()).build());
        }
        return Response.ok(adfer.overview()).build();
    }

    @GET
    @Path("/state")
    @Operation(summary = "The index this node is at, and the fingerprint of its state")
    public StateView state() {
        ClusterState state = adfer.state();
        return new StateView(
                state.index(), state.fingerprint(), state.entities().size(), state.audits());
    }

    @GET
    @Path("/sites")
    @Operation(summary = "Sites with their verdicts and nodes")
    public List<Views.SiteView> sites() {
        return adfer.overview().sites();
    }

    @GET
    @Path("/mesh")
    @Operation(summary = "Who sees whom, how well, and how far the clocks are apart")
    public MeshView mesh() {
        var watch = adfer.watch();
        return new MeshView(watch.topology(), watch.matrix(), watch.clocks());
    }

    @GET
    @Path("/services")
    @Operation(summary = "Protected services with owner, readiness and data age")
    public List<Views.ServiceView> services() {
        return adfer.overview().services();
    }

    @GET
    @Path("/services/{group: .+}")
    @Operation(summary = "One protected service")
    public Response service(@PathParam("group") GroupId group) {
        return adfer.service(group)
                .map(view -> Response.ok(view).build())
                .orElseGet(() ->
                        Problems.of("no-such-group", "No runbook " + group + " is published."));
    }

    @GET
    @Path("/inventory/{site}")
    @Operation(summary = "Hosts, networks, storage and VMs of a site")
    public Response inventory(
            @PathParam("site") SiteId site,
            @QueryParam("q") @DefaultValue("") String text,
            @QueryParam("limit") @DefaultValue("1000") int limit) {
        if (adfer.watch().topology().sites().stream().noneMatch(s -> s.id().equals(site))) {
            return Problems.of("no-such-site", "There is no site " + site + ".");
        }
        return Response.ok(view(site, text, Math.clamp(limit, 1, 100_000))).build();
    }

    private InventoryView view(SiteId site, String text, int limit) {
        ClusterState state = adfer.state();
        String prefix = site + "/";
        return new InventoryView(
                state.index(),
                site,
                state.under(Kind.HOST, prefix, At.HostAt.class).map(At.HostAt::host).toList(),
                state.under(Kind.NETWORK, prefix, At.NetworkAt.class)
                        .map(At.NetworkAt::network)
                        .toList(),
                state.under(Kind.STORE, prefix, At.StoreAt.class).map(At.StoreAt::store).toList(),
                state.vms(site).count(),
                adfer.vms(site, text, limit));
    }

    @GET
    @Path("/audit")
    @Operation(summary = "The audit trail, the latest first")
    public List<AuditEntry> audit(
            @QueryParam("before") @DefaultValue("9223372036854775807") long before,
            @QueryParam("q") @DefaultValue("") String text,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return adfer.audit(before, text, Math.clamp(limit, 1, 10_000));
    }
}
