package adfer.console;

import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.run.Decision;
import adfer.service.Adfer;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The pages. Each is drawn on the server; htmx redraws its live part when something changed. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public final class ConsoleResource {

    private final Adfer adfer;
    private final InstantSource clock;

    public ConsoleResource(Adfer adfer, InstantSource clock) {
        this.adfer = adfer;
        this.clock = clock;
    }

    @GET
    public String overview(@QueryParam("part") @DefaultValue("false") boolean part) {
        Views.Overview overview = adfer.overview();
        Map<String, Object> model = new HashMap<>();
        model.put("overview", overview);
        model.put(
                "picture",
                MeshPicture.of(adfer.watch().topology(), adfer.watch().matrix(), overview.sites()));
        model.put("runs", adfer.runs(10));
        model.put("now", clock.instant());
        return Pages.draw(part ? "overviewPart.jte" : "overview.jte", model);
    }

    @GET
    @Path("plan/{operation}/{group: .+}")
    public Response plan(
            @PathParam("operation") String operation,
            @PathParam("group") GroupId group,
            @CookieParam(Pages.WHO) @Nullable String who) {
        return switch (Operation.named(operation)) {
            case Result.Ok<Operation>(var known) -> planPage(known, group, who, List.of(), "");
            case Result.Refused<Operation>(var refusals) ->
                    Pages.missing(refusals.getFirst().sentence());
        };
    }

    private Response planPage(
            Operation operation,
            GroupId group,
            @Nullable String who,
            List<Problem> problems,
            String reason) {
        return switch (adfer.plan(operation, group)) {
            case Result.Ok<Views.PlanView>(var view) -> planPage(view, who, problems, reason);
            case Result.Refused<Views.PlanView>(var refusals) ->
                    Pages.missing(refusals.getFirst().sentence());
        };
    }

    private Response planPage(
            Views.PlanView view, @Nullable String who, List<Problem> problems, String reason) {
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        model.put("who", Pages.known(who));
        model.put("problems", problems);
        model.put("reason", reason);
        model.put("request", "console-" + UUID.randomUUID());
        return Response.status(problems.isEmpty() ? 200 : 409)
                .entity(Pages.draw("plan.jte", model))
                .build();
    }

    @POST
    @Path("plan/{operation}/{group: .+}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response start(
            @PathParam("operation") String operation,
            @PathParam("group") GroupId group,
            @FormParam("request") @DefaultValue("") String request,
            @FormParam("hash") @DefaultValue("") String hash,
            @FormParam("who") @DefaultValue("") String who,
            @FormParam("reason") @DefaultValue("") String reason,
            @FormParam("confirmation") @DefaultValue("") String confirmation) {
        if (!(Operation.named(operation) instanceof Result.Ok<Operation>(var what))) {
            return Pages.missing("There is no operation '" + operation + "'.");
        }
        if (who.isBlank()) {
            return planPage(what, group, who, List.of(Pages.NAMELESS), reason);
        }
        Result<RunId> started =
                adfer.start(Pages.actor(who), request, reason, what, group, hash, confirmation);
        return switch (started) {
            case Result.Ok<RunId>(var run) ->
                    Response.seeOther(URI.create("/runs/" + run))
                            .cookie(Pages.remember(who))
                            .build();
            case Result.Refused<RunId>(var problems) ->
                    planPage(what, group, who, problems, reason);
        };
    }

    @GET
    @Path("runs/{run}")
    public Response run(
            @PathParam("run") RunId run,
            @QueryParam("part") @DefaultValue("false") boolean part,
            @CookieParam(Pages.WHO) @Nullable String who) {
        return runPage(run, part ? "runPart.jte" : "run.jte", who, List.of());
    }

    private Response runPage(
            RunId run, String template, @Nullable String who, List<Problem> problems) {
        Optional<Views.RunView> view = adfer.run(run);
        if (view.isEmpty()) {
            return Pages.missing("There is no run " + run + ".");
        }
        Map<String, Object> model = new HashMap<>();
        model.put("view", view.get());
        model.put("picture", StepPicture.of(view.get().steps()));
        model.put("journal", adfer.journal(run));
        model.put("who", Pages.known(who));
        model.put("problems", problems);
        model.put("now", clock.instant());
        model.put("quorum", adfer.overview().quorum());
        return Response.status(problems.isEmpty() ? 200 : 409)
                .entity(Pages.draw(template, model))
                .build();
    }

    @POST
    @Path("runs/{run}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response decide(
            @PathParam("run") RunId run,
            @FormParam("decision") @DefaultValue("") String decision,
            @FormParam("who") @DefaultValue("") String who,
            @FormParam("reason") @DefaultValue("") String reason) {
        if (who.isBlank()) {
            return runPage(run, "run.jte", who, List.of(Pages.NAMELESS));
        }
        int colon = decision.indexOf(':');
        String word = colon < 0 ? decision : decision.substring(0, colon);
        String step = decision.substring(colon + 1);
        if (reason.isBlank() && List.of("skip", "cancel", "reject").contains(word)) {
            return runPage(
                    run,
                    "run.jte",
                    who,
                    List.of(new Problem("no-reason", "Say why; it is recorded.")));
        }
        Result<RunId> decided =
                adfer.decide(Pages.actor(who), "", reason, run, decision(word, step));
        return switch (decided) {
            case Result.Ok<RunId>(var id) ->
                    Response.seeOther(URI.create("/runs/" + id))
                            .cookie(Pages.remember(who))
                            .build();
            case Result.Refused<RunId>(var problems) -> runPage(run, "run.jte", who, problems);
        };
    }

    private static Decision decision(String word, String step) {
        return switch (word) {
            case "pause" -> new Decision.Pause();
            case "resume" -> new Decision.Resume();
            case "cancel" -> new Decision.Cancel();
            case "retry" -> new Decision.Retry(new StepId(step));
            case "skip" -> new Decision.Skip(new StepId(step));
            case "approve" -> new Decision.Approve(new StepId(step));
            case "reject" -> new Decision.Reject(new StepId(step));
            default -> throw new IllegalArgumentException("There is no decision '" + word + "'.");
        };
    }

    @GET
    @Path("runs/{run}/report")
    public Response report(@PathParam("run") RunId run) {
        return adfer.report(run)
                .map(report ->
                        Response.ok(Pages.draw("report.jte", Map.of("report", report))).build())
                .orElseGet(() -> Pages.missing("There is no run " + run + "."));
    }

    /** The first data centre's. */
    @GET
    @Path("inventory")
    public Response inventory() {
        return adfer.overview().sites().stream()
                .filter(Views.SiteView::dataCentre)
                .findFirst()
                .map(site -> inventory(site.id(), ""))
                .orElseGet(() -> Pages.missing("There is no data centre."));
    }

    @GET
    @Path("inventory/{site}")
    public Response inventory(
            @PathParam("site") SiteId site, @QueryParam("q") @DefaultValue("") String text) {
        List<Views.SiteView> sites = adfer.overview().sites();
        if (sites.stream().noneMatch(known -> known.id().equals(site))) {
            return Pages.missing("There is no site " + site + ".");
        }
        Map<String, Object> model = new HashMap<>();
        model.put("site", site);
        model.put("sites", sites);
        model.put("text", text);
        model.put("vms", adfer.vms(site, text, 500));
        model.put("total", adfer.state().vms(site).count());
        return Response.ok(Pages.draw("inventory.jte", model)).build();
    }

    @GET
    @Path("audit")
    public String audit(@QueryParam("q") @DefaultValue("") String text) {
        return Pages.draw(
                "audit.jte",
                Map.of("text", text, "entries", adfer.audit(Long.MAX_VALUE, text, 200)));
    }
}
