package adfer.console;

import adfer.api.Open;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.util.Map;

/** The few files that pages need, from the class path: style, and htmx from its WebJars. */
@Path("/assets")
public final class AssetResource {
    private static final Map<String, String> FILES =
            Map.of(
                    "adfer.css", "/adfer/console/adfer.css",
                    "adfer.js", "/adfer/console/adfer.js",
                    "htmx.js", "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js",
                    "sse.js", "/META-INF/resources/webjars/htmx-ext-sse/2.2.2/sse.js");

    @GET
    @Path("{name}")
    @Open
    public Response file(@PathParam("name") String name) {
        @Nullable String path = FILES.get(name);
        @Nullable InputStream content =
                path == null ? null : AssetResource.class.getResourceAsStream(path);
        if (content == null) {
            return Response.status(404).build();
        }
        String type = name.endsWith(".css") ? "text/css" : "text/javascript";
        return Response.ok(content, type + ";charset=utf-8")
                .header("Cache-Control", "max-age=300")
                .build();
    }
}
