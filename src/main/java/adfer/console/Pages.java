package adfer.console;

import adfer.access.Principal;
import adfer.kernel.Generation;
import adfer.kernel.Problem;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all pages share: templates, and who is looking. */
public final class Pages {
    private static final TemplateEngine TEMPLATES =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    ConsoleResource.class.getClassLoader(),
                    "adfer.console.templates");

    private static final int FORBIDDEN = 403;

    private Pages() {}

    /** Why somebody may not. */
    public static Response refused(Principal me, Problem problem) {
        return missing(me, List.of(problem));
    }

    static Response missing(Principal me, String sentence) {
        return missing(me, 404, sentence);
    }

    /** Where there is nothing, or nothing for this person. */
    static Response missing(Principal me, List<Problem> problems) {
        return missing(
                me,
                status(problems) == FORBIDDEN ? FORBIDDEN : 404,
                problems.getFirst().sentence());
    }

    /** A page with what is wrong, if anything. */
    static Response page(
            Principal me, String template, Map<String, Object> model, List<Problem> problems) {
        Map<String, Object> all = new HashMap<>(model);
        all.put("problems", problems);
        return Response.status(status(problems)).entity(draw(me, template, all)).build();
    }

    /** That the node begins anew, in this generation of the cluster. */
    static Response begun(Principal me, Generation generation) {
        return Response.accepted(draw(me, "begun.jte", Map.of("generation", generation))).build();
    }

    private static int status(List<Problem> problems) {
        if (problems.isEmpty()) {
            return 200;
        }
        return problems.getFirst().code().equals("not-allowed") ? FORBIDDEN : 409;
    }

    static Response seeOther(String page) {
        return Response.seeOther(URI.create(page)).build();
    }

    private static Response missing(Principal me, int status, String sentence) {
        return Response.status(status)
                .type(MediaType.TEXT_HTML)
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
