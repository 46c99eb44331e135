package adfer.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;

import java.util.Set;

/**
 * Refuses what another web site makes a person's browser send here: a page somewhere must not be
 * able to start a failover because somebody who may do so looks at it. Browsers name where a
 * request comes from in {@code Sec-Fetch-Site}; programs don't send it.
 */
@PreMatching
public final class OriginFilter implements ContainerRequestFilter {
    private static final Set<String> LOOKING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    @Override
    public void filter(ContainerRequestContext request) {
        String from = request.getHeaderString("Sec-Fetch-Site");
        if (from != null && !OWN.contains(from) && !LOOKING.contains(request.getMethod())) {
            request.abortWith(
                    Problems.of(
                            "foreign-origin", "Another web site sent this; open Adfer itself."));
        }
    }
}
