package adfer.api;

import com.fasterxml.jackson.core.JsonProcessingException;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Locale;

/** Whatever went wrong, in one sentence; no stack trace reaches whoever asked. */
public final class ErrorMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorMapper.class);

    @Override
    public Response toResponse(Throwable problem) {
        if (problem instanceof WebApplicationException web) {
            int status = web.getResponse().getStatus();
            if (status < 400) {
                return web.getResponse();
            }
            String why =
                    status == 404
                            ? "There is nothing at this address."
                            : String.valueOf(web.getMessage());
            return details(status, "http-" + status, why);
        }
        if (problem instanceof JsonProcessingException json) {
            var at = json.getLocation();
            String where =
                    at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            return details(
                    400,
                    "bad-request",
                    "The request's JSON can't be read" + where + ": " + json.getOriginalMessage());
        }
        if (problem instanceof IllegalArgumentException) {
            return details(400, "bad-request", String.valueOf(problem.getMessage()));
        }
        LOG.error("A request failed.", problem);
        return details(
                500,
                "internal-error",
                "Adfer met an error of its own; the node's log has the details.");
    }

    private static Response details(int status, String code, String sentence) {
        var list =
                java.util.List.of(
                        new adfer.kernel.Problem(code.toLowerCase(Locale.ROOT), sentence));
        return Response.status(status)
                .type(Problems.MEDIA_TYPE)
                .entity(
                        new Problems.Details(
                                "/problems/" + code,
                                code.replace('-', ' '),
                                status,
                                sentence,
                                code,
                                list))
                .build();
    }
}
