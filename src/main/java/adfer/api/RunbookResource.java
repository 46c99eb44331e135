package adfer.api;

import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.runbook.Bundle;
import adfer.runbook.Finding;
import adfer.runbook.Reading;
import adfer.runbook.RunbookReader;
import adfer.service.Adfer;
import adfer.state.Published;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Published runbooks. */
@Path("/api/v1/runbooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class RunbookResource {
    private final Adfer adfer;

    public RunbookResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * A runbook as it is sent: text and files.
     *
     * @param files path within the runbook's folder to content, base64
     */
    public record Upload(String yaml, Map<String, String> files) {}

    /** A published runbook without its files' content. */
    public record RunbookView(
            GroupId group,
            String title,
            SiteId home,
            SiteId recovery,
            String hash,
            String by,
            Instant at,
            String yaml,
            Set<String> files) {
        static RunbookView of(Published published) {
            var runbook = published.runbook();
            return new RunbookView(
                    runbook.group(),
                    runbook.title(),
                    runbook.home(),
                    runbook.recovery(),
                    published.hash(),
                    published.by().toString(),
                    published.at(),
                    published.bundle().yaml(),
                    published.bundle().files().keySet());
        }
    }

    @GET
    @Needs(Right.LOOK)
    @Operation(summary = "Every published runbook")
    public List<RunbookView> all(@BeanParam Caller caller) {
        return adfer.runbooks(caller.who()).stream().map(RunbookView::of).toList();
    }

    @GET
    @Path("/{group: .+}")
    @Needs(Right.LOOK)
    @Operation(summary = "One published runbook")
    public RunbookView one(@BeanParam Caller caller, @PathParam("group") GroupId group) {
        return RunbookView.of(
                Problems.found(
                        adfer.runbook(caller.who(), group),
                        "no-such-group",
                        "No runbook " + group + " is published."));
    }

    @PUT
    @Path("/{group: .+}")
    @Needs(Right.PUBLISH)
    @Operation(summary = "Publishes a runbook; refused when the linter finds an error")
    public RunbookView publish(
            @BeanParam Caller caller, @PathParam("group") GroupId group, @Nullable Upload body) {
        Upload upload = Problems.needed(body);
        Reading reading = RunbookReader.read(upload.yaml(), upload.files().keySet());
        List<Problem> errors =
                reading.findings().stream()
                        .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                        .map(finding ->
                                new Problem(
                                        "bad-runbook",
                                        "Line "
                                                + finding.line()
                                                + ", column "
                                                + finding.column()
                                                + ": "
                                                + finding.sentence()))
                        .toList();
        if (!errors.isEmpty() || reading.runbook().isEmpty()) {
            throw new Refusal(errors);
        }
        var runbook = reading.runbook().get();
        if (!runbook.group().equals(group)) {
            throw new Refusal(
                    "bad-runbook",
                    "The runbook is named " + runbook.group() + ", not " + group + ".");
        }
        Bundle bundle = new Bundle(group, upload.yaml(), new java.util.TreeMap<>(upload.files()));
        return RunbookView.of(
                Problems.value(adfer.publish(caller.who(), caller.request(), bundle, runbook)));
    }
}
