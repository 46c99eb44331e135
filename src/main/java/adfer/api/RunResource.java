package adfer.api;

import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.RunId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.run.Decision;
import adfer.run.JournalEntry;
import adfer.run.Report;
import adfer.service.Adfer;
import adfer.service.Views;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
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
import java.util.List;
import java.util.Optional;

/** Plans, runs, and what people say to them. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class RunResource {
    private final Adfer adfer;

    public RunResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * The wish to run a plan.
     *
     * @param planHash of the plan that was shown
     * @param confirmation what the plan asks to be typed
     */
    public record StartRequest(
            Operation operation,
            GroupId group,
            String planHash,
            String confirmation,
            Optional<String> reason) {}

    /**
     * An operator's word.
     *
     * @param decision {@code pause}, {@code resume}, {@code cancel}, {@code retry}, {@code skip},
     *     {@code approve} or {@code reject}
     * @param step for retry, skip, approve and reject
     */
    public record DecisionRequest(
            String decision, Optional<StepId> step, Optional<String> reason) {}

    /** The run that was started or spoken to. */
    public record RunReference(RunId run) {}

    @GET
    @Path("/plans/{operation}/{group: .+}")
    @Needs(Right.LOOK)
    @io.swagger.v3.oas.annotations.Operation(
            summary = "What an operation would do now; changes nothing")
    public Views.PlanView plan(
            @BeanParam Caller caller,
            @PathParam("operation") String operation,
            @PathParam("group") GroupId group) {
        return Problems.value(
                Operation.named(operation)
                        .then(known -> adfer.runs().plan(caller.who(), known, group)));
    }

    @POST
    @Path("/runs")
    @Needs({Right.MIGRATE, Right.FAIL_OVER, Right.RESTART})
    @io.swagger.v3.oas.annotations.Operation(
            summary = "Starts the plan that was shown and confirmed")
    public Response start(@BeanParam Caller caller, @Nullable StartRequest body) {
        StartRequest request = Problems.needed(body);
        return Problems.answer(
                adfer.runs()
                        .start(
                                caller.who(),
                                caller.request(),
                                request.reason().orElse(""),
                                request.operation(),
                                request.group(),
                                request.planHash(),
                                request.confirmation()),
                asked ->
                        Waiting.or(
                                asked,
                                run ->
                                        Response.created(URI.create("/api/v1/runs/" + run))
                                                .entity(new RunReference(run))
                                                .build()));
    }

    @GET
    @Path("/runs")
    @Needs(Right.LOOK)
    @io.swagger.v3.oas.annotations.Operation(summary = "The latest runs, the last one first")
    public List<Views.RunSummary> runs(
            @BeanParam Caller caller, @QueryParam("limit") @DefaultValue("50") int limit) {
        return adfer.runs().latest(caller.who(), Math.clamp(limit, 1, 1_000));
    }

    @GET
    @Path("/runs/{run}")
    @Needs(Right.LOOK)
    @io.swagger.v3.oas.annotations.Operation(summary = "One run with all its steps")
    public Views.RunView run(@BeanParam Caller caller, @PathParam("run") RunId run) {
        return orMissing(adfer.runs().run(caller.who(), run), run);
    }

    @GET
    @Path("/runs/{run}/report")
    @Needs(Right.LOOK)
    @io.swagger.v3.oas.annotations.Operation(
            summary = "What there is to tell of a run: timeline, RTO, RPO, people, outputs")
    public Report report(@BeanParam Caller caller, @PathParam("run") RunId run) {
        return orMissing(adfer.runs().report(caller.who(), run), run);
    }

    @GET
    @Path("/runs/{run}/journal")
    @Needs(Right.LOOK)
    @io.swagger.v3.oas.annotations.Operation(summary = "The journal of a run")
    public List<JournalEntry> journal(@BeanParam Caller caller, @PathParam("run") RunId run) {
        List<JournalEntry> journal = adfer.runs().journal(caller.who(), run);
        return orMissing(journal.isEmpty() ? Optional.empty() : Optional.of(journal), run);
    }

    @POST
    @Path("/runs/{run}/decisions")
    @Needs({Right.STEER, Right.SKIP, Right.CANCEL, Right.APPROVE})
    @io.swagger.v3.oas.annotations.Operation(summary = "An operator's word to a run")
    public Response decide(
            @BeanParam Caller caller, @PathParam("run") RunId run, @Nullable DecisionRequest body) {
        DecisionRequest request = Problems.needed(body);
        Optional<Decision> decision = decision(request);
        if (decision.isEmpty()) {
            return Problems.of(
                    "bad-request",
                    "Say one of pause, resume, cancel, or retry, skip, approve, reject with"
                            + " a step; not '"
                            + request.decision()
                            + "'.");
        }
        return Problems.answer(
                adfer.runs()
                        .decide(
                                caller.who(),
                                caller.request(),
                                request.reason().orElse(""),
                                run,
                                decision.get()),
                asked -> Waiting.or(asked, id -> Response.ok(new RunReference(id)).build()));
    }

    private static Optional<Decision> decision(DecisionRequest request) {
        Optional<StepId> step = request.step();
        return switch (request.decision()) {
            case "pause" -> Optional.of(new Decision.Pause());
            case "resume" -> Optional.of(new Decision.Resume());
            case "cancel" -> Optional.of(new Decision.Cancel());
            case "retry" -> step.map(Decision.Retry::new);
            case "skip" -> step.map(Decision.Skip::new);
            case "approve" -> step.map(Decision.Approve::new);
            case "reject" -> step.map(Decision.Reject::new);
            default -> Optional.empty();
        };
    }

    private static <T> T orMissing(Optional<T> found, RunId run) {
        return Problems.found(found, "no-such-run", "There is no run " + run + ".");
    }
}
