package adfer.api;

import adfer.service.Adfer;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;

/**
 * Says on every answer, in the header {@code Adfer-Index}, which log index it is at least as of.
 */
@PreMatching
public final class IndexFilter implements ContainerRequestFilter, ContainerResponseFilter {
    public static final String HEADER = "Adfer-Index";

    private final Adfer adfer;

    public IndexFilter(Adfer adfer) {
        this.adfer = adfer;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        request.setProperty(HEADER, adfer.index());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Object index = request.getProperty(HEADER);
        response.getHeaders().putSingle(HEADER, index == null ? adfer.index() : index);
    }
}
