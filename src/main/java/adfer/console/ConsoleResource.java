package adfer.console;

import adfer.access.Principal;
import adfer.access.Right;
import adfer.api.Caller;
import adfer.api.Needs;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.run.Decision;
import adfer.service.Adfer;
import adfer.service.Asked;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

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
    @Needs(Right.LOOK)
    public String overview(
            @BeanParam Caller caller, @QueryParam("part") @DefaultValue("false") boolean part) {
        Principal me = caller.who();
        Views.Overview overview = adfer.overview(me);
        Map<String, Object> model = new HashMap<>();
        model.put("overview", overview);
        model.put(
                "picture",
                MeshPicture.of(adfer.watch().topology(), adfer.watch().matrix(), overview.sites()));
        model.put("runs", adfer.runs().latest(me, 10));
        model.put("wishes", adfer.seconding().list(me));
        model.put("now", clock.instant());
        return Pages.draw(me, part ? "overviewPart.jte" : "overview.jte", model);
    }

    @GET
    @Path("plan/{operation}/{group: .+}")
    @Needs(Right.LOOK)
    public Response plan(
            @BeanParam Caller caller,
            @PathParam("operation") String operation,
            @PathParam("group") GroupId group) {
        Principal me = caller.who();
        return switch (Operation.named(operation)) {
            case Result.Ok<Operation>(var known) -> planPage(me, known, group, List.of(), "");
            case Result.Refused<Operation>(var refusals) -> Pages.missing(me, refusals);
        };
    }

    private Response planPage(
            Principal me,
            Operation operation,
            GroupId group,
            List<Problem> problems,
            String reason) {
        return switch (adfer.runs().plan(me, operation, group)) {
            case Result.Ok<Views.PlanView>(var view) -> planPage(me, view, problems, reason);
            case Result.Refused<Views.PlanView>(var refusals) ->
                    Pages.missing(me, problems.isEmpty() ? refusals : problems);
        };
    }

    private Response planPage(
            Principal me, Views.PlanView view, List<Problem> problems, String reason) {
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        model.put("reason", reason);
        model.put("request", "console-" + UUID.randomUUID());
        return Pages.page(me, "plan.jte", model, problems);
    }

    @POST
    @Path("plan/{operation}/{group: .+}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs({Right.MIGRATE, Right.FAIL_OVER, Right.RESTART})
    public Response start(
            @BeanParam Caller caller,
            @PathParam("operation") String operation,
            @PathParam("group") GroupId group,
            @FormParam("request") @DefaultValue("") String request,
            @FormParam("hash") @DefaultValue("") String hash,
            @FormParam("reason") @DefaultValue("") String reason,
            @FormParam("confirmation") @DefaultValue("") String confirmation) {
        Principal me = caller.who();
        if (!(Operation.named(operation) instanceof Result.Ok<Operation>(var what))) {
            return Pages.missing(me, "There is no operation '" + operation + "'.");
        }
        Result<Asked<RunId>> started =
                adfer.runs().start(me, request, reason, what, group, hash, confirmation);
        return switch (started) {
            case Result.Ok<Asked<RunId>>(var asked) -> WishResource.after(asked);
            case Result.Refused<Asked<RunId>>(var problems) ->
                    planPage(me, what, group, problems, reason);
        };
    }

    @GET
    @Path("runs/{run}")
    @Needs(Right.LOOK)
    public Response run(
            @BeanParam Caller caller,
            @PathParam("run") RunId run,
            @QueryParam("part") @DefaultValue("false") boolean part) {
        return runPage(caller.who(), run, part ? "runPart.jte" : "run.jte", List.of());
    }

    private Response runPage(Principal me, RunId run, String template, List<Problem> problems) {
        Optional<Views.RunView> view = adfer.runs().run(me, run);
        if (view.isEmpty()) {
            return Pages.missing(me, "There is no run " + run + ".");
        }
        Map<String, Object> model = new HashMap<>();
        model.put("view", view.get());
        model.put("picture", StepPicture.of(view.get().steps()));
        model.put("journal", adfer.runs().journal(me, run));
        model.put("now", clock.instant());
        model.put("may", RunOffers.of(right -> adfer.may(me, right, view.get().summary().group())));
        model.put("quorum", adfer.overview(me).quorum());
        return Pages.page(me, template, model, problems);
    }

    @POST
    @Path("runs/{run}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs({Right.STEER, Right.SKIP, Right.CANCEL, Right.APPROVE})
    public Response decide(
            @BeanParam Caller caller,
            @PathParam("run") RunId run,
            @FormParam("decision") @DefaultValue("") String decision,
            @FormParam("reason") @DefaultValue("") String reason) {
        Principal me = caller.who();
        int colon = decision.indexOf(':');
        String word = colon < 0 ? decision : decision.substring(0, colon);
        String step = decision.substring(colon + 1);
        if (reason.isBlank() && List.of("skip", "cancel", "reject").contains(word)) {
            return runPage(
                    me,
                    run,
                    "run.jte",
                    List.of(new Problem("no-reason", "Say why; it is recorded.")));
        }
        Result<Asked<RunId>> decided =
                adfer.runs().decide(me, "", reason, run, decision(word, step));
        return switch (decided) {
            case Result.Ok<Asked<RunId>>(var asked) -> WishResource.after(asked);
            case Result.Refused<Asked<RunId>>(var problems) ->
                    runPage(me, run, "run.jte", problems);
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
    @Needs(Right.LOOK)
    public Response report(@BeanParam Caller caller, @PathParam("run") RunId run) {
        Principal me = caller.who();
        return adfer.runs()
                .report(me, run)
                .map(report ->
                        Response.ok(Pages.draw(me, "report.jte", Map.of("report", report))).build())
                .orElseGet(() -> Pages.missing(me, "There is no run " + run + "."));
    }

    /** The first data centre's. */
    @GET
    @Path("inventory")
    @Needs(Right.LOOK)
    public Response inventory(@BeanParam Caller caller) {
        Principal me = caller.who();
        return adfer.overview(me).sites().stream()
                .filter(Views.SiteView::dataCentre)
                .findFirst()
                .map(site -> inventory(me, site.id(), ""))
                .orElseGet(() -> Pages.missing(me, "There is no data centre."));
    }

    @GET
    @Path("inventory/{site}")
    @Needs(Right.LOOK)
    public Response inventory(
            @BeanParam Caller caller,
            @PathParam("site") SiteId site,
            @QueryParam("q") @DefaultValue("") String text) {
        return inventory(caller.who(), site, text);
    }

    private Response inventory(Principal me, SiteId site, String text) {
        return switch (adfer.inventory(me, site, text, 500)) {
            case Result.Refused<Views.InventoryView>(var refusals) -> Pages.missing(me, refusals);
            case Result.Ok<Views.InventoryView>(var view) -> {
                Map<String, Object> model = new HashMap<>();
                model.put("site", site);
                model.put("sites", adfer.overview(me).sites());
                model.put("text", text);
                model.put("vms", view.vms());
                model.put("total", view.total());
                yield Response.ok(Pages.draw(me, "inventory.jte", model)).build();
            }
        };
    }
}
