package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.json.Mappers;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The REST interface, as a program meets it. */
class RestIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir static java.nio.file.Path folder;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET    | /api/v1/runs/nobody            |                       | 404 | no-such-run
                    GET    | /api/v1/runs/nobody/report     |                       | 404 | no-such-run
                    GET    | /api/v1/runs/nobody/journal    |                       | 404 | no-such-run
                    POST   | /api/v1/runs/nobody/decisions  | {"decision":"pause"}  | 404 | no-such-run
                    POST   | /api/v1/runs/nobody/decisions  | {"decision":"dance"}  | 400 | bad-request
                    POST   | /api/v1/runs/nobody/decisions  | {}                    | 400 | bad-request
                    POST   | /api/v1/runs/nobody/decisions  | {"decision":"retry","step":"!"} | 400 | bad-request
                    GET    | /api/v1/runs/!                 |                       | 400 | bad-request
                    GET    | /api/v1/plans/dance/shop       |                       | 404 | no-such-operation
                    GET    | /api/v1/plans/migration/nobody |                       | 404 | no-such-group
                    GET    | /api/v1/services/nobody        |                       | 404 | no-such-group
                    GET    | /api/v1/services/a/b/c         |                       | 404 | no-such-group
                    GET    | /api/v1/inventory/nowhere      |                       | 404 | no-such-site
                    GET    | /api/v1/inventory/a?limit=many |                       | 400 | bad-request
                    GET    | /api/v1/audit?before=x         |                       | 400 | bad-request
                    POST   | /api/v1/runs                   | {"operation":         | 400 | bad-request
                    POST   | /api/v1/runs                   | []                    | 400 | bad-request
                    POST   | /api/v1/runs                   | {}                    | 400 | bad-request
                    POST   | /api/v1/runs                   | null                  | 400 | http-400
                    POST   | /api/v1/runs                   |                       | 400 | http-400
                    POST   | /api/v1/runs                   | {"operation":"DANCE","group":"shop","planHash":"","confirmation":""} | 400 | bad-request
                    POST   | /api/v1/runs                   | {"operation":"MIGRATION","group":"shop","planHash":"","confirmation":""} | 409 | plan-changed
                    PUT    | /api/v1/runbooks/shop          | {"yaml":"a: [","files":{}} | 400 | bad-runbook
                    PUT    | /api/v1/runbooks/shop          |                       | 400 | http-400
                    DELETE | /api/v1/runs                   |                       | 405 | http-405
                    GET    | /api/v1/nothing                |                       | 404 | http-404
                    GET    | /nothing                       |                       | 404 | http-404
                    """)
    void wrongRequestIsAProblemInOneSentence(
            String method,
            String path,
            @org.jspecify.annotations.Nullable String body,
            int status,
            String code)
            throws Exception {
        HttpResponse<String> answer = send(method, path, body == null ? "" : body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(answer.headers().firstValue("Adfer-Index")).isPresent();
        JsonNode problem = json(answer);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("type").asText()).isEqualTo("/problems/" + code);
        assertThat(problem.path("detail").asText())
                .isNotBlank()
                .doesNotContain("Exception", "adfer.", "java.");
    }

    @Test
    void everyEndpointIsDescribed() throws Exception {
        JsonNode api = json(send("GET", "/api/v1/openapi.json", ""));
        assertThat(api.path("openapi").asText()).startsWith("3.");
        var resources =
                new ClassFileImporter()
                        .importPackages("adfer.api").stream()
                                .filter(type -> type.isAnnotatedWith(Path.class))
                                .map(type -> type.reflect())
                                .toList();
        assertThat(resources).hasSizeGreaterThan(5);
        for (Class<?> resource : resources) {
            for (Method method : resource.getMethods()) {
                Optional<String> verb = verb(method);
                if (verb.isPresent()) {
                    String path = (path(resource) + path(method)).replace("//", "/");
                    path = path.replaceAll("\\{(\\w+):[^}]*\\}", "{$1}");
                    JsonNode operation = api.path("paths").path(path).path(verb.get());
                    assertThat(operation.path("summary").asText())
                            .as(verb.get() + " " + path)
                            .isNotBlank();
                    assertThat(operation.path("responses").has("default")).isTrue();
                }
            }
        }
        assertThat(api.at("/components/schemas/StartRequest/properties/group/type").asText())
                .as("an identifier is a string")
                .isEqualTo("string");
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .flatMap(a -> Stream.ofNullable(a.annotationType().getAnnotation(HttpMethod.class)))
                .map(http -> http.value().toLowerCase(Locale.ROOT))
                .findFirst();
    }

    private static String path(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(Path.class)).map(Path::value).orElse("");
    }

    @Test
    void answersSayAsOfWhichIndex() throws Exception {
        HttpResponse<String> state = send("GET", "/api/v1/state", "");
        long said = Long.parseLong(state.headers().firstValue("Adfer-Index").orElseThrow());
        assertThat(said).isPositive().isLessThanOrEqualTo(json(state).path("index").asLong());
        assertThat(send("GET", "/", "").headers().firstValue("Adfer-Index")).isPresent();
        long newest = json(send("GET", "/api/v1/overview?newest=true", "")).path("index").asLong();
        assertThat(newest).isGreaterThanOrEqualTo(said);
    }

    @Test
    void eventsTellOfAChange() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(cluster.url("w1") + "/api/v1/events"));
        var answer =
                HTTP.send(
                        request.header("Authorization", bearer()).build(),
                        BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (var lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            cluster.publish();
            String event = "";
            String line = lines.readLine();
            while (line != null && !(event.equals("change") && line.contains("RUNBOOK"))) {
                event = line.startsWith("event:") ? line.substring(6).strip() : event;
                line = lines.readLine();
            }
            assertThat(line).isNotNull().contains("index");
        }
    }

    @Test
    void anotherWebSiteCannotActThroughABrowser() throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(cluster.url("a1") + "/runs/some"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Sec-Fetch-Site", "cross-site")
                        .POST(BodyPublishers.ofString("decision=cancel&who=you&reason=because"));
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(json(answer).path("code").asText()).isEqualTo("foreign-origin");
    }

    @Test
    void everyNodesClockIsComparedWithTheTimeServer() {
        cluster.await(
                "each node tells how far its clock is behind",
                () -> {
                    JsonNode ntp = json(send("GET", "/api/v1/mesh", "")).at("/clocks/ntp");
                    return Stream.of("a1", "b1", "w1")
                            .map(node -> ntp.path(node).asText("PT0S"))
                            .map(Duration::parse)
                            .allMatch(off ->
                                    off.minus(TestCluster.NTP_AHEAD)
                                                    .abs()
                                                    .compareTo(Duration.ofSeconds(10))
                                            < 0);
                });
    }

    @Test
    void fenceThatIsAskedForTwiceUnderOneKeyIsOrderedOnce() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(cluster.url("b1") + "/api/v1/sites/a/fence"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", bearer())
                        .header("Idempotency-Key", "fence-once")
                        .POST(BodyPublishers.ofString("{\"typed\":\"fence healthy site a\"}"))
                        .build();
        for (int i = 0; i < 3; i++) {
            assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
        JsonNode audit = json(send("GET", "/api/v1/audit?q=is%20to%20switch%20off", ""));
        assertThat(audit).hasSize(1);
    }

    @Test
    void healthAndMetricsAreThere() throws Exception {
        assertThat(send("GET", "/healthcheck", "").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/metrics", "").body()).contains("# TYPE");
    }

    private static HttpResponse<String> send(String method, String path, String body)
            throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(cluster.url("b1") + path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", bearer())
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String bearer() {
        return "Bearer " + cluster.people().credential("tester");
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Mappers.json().readTree(answer.body());
    }
}
