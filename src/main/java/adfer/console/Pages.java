package adfer.console;

import adfer.access.Principal;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import jakarta.ws.rs.core.Response;

import java.util.HashMap;
import java.util.Map;

/** What all pages share: templates, and who is looking. */
final class Pages {
    private static final TemplateEngine TEMPLATES =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    ConsoleResource.class.getClassLoader(),
                    "adfer.console.templates");

    private Pages() {}

    static Response missing(Principal me, String sentence) {
        return Response.status(404)
                .entity(draw(me, "missing.jte", Map.of("sentence", sentence)))
                .build();
    }

    /**
     * @param me who looks
     */
    static String draw(Principal me, String template, Map<String, Object> model) {
        Map<String, Object> all = new HashMap<>(model);
        all.put("me", me);
        return draw(template, all);
    }

    /** For whoever isn't signed in. */
    static String draw(String template, Map<String, Object> model) {
        StringOutput output = new StringOutput();
        TEMPLATES.render(template, model, output);
        return output.toString();
    }
}
