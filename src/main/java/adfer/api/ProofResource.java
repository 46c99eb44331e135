package adfer.api;

import adfer.access.Right;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
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

/** What proves that a site is off: power fences, and what people attest. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ProofResource {
    private final Adfer adfer;

    public ProofResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * The first person's word.
     *
     * @param words how he or she made sure that the site is off
     */
    public record AttestRequest(String words) {}

    /**
     * The second person's word.
     *
     * @param asked the index of the attestation that was shown
     * @param typed "site X is off"
     */
    public record ConfirmRequest(long asked, String typed) {}

    /**
     * The wish to switch hosts off.
     *
     * @param hosts which; all that have a fence where left out
     * @param typed the phrase that the site's fences ask for
     * @param reason why, recorded
     */
    public record FenceRequest(
            Optional<List<HostId>> hosts, String typed, Optional<String> reason) {}

    @GET
    @Path("/sites/{site}/fence")
    @Needs(Right.LOOK)
    @Operation(summary = "The power fences of a site, and what became of them")
    public Views.FenceView fence(@BeanParam Caller caller, @PathParam("site") SiteId site) {
        return Problems.value(adfer.proving().fence(caller.who(), site));
    }

    @POST
    @Path("/sites/{site}/fence")
    @Needs(Right.FENCE)
    @Operation(summary = "Switches the hosts of a lost site off")
    public Views.FenceView order(
            @BeanParam Caller caller, @PathParam("site") SiteId site, @Nullable FenceRequest body) {
        FenceRequest request = Problems.needed(body);
        return Problems.value(
                adfer.proving()
                        .order(
                                caller.who(),
                                caller.request(),
                                request.reason().orElse(""),
                                site,
                                request.hosts().orElse(List.of()),
                                request.typed()));
    }

    @GET
    @Path("/attestations")
    @Needs(Right.LOOK)
    @Operation(summary = "What people have attested of sites, and what it is worth now")
    public List<Views.AttestationView> attestations(@BeanParam Caller caller) {
        return adfer.proving().attestations(caller.who());
    }

    @POST
    @Path("/sites/{site}/attestation")
    @Needs(Right.ATTEST)
    @Operation(summary = "Attests that a site is off: the first person's word")
    public Views.AttestationView attest(
            @BeanParam Caller caller,
            @PathParam("site") SiteId site,
            @Nullable AttestRequest body) {
        AttestRequest request = Problems.needed(body);
        return Problems.value(
                adfer.proving().attest(caller.who(), caller.request(), site, request.words()));
    }

    @POST
    @Path("/sites/{site}/attestation/confirmation")
    @Needs(Right.ATTEST)
    @Operation(summary = "Confirms what another person attested of a site")
    public Views.AttestationView confirm(
            @BeanParam Caller caller,
            @PathParam("site") SiteId site,
            @Nullable ConfirmRequest body) {
        ConfirmRequest request = Problems.needed(body);
        return Problems.value(
                adfer.proving()
                        .confirm(
                                caller.who(),
                                caller.request(),
                                site,
                                request.asked(),
                                request.typed()));
    }

    @POST
    @Path("/sites/{site}/attestation/withdrawal")
    @Needs(Right.ATTEST)
    @Operation(summary = "Takes back what was attested of a site")
    public Views.AttestationView withdraw(
            @BeanParam Caller caller, @PathParam("site") SiteId site, @Nullable Why body) {
        Why why = Problems.needed(body);
        return Problems.value(
                adfer.proving().withdraw(caller.who(), caller.request(), why.words(), site));
    }
}
