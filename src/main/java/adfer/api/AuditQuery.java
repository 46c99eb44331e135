package adfer.api;

import adfer.audit.Search;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;

/** Which audit entries are asked for, out of an address's query. */
public final class AuditQuery {
    @QueryParam("q")
    @DefaultValue("")
    String text = "";

    @QueryParam("actor")
    @DefaultValue("")
    String actor = "";

    @QueryParam("action")
    @DefaultValue("")
    String action = "";

    @QueryParam("subject")
    @DefaultValue("")
    String subject = "";

    @QueryParam("from")
    @DefaultValue("")
    String from = "";

    @QueryParam("to")
    @DefaultValue("")
    String to = "";

    @QueryParam("outcome")
    @DefaultValue("")
    String outcome = "";

    Search search() {
        return Search.parse(text, actor, action, subject, from, to, outcome);
    }
}
