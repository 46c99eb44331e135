package adfer.api;

import adfer.kernel.Problem;

import com.fasterxml.jackson.core.JsonProcessingException;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

import org.glassfish.jersey.server.ParamException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.zip.ZipException;

/** Whatever went wrong, in one sentence; no stack trace reaches whoever asked. */
public final class ErrorMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);

    @Override
    public Response toResponse(Throwable problem) {
        return switch (problem) {
            case Refusal refusal -> Problems.of(refusal.problems());
            case ParamException wrong -> bad(wrong(wrong));
            case WebApplicationException web -> web(web);
            case JsonProcessingException json -> bad(garbled(json));
            case IllegalArgumentException refused -> bad(String.valueOf(refused.getMessage()));
            case RuntimeException packed when packed.getCause() instanceof ZipException ->
                    bad("The request's body is not packed as its Content-Encoding says.");
            default -> {
                LOG.error("A request failed.", problem);
                yield details(
                        500,
                        "internal-error",
                        "Adfer met an error of its own; the node's log has the details.");
            }
        };
    }

    private static Response web(WebApplicationException web) {
        int status = web.getResponse().getStatus();
        if (status < 400) {
            return web.getResponse();
        }
        String why =
                switch (status) {
                    case 400 -> "The request can't be read: " + web.getMessage() + ".";
                    case 404 -> "There is nothing at this address.";
                    case 405 -> "This address takes " + allowed(web.getResponse()) + " only.";
                    case 406 -> "What the request would accept is not to be had here.";
                    case 415 -> "Send application/json, or to a page a form.";
                    default -> String.valueOf(web.getMessage());
                };
        return details(status, "http-" + status, why);
    }

    private static String allowed(Response response) {
        return String.join(", ", response.getAllowedMethods().stream().sorted().toList());
    }

    /** A parameter in path, query or header that is no such value. */
    private static String wrong(ParamException wrong) {
        @Nullable Throwable cause = wrong.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return wrong.getParameterName()
                + " can't be read"
                + (cause == null ? "." : ": " + cause.getMessage() + ".");
    }

    private static String garbled(JsonProcessingException json) {
        var at = json.getLocation();
        String where =
                at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        String why =
                json.getCause() instanceof IllegalArgumentException refused
                        ? String.valueOf(refused.getMessage())
                        : json.getOriginalMessage()
                                .replaceAll("\\b(adfer|java)\\.[\\w.]*[.$]", "")
                                .replaceAll(" \\(token [^)]*\\)", "");
        return "The request's JSON can't be read" + where + ": " + why;
    }

    private static Response bad(String sentence) {
        return details(400, "bad-request", sentence);
    }

    private static Response details(int status, String code, String sentence) {
        return Problems.of(status, List.of(new Problem(code, sentence)));
    }
}
