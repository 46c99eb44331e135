package adfer.console;

import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.service.Adfer;
import adfer.service.Proving;
import adfer.service.Views;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.net.URI;
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
    public Response site(
            @PathParam("site") SiteId site, @CookieParam(Pages.WHO) @Nullable String who) {
        return page(site, Pages.known(who), "", List.of());
    }

    private Response page(SiteId site, String who, String words, List<Problem> problems) {
        Optional<Views.SiteView> view =
                adfer.overview().sites().stream()
                        .filter(known -> known.dataCentre() && known.id().equals(site))
                        .findFirst();
        if (view.isEmpty()
                || !(adfer.reconciling().view(site)
                        instanceof Result.Ok<Views.ReconcileView>(var left))) {
            return Pages.missing("There is no data centre " + site + ".");
        }
        Map<String, Object> model = new HashMap<>();
        model.put("site", view.get());
        model.put("fence", adfer.proving().fence(site));
        model.put("left", left);
        model.put("said", adfer.proving().attestation(site));
        model.put("people", adfer.proving().terms().people());
        model.put("phrase", Proving.phrase(site));
        model.put("who", who);
        model.put("words", words);
        model.put("problems", problems);
        return Response.status(problems.isEmpty() ? 200 : 409)
                .entity(Pages.draw("site.jte", model))
                .build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response say(
            @PathParam("site") SiteId site,
            @FormParam("act") @DefaultValue("") String act,
            @FormParam("who") @DefaultValue("") String who,
            @FormParam("words") @DefaultValue("") String words,
            @FormParam("asked") @DefaultValue("0") long asked,
            @FormParam("vm") List<VmId> vms,
            @FormParam("typed") @DefaultValue("") String typed) {
        if (who.isBlank()) {
            return page(site, who, words, List.of(Pages.NAMELESS));
        }
        var actor = Pages.actor(who);
        Result<?> done =
                switch (act) {
                    case "fence" -> adfer.proving().order(actor, "", words, site, List.of(), typed);
                    case "reconcile" ->
                            adfer.reconciling().order(actor, "", words, site, vms, false, typed);
                    case "attest" -> adfer.proving().attest(actor, "", site, words);
                    case "confirm" -> adfer.proving().confirm(actor, "", site, asked, typed);
                    case "withdraw" -> adfer.proving().withdraw(actor, "", words, site);
                    default -> Result.refused("bad-request", "There is no '" + act + "' here.");
                };
        return switch (done) {
            case Result.Ok<?> ignored ->
                    Response.seeOther(URI.create("/sites/" + site))
                            .cookie(Pages.remember(who))
                            .build();
            case Result.Refused<?>(var problems) -> page(site, who, words, problems);
        };
    }
}
