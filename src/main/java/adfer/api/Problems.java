package adfer.api;

import adfer.kernel.Problem;
import adfer.kernel.Result;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Refusals as problem details (RFC 9457). */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";

    private static final Set<String> NOT_FOUND =
            Set.of(
                    "no-such-run",
                    "no-such-group",
                    "no-such-step",
                    "no-such-operation",
                    "no-such-site",
                    "no-such-node",
                    "no-such-person",
                    "no-such-session",
                    "no-such-token",
                    "no-such-wish",
                    "not-found");
    private static final Set<String> UNAVAILABLE =
            Set.of(
                    "no-leader",
                    "timeout",
                    "busy",
                    "closed",
                    "not-newest",
                    "not-applied-yet",
                    "reply-lost",
                    "directory-unavailable",
                    "provider-unavailable",
                    "unusable");
    private static final Set<String> BAD =
            Set.of("bad-request", "bad-runbook", "no-words", "not-confirmed", "weak-password");
    private static final Set<String> FORBIDDEN =
            Set.of("foreign-origin", "not-allowed", "not-present");
    private static final Set<String> UNKNOWN =
            Set.of(
                    "not-signed-in",
                    "wrong-password",
                    "wrong-token",
                    "not-recognised",
                    "glass-waits");

    private Problems() {}

    /**
     * The body of a refusal.
     *
     * @param type a URI reference that names the kind of problem
     * @param title the first problem's code in words
     * @param status the HTTP status
     * @param detail every sentence, one after the other
     * @param code the first problem's code
     * @param problems all of them
     */
    record Details(
            String type,
            String title,
            int status,
            String detail,
            String code,
            List<Problem> problems) {}

    static Response of(List<Problem> problems) {
        return of(status(problems.getFirst().code()), problems);
    }

    static Response of(int status, List<Problem> problems) {
        Problem first = problems.getFirst();
        Details details =
                new Details(
                        "/problems/" + first.code(),
                        first.code().replace('-', ' '),
                        status,
                        String.join(" ", problems.stream().map(Problem::sentence).toList()),
                        first.code(),
                        problems);
        return Response.status(status).type(MEDIA_TYPE).entity(details).build();
    }

    static Response of(String code, String sentence) {
        return of(List.of(new Problem(code, sentence)));
    }

    /** What a request brought. */
    static <T> T needed(@Nullable T body) {
        if (body == null) {
            throw new BadRequestException("it has no body; send JSON");
        }
        return body;
    }

    /**
     * The value.
     *
     * @throws Refusal where there is none
     */
    static <T> T value(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var problems) -> throw new Refusal(problems);
        };
    }

    /**
     * What was looked for.
     *
     * @throws Refusal where it isn't there
     */
    static <T> T found(Optional<T> looked, String code, String sentence) {
        return looked.orElseThrow(() -> new Refusal(code, sentence));
    }

    /** The value as an answer of its own kind, or its refusal as a problem. */
    static <T> Response answer(Result<T> result, Function<? super T, Response> good) {
        return switch (result) {
            case Result.Ok<T>(var value) -> good.apply(value);
            case Result.Refused<T>(var problems) -> of(problems);
        };
    }

    private static int status(String code) {
        if (NOT_FOUND.contains(code)) {
            return 404;
        }
        if (UNAVAILABLE.contains(code)) {
            return 503;
        }
        if (FORBIDDEN.contains(code)) {
            return 403;
        }
        if (UNKNOWN.contains(code)) {
            return 401;
        }
        if (code.equals("slow-down")) {
            return 429;
        }
        return BAD.contains(code) ? 400 : 409;
    }
}
