package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Principal;
import adfer.access.Session;
import adfer.adapter.jose.JwtSeal;
import adfer.adapter.json.Mappers;
import adfer.api.AccessResource;
import adfer.api.Needs;
import adfer.api.Open;
import adfer.api.RunbookResource.Upload;
import adfer.app.AccessMatrix.Endpoint;
import adfer.app.AccessMatrix.Held;
import adfer.app.AccessMatrix.Row;
import adfer.cli.RunbookFolder;
import adfer.plan.Operation;
import adfer.service.Accounts;
import adfer.service.ApiTokens;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Every endpoint, asked in earnest by everybody it could be asked by. */
class AccessMatrixIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private static final List<String> ROLES =
            List.of("viewer", "operator", "commander", "approver", "admin");
    private static final List<String> SCOPES =
            List.of(
                    "*",
                    "site:a",
                    "site:b",
                    "label:service=mail",
                    "label:service=shop",
                    "runbook:mail",
                    "runbook:shop");

    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    private static String run = "";
    private static final List<Asker> ASKERS = new ArrayList<>();

    /**
     * Somebody who asks.
     *
     * @param layers none for whoever is nobody to Adfer
     */
    private record Asker(String who, String credential, List<List<Held>> layers) {
        boolean nobody() {
            return layers.isEmpty();
        }

        boolean token() {
            return credential.startsWith("adfer_");
        }
    }

    @BeforeAll
    @Timeout(400)
    static void start() throws Exception {
        cluster = TestCluster.published(folder);
        var moved = cluster.begin(Operation.MIGRATION, TestCluster.MAIL);
        cluster.awaitDone(moved);
        run = moved.value();
        people();
        tokens();
        nobodies();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        HTTP.close();
    }

    private static void people() {
        int number = 0;
        for (String role : ROLES) {
            for (String scope : SCOPES) {
                person("p" + number++, List.of(scope.equals("*") ? role : role + "@" + scope));
            }
        }
        person("mixed", List.of("viewer", "commander@site:b"));
        person("nothing", List.of());
        person("all", ROLES);
    }

    private static void person(String name, List<String> grants) {
        TestPeople.add(cluster.client("b1", "tester"), name, grants);
        cluster.people().signIn(cluster.client("b1", ""), name);
        ASKERS.add(
                new Asker(
                        name + " " + grants,
                        cluster.people().credential(name),
                        List.of(held(grants))));
    }

    private static List<Held> held(List<String> grants) {
        return grants.stream().map(Held::of).toList();
    }

    private static void tokens() {
        for (List<String> narrowed :
                List.of(
                        List.of("viewer"),
                        List.of("commander@site:b"),
                        List.of("operator@runbook:mail", "approver@label:service=mail"))) {
            ASKERS.add(
                    new Asker(
                            "token " + narrowed,
                            token("all", narrowed).credential(),
                            List.of(held(ROLES), held(narrowed))));
        }
        // Its owner has lost what it was made for.
        TestPeople.add(cluster.client("b1", "tester"), "demoted", List.of("commander"));
        cluster.people().signIn(cluster.client("b1", ""), "demoted");
        String token = token("demoted", List.of("commander")).credential();
        cluster.client("b1").put("/api/v1/people/demoted", person(List.of("viewer"), false), VIEW);
        ASKERS.add(
                new Asker(
                        "token of one demoted",
                        token,
                        List.of(held(List.of("viewer")), held(List.of("commander")))));
    }

    private static final Class<Accounts.PersonView> VIEW = Accounts.PersonView.class;

    private static AccessResource.PersonRequest person(List<String> roles, boolean disabled) {
        return new AccessResource.PersonRequest(
                Optional.empty(),
                roles,
                Optional.of(disabled),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static ApiTokens.NewToken token(String owner, List<String> roles) {
        return cluster.client("b1", owner)
                .post(
                        "/api/v1/tokens",
                        new AccessResource.TokenRequest("a test", roles, Optional.empty()),
                        ApiTokens.NewToken.class);
    }

    private static void nobodies() throws Exception {
        byte[] key = "a-key-for-tests-only".getBytes(StandardCharsets.UTF_8);
        Instant now = Instant.now();
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("nobody", "");
        shown.put("garbled", "x.y.z");
        shown.put("expired", sealed("test", key, now.minusSeconds(60)));
        shown.put("another cluster's", sealed("another", key, now.plusSeconds(3600)));
        shown.put(
                "another key's",
                sealed(
                        "test",
                        "another-key-of-tests".getBytes(StandardCharsets.UTF_8),
                        now.plusSeconds(3600)));
        String good = cluster.people().credential("tester");
        shown.put("cut short", good.substring(0, good.length() - 2));
        shown.put("without signature", good.substring(0, good.lastIndexOf('.') + 1));
        String secret = token("all", List.of("viewer")).credential();
        shown.put("token with another secret", secret.substring(0, secret.length() - 4) + "AAAA");
        ApiTokens.NewToken revoked = token("all", List.of("viewer"));
        assertThat(send("DELETE", "/api/v1/tokens/" + revoked.token().id(), "", good).status())
                .isEqualTo(200);
        shown.put("revoked token", revoked.credential());
        for (String name : List.of("disabled", "removed", "ended")) {
            TestPeople.add(cluster.client("b1", "tester"), name, ROLES);
            cluster.people().signIn(cluster.client("b1", ""), name);
            shown.put("session of one " + name, cluster.people().credential(name));
            shown.put("token of one " + name, token(name, List.of("admin")).credential());
        }
        Instant made = Instant.now();
        cluster.await(
                "the sessions are a second old", () -> Instant.now().isAfter(made.plusSeconds(2)));
        cluster.client("b1").put("/api/v1/people/disabled", person(ROLES, true), VIEW);
        send("DELETE", "/api/v1/people/removed", "", good);
        send("DELETE", "/api/v1/people/ended/sessions", "", good);
        TestPeople.add(cluster.client("b1", "tester"), "left", ROLES);
        cluster.people().signIn(cluster.client("b1", ""), "left");
        shown.put("ended session", cluster.people().credential("left"));
        String session = session("left");
        cluster.await(
                "its session has ended",
                () -> send("DELETE", "/api/v1/sessions/" + session, "", good).status() == 200);
        shown.forEach((who, credential) -> ASKERS.add(new Asker(who, credential, List.of())));
    }

    private static String session(String name) {
        return cluster.client("b1", name)
                .get("/api/v1/me", AccessResource.Me.class)
                .session()
                .orElseThrow();
    }

    @Test
    void onlyAnAdminSeesOrEndsTheSessionsOfOthers() throws Exception {
        String mixed = cluster.people().credential("mixed");
        String others = "/api/v1/sessions/" + session("all");
        cluster.await(
                "it is known",
                () -> cluster.client("b1", "tester").raw("/api/v1/sessions").contains("\"all\""));
        assertThat(cluster.client("b1", "mixed").raw("/api/v1/sessions"))
                .contains("\"mixed\"")
                .doesNotContain("\"all\"");
        assertThat(send("DELETE", others, "", mixed).status()).isEqualTo(404);
        assertThat(cluster.client("b1", "all").raw("/api/v1/sessions")).contains("\"mixed\"");
    }

    private static String sealed(String name, byte[] key, Instant expires) {
        return new JwtSeal(name, key)
                .seal(
                        new Session(
                                "made-up",
                                "tester",
                                Principal.Method.PASSWORD,
                                List.of(),
                                expires.minusSeconds(7200),
                                expires));
    }

    @Test
    void everyResourceIsRegisteredAndEveryEndpointNamesItsRight() {
        assertThat(AccessMatrix.registered()).isEqualTo(AccessMatrix.resources());
        for (Endpoint endpoint : AccessMatrix.endpoints()) {
            Needs needs = endpoint.method().getAnnotation(Needs.class);
            boolean open = endpoint.method().isAnnotationPresent(Open.class);
            assertThat(open != (needs != null && needs.value().length > 0))
                    .as("%s has one of @Needs and @Open", endpoint)
                    .isTrue();
        }
    }

    @Test
    void tableKnowsEveryEndpointAndNoOther() {
        List<Endpoint> endpoints = AccessMatrix.endpoints();
        List<Row> rows = rows();
        assertThat(endpoints)
                .allSatisfy(endpoint ->
                        assertThat(rows)
                                .as("%s in the table", endpoint)
                                .anyMatch(endpoint::answers));
        assertThat(rows)
                .allSatisfy(row ->
                        assertThat(endpoints)
                                .filteredOn(e -> e.answers(row))
                                .as("%s", row)
                                .hasSize(1));
        assertThat(endpoints)
                .filteredOn(e -> e.method().isAnnotationPresent(Open.class))
                .allSatisfy(e ->
                        assertThat(rows)
                                .filteredOn(e::answers)
                                .extracting(Row::place)
                                .containsOnly("open"));
    }

    @Test
    @Timeout(240)
    void everybodyIsAnsweredWhatIsDueAtEveryEndpoint() throws Exception {
        List<String> wrong = new ArrayList<>();
        List<Row> rows = rows();
        long begun = System.nanoTime();
        for (Row row : rows) {
            Set<String> anyRole = anyRole(rows, row);
            for (Asker asker : ASKERS) {
                due(row, anyRole, asker).ifPresent(wrong::add);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cluster.overview().activeRuns()).as("nothing has happened").isEmpty();
        System.out.printf(
                "%d endpoints, %d requests, %d askers: %d answers in %d s%n",
                AccessMatrix.endpoints().size(),
                rows.size(),
                ASKERS.size(),
                rows.size() * ASKERS.size(),
                Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }

    private static List<Row> rows() {
        var bundle = RunbookFolder.read(cluster.runbook(TestCluster.MAIL)).bundle();
        try {
            return AccessMatrix.rows(
                    run,
                    Mappers.json().writeValueAsString(new Upload(bundle.yaml(), bundle.files())));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> anyRole(List<Row> rows, Row row) {
        Endpoint endpoint =
                AccessMatrix.endpoints().stream()
                        .filter(e -> e.answers(row))
                        .findFirst()
                        .orElseThrow();
        return rows.stream()
                .filter(endpoint::answers)
                .flatMap(other -> other.roles().stream())
                .collect(Collectors.toSet());
    }

    /** What is wrong with the answer; empty when nothing is. */
    private static Optional<String> due(Row row, Set<String> anyRole, Asker asker)
            throws Exception {
        Answer answer = send(row.method(), row.path(), row.body(), asker.credential());
        boolean known = !asker.nobody() || row.place().equals("open");
        boolean shutOut =
                asker.token() && row.path().equals("/api/v1/tokens") && row.method().equals("POST");
        int due = row.page() ? 303 : 401;
        if (known) {
            due = shutOut ? 403 : AccessMatrix.due(row, anyRole, asker.layers());
        }
        String code = due == row.status() && known ? row.code() : known ? "" : "not-signed-in";
        boolean right = answer.status() == due && (row.page() || answer.body().contains(code));
        if (!known && row.page()) {
            right &= answer.location().contains("/login?next=");
        }
        return right
                ? Optional.empty()
                : Optional.of(
                        asker.who()
                                + ": "
                                + row
                                + ": "
                                + due
                                + " "
                                + code
                                + " is due, not "
                                + answer.status()
                                + " "
                                + answer.body().lines().limit(3).collect(Collectors.joining(" ")));
    }

    private static Answer send(String method, String path, String body, String credential)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(cluster.url("b1") + path))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header(
                    "Content-Type",
                    body.startsWith("{")
                            ? "application/json"
                            : "application/x-www-form-urlencoded");
        }
        if (!credential.isEmpty()) {
            request.header("Authorization", "Bearer " + credential);
        }
        HttpResponse<InputStream> answer = once(request.build());
        // A stream has no end.
        boolean stream =
                answer.headers().firstValue("Content-Type").orElse("").contains("event-stream");
        try (InputStream content = answer.body()) {
            return new Answer(
                    answer.statusCode(),
                    answer.headers().firstValue("Location").orElse(""),
                    stream ? "" : new String(content.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The other end may have closed a connection that was idle. */
    private static HttpResponse<InputStream> once(HttpRequest request) throws Exception {
        try {
            return HTTP.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            return HTTP.send(request, BodyHandlers.ofInputStream());
        }
    }

    private record Answer(int status, String location, String body) {}
}
