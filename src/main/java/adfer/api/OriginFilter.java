package adfer.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;

import java.util.Set;

/**
 * Refuses what another web site makes a person's browser send here: a page somewhere must not be
 * able to start a failover because somebody who may do so looks at it. Browsers name where a
 * request comes from in {@code Sec-Fetch-Site}, old ones in {@code Origin}; programs send neither.
 */
@PreMatching
public final class OriginFilter implements ContainerRequestFilter {
    static final Set<String> LOOKING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    @Override
    public void filter(ContainerRequestContext request) {
        if (!LOOKING.contains(request.getMethod()) && foreign(request)) {
            request.abortWith(
                    Problems.of(
                            "foreign-origin", "Another web site sent this; open Adfer itself."));
        }
    }

    private static boolean foreign(ContainerRequestContext request) {
        String site = request.getHeaderString("Sec-Fetch-Site");
        String origin = request.getHeaderString("Origin");
        return site != null
                ? !OWN.contains(site)
                : origin != null
                        && !origin.replaceFirst("^https?://", "")
                                .equalsIgnoreCase(request.getHeaderString(HttpHeaders.HOST));
    }
}
