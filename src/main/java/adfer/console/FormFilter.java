package adfer.console;

import adfer.api.AccessFilter;
import adfer.kernel.Canonical;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

import org.glassfish.jersey.server.ContainerRequest;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * Gives every form of the pages a token that belongs to the session, and takes no form without it:
 * what another site's page sends has none. Whoever sends a bearer token instead of the cookie needs
 * none, since no browser does so unasked.
 */
@Priority(Priorities.AUTHORIZATION)
public final class FormFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String FIELD = "form-token";

    /** As the templates write it; text of others comes there with its brackets escaped. */
    private static final String FORM = "<form method=\"post\"";

    @Context private @Nullable ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        ResourceInfo asked = resource;
        if (asked == null || !page(asked) || !request.getMethod().equals("POST")) {
            return;
        }
        if (takesForms(asked) && !isForm(request.getMediaType())) {
            throw new NotSupportedException("Send a form.");
        }
        token(request)
                .filter(token -> !same(token, sent(request)))
                .ifPresent(ignored -> {
                    throw new ForbiddenException(
                            "This form is not of your present session. Open the page anew, and"
                                    + " send it from there.");
                });
    }

    private static boolean page(ResourceInfo asked) {
        return asked.getResourceClass() != null
                && asked.getResourceClass().getPackage() == FormFilter.class.getPackage();
    }

    private static boolean takesForms(ResourceInfo asked) {
        Consumes takes = asked.getResourceMethod().getAnnotation(Consumes.class);
        return takes != null
                && List.of(takes.value()).contains(MediaType.APPLICATION_FORM_URLENCODED);
    }

    /** Whatever might be one, such as what doesn't say, is none. */
    private static boolean isForm(@Nullable MediaType type) {
        return type != null
                && !type.isWildcardType()
                && !type.isWildcardSubtype()
                && MediaType.APPLICATION_FORM_URLENCODED_TYPE.isCompatible(type);
    }

    private static String sent(ContainerRequestContext request) {
        if (!isForm(request.getMediaType()) || !(request instanceof ContainerRequest buffered)) {
            return "";
        }
        buffered.bufferEntity();
        return Optional.ofNullable(buffered.readEntity(Form.class).asMap().getFirst(FIELD))
                .orElse("");
    }

    private static boolean same(String token, String sent) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof String text
                && MediaType.TEXT_HTML_TYPE.isCompatible(response.getMediaType())) {
            token(request).ifPresent(token -> response.setEntity(with(token, text)));
        }
    }

    private static String with(String token, String page) {
        StringBuilder all = new StringBuilder(page.length() + 500);
        int from = 0;
        int form = page.indexOf(FORM);
        while (form >= 0) {
            int end = page.indexOf('>', form) + 1;
            all.append(page, from, end)
                    .append("<input type=\"hidden\" name=\"" + FIELD + "\" value=\"")
                    .append(token)
                    .append("\">");
            from = end;
            form = page.indexOf(FORM, end);
        }
        return all.append(page, from, page.length()).toString();
    }

    /** Of the session in the browser's cookie; whoever can't read that can't make it. */
    private static Optional<String> token(ContainerRequestContext request) {
        return request.getHeaderString(HttpHeaders.AUTHORIZATION) == null
                ? AccessFilter.session(request)
                        .map(session -> Canonical.hexOfText("adfer form 1\n" + session))
                : Optional.empty();
    }
}
