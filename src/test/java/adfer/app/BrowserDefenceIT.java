package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Canonical;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a browser is told, shown and refused, so that no other page can use a person's session. */
class BrowserDefenceIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @BeforeAll
    @Timeout(400)
    static void start() throws Exception {
        cluster = TestCluster.published(folder);
    }

    @AfterAll
    static void stop() {
        cluster.close();
        HTTP.close();
    }

    @Test
    void everyAnswerForbidsFramesGuessesCopiesAndForeignScripts() throws Exception {
        for (String path :
                List.of("/", "/login", "/audit", "/api/v1/overview", "/api/v1/none", "/none")) {
            HttpResponse<String> answer = send("GET", path, "", Map.of("Cookie", cookie()));
            var headers = answer.headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'self'")
                    .doesNotContain("unsafe");
            assertThat(headers.firstValue("X-Frame-Options")).as(path).contains("DENY");
            assertThat(headers.firstValue("X-Content-Type-Options")).as(path).contains("nosniff");
            assertThat(headers.firstValue("Referrer-Policy")).as(path).contains("same-origin");
            assertThat(headers.firstValue("Cache-Control")).as(path).contains("no-store");
        }
    }

    @Test
    void pagesHaveNothingThatThePolicyForbids() throws Exception {
        for (String path :
                List.of(
                        "/",
                        "/login",
                        "/audit",
                        "/inventory",
                        "/sites/a",
                        "/takeover",
                        "/plan/migration/mail")) {
            String page = send("GET", path, "", Map.of("Cookie", cookie())).body();
            assertThat(page).as(path).contains("<main").doesNotContain("<style", "javascript:");
            assertThat(page).as(path).doesNotContainPattern("<[^>]+\\s(style|on[a-z]+)=");
            assertThat(page).as(path).doesNotContainPattern("<script(?![^>]* src=)");
        }
    }

    @Test
    void cookieIsShownToNobodyButAdferItself() throws Exception {
        var answer =
                send(
                        "POST",
                        "/login",
                        "name=tester&password=" + TestPeople.PASSWORD.replace(' ', '+'),
                        Map.of("Content-Type", FORM));
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Set-Cookie").orElse(""))
                .startsWith("adfer-session=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Domain");
    }

    @Test
    void everyFormBearsTheTokenOfItsSessionAndNoFormIsTakenWithoutIt() throws Exception {
        String page = send("GET", "/sites/a", "", Map.of("Cookie", cookie())).body();
        String token = Canonical.hexOfText("adfer form 1\n" + credential());
        assertThat(Pattern.compile("<form method=\"post\"").matcher(page).results().count())
                .isEqualTo(
                        Pattern.compile("name=\"form-token\" value=\"" + token + "\"")
                                .matcher(page)
                                .results()
                                .count())
                .isGreaterThan(1);
        for (String path :
                List.of(
                        "/sites/a",
                        "/plan/migration/mail",
                        "/takeover",
                        "/quarantine",
                        "/logout")) {
            for (String body : List.of("typed=x", "typed=x&form-token=", "form-token=x&typed=x")) {
                assertThat(form(path, body).statusCode()).as("%s %s", path, body).isEqualTo(403);
            }
        }
        String other = Canonical.hexOfText("adfer form 1\n" + cluster.people().credential("ann"));
        assertThat(form("/sites/a", "act=fence&typed=x&form-token=" + other).statusCode())
                .as("another session's")
                .isEqualTo(403);
        var taken = form("/sites/a", "act=fence&typed=x&form-token=" + token);
        assertThat(taken.statusCode()).isEqualTo(409);
        assertThat(taken.body()).as("the form was read").contains("Type \"fence");
    }

    @Test
    void cookieActsAtNoDoorOfPrograms() throws Exception {
        assertThat(send("GET", "/api/v1/me", "", Map.of("Cookie", cookie())).statusCode())
                .isEqualTo(200);
        assertThat(
                        send(
                                        "POST",
                                        "/api/v1/sites/a/fence",
                                        "{\"typed\":\"x\"}",
                                        Map.of(
                                                "Cookie",
                                                cookie(),
                                                "Content-Type",
                                                "application/json"))
                                .statusCode())
                .isEqualTo(401);
    }

    @Test
    void oldBrowsersNameTheOtherSiteToo() throws Exception {
        for (String origin : List.of("https://elsewhere.example", "null", "http://127.0.0.1:1")) {
            assertThat(
                            send(
                                            "POST",
                                            "/login",
                                            "name=x",
                                            Map.of("Content-Type", FORM, "Origin", origin))
                                    .statusCode())
                    .as(origin)
                    .isEqualTo(403);
        }
        assertThat(
                        send(
                                        "POST",
                                        "/login",
                                        "name=!",
                                        Map.of("Content-Type", FORM, "Origin", cluster.url("b1")))
                                .statusCode())
                .isEqualTo(401);
    }

    @Test
    void strangersAreReadLittleAndOthersNotWithoutEnd() throws Exception {
        String much = "x".repeat(20_000);
        assertThat(
                        send("POST", "/login", "name=" + much, Map.of("Content-Type", FORM))
                                .statusCode())
                .isIn(400, 413);
        assertThat(
                        send(
                                        "POST",
                                        "/api/v1/session",
                                        "{\"name\":\"" + much + "\",\"password\":\"x\"}",
                                        Map.of("Content-Type", "application/json"))
                                .statusCode())
                .isIn(400, 413);
    }

    @Test
    void whatMightBeAFormIsNone() throws Exception {
        for (Map<String, String> headers :
                List.of(
                        Map.<String, String>of(),
                        Map.of("Content-Type", "*/*"),
                        Map.of("Content-Type", "application/*"))) {
            HttpResponse<String> answer = send("POST", "/login", "name=ann", headers);
            assertThat(answer.statusCode()).as("%s", headers).isEqualTo(415);
            assertThat(answer.body()).contains("to a page a form");
        }
    }

    @Test
    void frameworksOwnPagesAreClosed() throws Exception {
        for (String path :
                List.of(
                        "/admin/",
                        "/admin/metrics",
                        "/admin/threads",
                        "/admin/healthcheck",
                        "/admin/tasks/gc",
                        "/application.wadl")) {
            assertThat(send("GET", path, "", Map.of()).statusCode()).as(path).isEqualTo(404);
            assertThat(send("POST", path, "", Map.of()).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    @Timeout(60)
    void streamEndsSoonAfterItsSession() throws Exception {
        TestPeople.add(cluster.client("b1"), "watcher", List.of("viewer"));
        cluster.people().signIn(cluster.client("b1", ""), "watcher");
        var request =
                HttpRequest.newBuilder(URI.create(cluster.url("b1") + "/api/v1/events"))
                        .header(
                                "Authorization",
                                "Bearer " + cluster.people().credential("watcher"));
        var answer = HTTP.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (var lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isNotNull();
            cluster.client("b1")
                    .put(
                            "/api/v1/people/watcher",
                            Map.of("roles", List.of("viewer"), "disabled", true),
                            adfer.service.Accounts.PersonView.class);
            long begun = System.nanoTime();
            while (lines.readLine() != null) {
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .isLessThan(Duration.ofSeconds(30));
            }
        }
    }

    private static HttpResponse<String> form(String path, String body) throws Exception {
        return send("POST", path, body, Map.of("Cookie", cookie(), "Content-Type", FORM));
    }

    private static String credential() {
        return cluster.people().credential("tester");
    }

    private static String cookie() {
        return "adfer-session=" + credential();
    }

    private static HttpResponse<String> send(
            String method, String path, String body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(cluster.url("b1") + path))
                        .method(method, BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
