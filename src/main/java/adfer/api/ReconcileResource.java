package adfer.api;

import adfer.access.Right;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
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
import java.util.Optional;

/** What sites have left over of services that they don't own. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ReconcileResource {
    private final Adfer adfer;

    public ReconcileResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * The wish to have leftovers put right.
     *
     * @param vms those that were shown
     * @param undefine whether their definitions are removed as well; not, where left out
     * @param typed the phrase that the view asks for
     * @param reason why, recorded
     */
    public record ReconcileRequest(
            List<VmId> vms, Optional<Boolean> undefine, String typed, Optional<String> reason) {}

    @GET
    @Path("/leftovers")
    @Needs(Right.LOOK)
    @Operation(summary = "What sites have of services that they don't own, and what is wrong there")
    public List<Views.LeftoverView> leftovers(@BeanParam Caller caller) {
        return adfer.reconciling().leftovers(caller.who());
    }

    @GET
    @Path("/sites/{site}/reconciliation")
    @Needs(Right.LOOK)
    @Operation(summary = "What a site has left over, and what became of putting it right")
    public Views.ReconcileView reconciliation(
            @BeanParam Caller caller, @PathParam("site") SiteId site) {
        return Problems.value(adfer.reconciling().view(caller.who(), site));
    }

    @POST
    @Path("/sites/{site}/reconciliation")
    @Needs(Right.RECONCILE)
    @Operation(summary = "Has a site stop and mark what it has left over")
    public Views.ReconcileView order(
            @BeanParam Caller caller,
            @PathParam("site") SiteId site,
            @Nullable ReconcileRequest body) {
        ReconcileRequest request = Problems.needed(body);
        return Problems.value(
                adfer.reconciling()
                        .order(
                                caller.who(),
                                caller.request(),
                                request.reason().orElse(""),
                                site,
                                request.vms(),
                                request.undefine().orElse(false),
                                request.typed()));
    }
}
