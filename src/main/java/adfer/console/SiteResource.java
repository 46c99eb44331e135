package adfer.console;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.api.Caller;
import adfer.api.Needs;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.service.Adfer;
import adfer.service.Proving;
import adfer.service.Views;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page of a data centre: is it off, and who says so? */
@Path("/sites/{site}")
@Produces(MediaType.TEXT_HTML)
public final class SiteResource {
    private final Adfer adfer;

    public SiteResource(Adfer adfer) {
        this.adfer = adfer;
    }

    @GET
    @Needs(Right.LOOK)
    public Response site(@BeanParam Caller caller, @PathParam("site") SiteId site) {
        return page(caller.who(), site, "", List.of());
    }

    private Response page(Principal me, SiteId site, String words, List<Problem> problems) {
        Optional<Views.SiteView> view =
                adfer.overview(me).sites().stream()
                        .filter(known -> known.dataCentre() && known.id().equals(site))
                        .findFirst();
        if (view.isEmpty()) {
            return Pages.missing(me, "There is no data centre " + site + ".");
        }
        return switch (adfer.proving().fence(me, site)) {
            case Result.Refused<Views.FenceView>(var refusals) -> Pages.missing(me, refusals);
            case Result.Ok<Views.FenceView>(var fence) ->
                    switch (adfer.reconciling().view(me, site)) {
                        case Result.Refused<Views.ReconcileView>(var refusals) ->
                                Pages.missing(me, refusals);
                        case Result.Ok<Views.ReconcileView>(var left) ->
                                page(me, view.get(), fence, left, words, problems);
                    };
        };
    }

    private Response page(
            Principal me,
            Views.SiteView view,
            Views.FenceView fence,
            Views.ReconcileView left,
            String words,
            List<Problem> problems) {
        SiteId site = view.id();
        Map<String, Object> model = new HashMap<>();
        model.put("site", view);
        model.put("fence", fence);
        model.put("left", left);
        model.put("said", adfer.proving().attestation(me, site));
        model.put("people", adfer.proving().terms().people());
        model.put("phrase", Proving.phrase(site));
        model.put("mayAttest", me.may(Right.ATTEST, Place.site(site)));
        model.put("mayReconcile", me.may(Right.RECONCILE, Place.site(site)));
        model.put("mayFence", me.may(Right.FENCE, Place.site(site)));
        model.put("words", words);
        return Pages.page(me, "site.jte", model, problems);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs({Right.ATTEST, Right.FENCE, Right.RECONCILE})
    public Response say(
            @BeanParam Caller caller,
            @PathParam("site") SiteId site,
            @FormParam("act") @DefaultValue("") String act,
            @FormParam("words") @DefaultValue("") String words,
            @FormParam("asked") @DefaultValue("0") long asked,
            @FormParam("vm") List<VmId> vms,
            @FormParam("typed") @DefaultValue("") String typed) {
        Principal me = caller.who();
        Result<?> done =
                switch (act) {
                    case "fence" -> adfer.proving().order(me, "", words, site, List.of(), typed);
                    case "reconcile" ->
                            adfer.reconciling().order(me, "", words, site, vms, false, typed);
                    case "attest" -> adfer.proving().attest(me, "", site, words);
                    case "confirm" -> adfer.proving().confirm(me, "", site, asked, typed);
                    case "withdraw" -> adfer.proving().withdraw(me, "", words, site);
                    default -> Result.refused("bad-request", "There is no '" + act + "' here.");
                };
        return switch (done) {
            case Result.Ok<?> ignored -> Pages.seeOther("/sites/" + site);
            case Result.Refused<?>(var problems) -> page(me, site, words, problems);
        };
    }
}
