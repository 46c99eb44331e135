package adfer.console;

import adfer.kernel.Actor;
import adfer.kernel.Problem;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What all pages share: templates, and who is looking. */
final class Pages {
    static final String WHO = "adfer-actor";
    static final Problem NAMELESS = new Problem("no-name", "Say who you are; it is recorded.");

    private static final TemplateEngine TEMPLATES =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    ConsoleResource.class.getClassLoader(),
                    "adfer.console.templates");

    private Pages() {}

    static Response missing(String sentence) {
        return Response.status(404)
                .entity(draw("missing.jte", Map.of("sentence", sentence)))
                .build();
    }

    static String draw(String template, Map<String, Object> model) {
        StringOutput output = new StringOutput();
        TEMPLATES.render(template, model, output);
        return output.toString();
    }

    static Actor actor(String who) {
        return new Actor(who.strip(), "console");
    }

    /** The name as the cookie or the form gave it. */
    static String known(@Nullable String who) {
        return who == null ? "" : URLDecoder.decode(who, StandardCharsets.UTF_8);
    }

    static NewCookie remember(String who) {
        return new NewCookie.Builder(WHO)
                .value(URLEncoder.encode(who.strip(), StandardCharsets.UTF_8))
                .path("/")
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.STRICT)
                .build();
    }
}
