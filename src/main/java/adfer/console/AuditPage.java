package adfer.console;

import adfer.access.Principal;
import adfer.access.Right;
import adfer.api.Caller;
import adfer.api.Needs;
import adfer.audit.Search;
import adfer.kernel.Result;
import adfer.service.Adfer;
import adfer.state.AuditEntry;
import adfer.state.Checkpoint;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page of the audit trail: search, page back, take it away. */
@Path("/audit")
@Produces(MediaType.TEXT_HTML)
public final class AuditPage {
    private static final int SHOWN = 200;

    private final Adfer adfer;

    public AuditPage(Adfer adfer) {
        this.adfer = adfer;
    }

    /** What stands in the form, as it was typed. */
    public static final class Form {
        @QueryParam("q")
        @DefaultValue("")
        public String text = "";

        @QueryParam("actor")
        @DefaultValue("")
        public String actor = "";

        @QueryParam("action")
        @DefaultValue("")
        public String action = "";

        @QueryParam("subject")
        @DefaultValue("")
        public String subject = "";

        @QueryParam("from")
        @DefaultValue("")
        public String from = "";

        @QueryParam("to")
        @DefaultValue("")
        public String to = "";

        @QueryParam("outcome")
        @DefaultValue("")
        public String outcome = "";

        Search search() {
            return Search.parse(text, actor, action, subject, from, to, outcome);
        }

        /** Whether more than the text is asked for. */
        public boolean detailed() {
            return !(actor + action + subject + from + to + outcome).isEmpty();
        }

        /** The same search as the query of an address. */
        public String query() {
            return Stream.of(
                            pair("q", text),
                            pair("actor", actor),
                            pair("action", action),
                            pair("subject", subject),
                            pair("from", from),
                            pair("to", to),
                            pair("outcome", outcome))
                    .filter(pair -> !pair.isEmpty())
                    .collect(Collectors.joining("&"));
        }

        private static String pair(String name, String value) {
            return value.isEmpty()
                    ? ""
                    : name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        }
    }

    @GET
    @Needs(Right.READ_AUDIT)
    public Response audit(
            @BeanParam Caller caller,
            @BeanParam Form form,
            @QueryParam("before") @DefaultValue("9223372036854775807") long before) {
        Principal me = caller.who();
        Result<Checkpoint> checkpoint = adfer.trail().checkpoint(me);
        return switch (found(me, form, before)) {
            case Result.Ok<List<AuditEntry>>(var entries)
                    when checkpoint instanceof Result.Ok<Checkpoint>(var mark) ->
                    page(me, form, "", entries, mark);
            case Result.Refused<List<AuditEntry>>(var problems)
                    when checkpoint instanceof Result.Ok<Checkpoint>(var mark) ->
                    page(me, form, problems.getFirst().sentence(), List.of(), mark);
            case Result<List<AuditEntry>> ignored ->
                    Pages.missing(me, List.of(me.refused(Right.READ_AUDIT)));
        };
    }

    private Result<List<AuditEntry>> found(Principal me, Form form, long before) {
        try {
            return adfer.trail().search(me, form.search(), before, SHOWN);
        } catch (IllegalArgumentException e) {
            return Result.refused("bad-request", String.valueOf(e.getMessage()));
        }
    }

    private static Response page(
            Principal me,
            Form form,
            String problem,
            List<AuditEntry> entries,
            Checkpoint checkpoint) {
        Map<String, Object> model = new HashMap<>();
        model.put("form", form);
        model.put("problem", problem);
        model.put("entries", entries);
        model.put("older", entries.size() == SHOWN ? entries.getLast().number() : 0L);
        model.put("checkpoint", checkpoint);
        return Response.ok(Pages.draw(me, "audit.jte", model)).build();
    }
}
