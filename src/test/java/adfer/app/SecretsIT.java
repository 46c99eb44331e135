package adfer.app;

import static adfer.app.TestCluster.SHOP;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.api.ProofResource.FenceRequest;
import adfer.api.Why;
import adfer.kernel.RunId;
import adfer.plan.Operation;
import adfer.service.TestCalls;
import adfer.service.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Secrets planted wherever one can be, in a running cluster, and looked for in all that comes out
 * of it. What a script says beside them has to be found there, or the search would be blind.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(400)
class SecretsIT {
    /** What the script prints beside its secrets. */
    private static final String CONTROL = "told-by-the-script-itself";

    private static final String RUN = "{run}";
    private static final String DATABASE = "planted-db-k3y \"it's\" /+& 100%";

    @TempDir Path folder;
    private String bearer = "";

    private final Map<String, String> planted = new TreeMap<>();

    /** All that came out, by where. */
    private final Map<String, String> seen = new TreeMap<>();

    @Test
    void noSecretComesOutAnywhere() throws Exception {
        plant("mesh", "planted-mesh-9f31c07d2b");
        plant("fence", "planted-fence-5e8a11c4");
        plant("db", DATABASE);
        plant("token", "planted-token-77b0c2e9");
        plant("hook", "http://127.0.0.1:9/", "planted-hook-3d7e90");
        plant("pager", "planted-pager-b2c418f0");
        plant("mail", "planted-mail-90af3e11");
        try (var http = HttpClient.newHttpClient()) {
            live(http).join();
        }
        readFiles();

        assertThat(found(CONTROL))
                .as("places where the script's own words are found")
                .anyMatch(place -> place.contains("/database"))
                .anyMatch(place -> place.contains("/log_"))
                .anyMatch(place -> place.contains("snapshot"))
                .anyMatch(place -> place.endsWith("/api/v1/runs/" + RUN))
                .anyMatch(place -> place.endsWith("/api/v1/runs/" + RUN + "/report"));
        assertThat(found("the agent was told").contains(folder.resolve("adfer.log").toString()))
                .as("the agent's words in the log")
                .isTrue();
        assertThat(found("Nobody could be called")).as("that nobody was reached").isNotEmpty();
        assertThat(found("notify.webhooks.oncall.url")).as("why a test failed").isNotEmpty();
        assertThat(seen.get("events")).contains("TASK");
        Map<String, List<String>> leaks = new TreeMap<>();
        planted.forEach((name, secret) ->
                forms(secret)
                        .filter(form -> !found(form).isEmpty())
                        .forEach(form -> leaks.put(name + " as " + form, found(form))));
        assertThat(leaks).as("places where a secret shows").isEmpty();
    }

    // What is planted

    private Path plant(String name, String secret) throws IOException {
        return plant(name, "", secret);
    }

    private Path plant(String name, String before, String secret) throws IOException {
        planted.put(name, secret);
        Path file = Files.createDirectories(folder.resolve("planted")).resolve(name);
        Files.writeString(file, before + secret + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private String reference(String name) {
        return "file:" + folder.resolve("planted").resolve(name);
    }

    private String configured(String text) {
        return text.replace("a-key-for-tests-only", reference("mesh"))
                .replace(
                        "nodes: [b1] } }",
                        "nodes: [b1], attempts: 1, secrets: { password: \""
                                + reference("fence")
                                + "\" } } }")
                .replace(
                        "clock:",
                        "log: { snapshotEvery: 30 }\n" + "notify: " + callers() + "\n" + "clock:")
                .replace("level: WARN", "level: INFO")
                .replace("loggers: {", "loggers: { adfer: DEBUG,")
                .replace(
                        "{ type: console }",
                        "{ type: file, currentLogFilename: "
                                + folder.resolve("adfer.log")
                                + ", archive: false }");
    }

    /** Nobody listens at either. */
    private String callers() {
        return """
        { attempts: 1, again: 1s, webhooks: { oncall: { url: "%s", token: "%s" } }, \
        mails: { shift: { server: "127.0.0.1:9", from: a@example.org, to: [b@example.org], user: adfer, password: "%s" } } }\
        """
                .formatted(reference("hook"), reference("pager"), reference("mail"));
    }

    private void agentThatTalks() throws IOException {
        executable(folder.resolve("fence_test"), "echo the agent was told; cat; exit 1");
    }

    private void runbookWithSecrets(TestCluster cluster) throws IOException {
        Path runbook = cluster.runbook(SHOP);
        Files.writeString(
                runbook,
                Files.readString(runbook)
                        .replace(
                                "args: [\"{address:shop-db-1}\"], timeout",
                                "args: [\"{address:shop-db-1}\"], secrets: { DB_PASSWORD: \""
                                        + reference("db")
                                        + "\" }, timeout")
                        .replace(
                                "args: [\"{address:shop-db-1}\"] }",
                                "args: [\"{address:shop-db-1}\"], secrets: { TOKEN: \""
                                        + reference("token")
                                        + "\" } }"));
        Path scripts = runbook.resolveSibling("scripts");
        String folder = this.folder.toString();
        executable(
                scripts.resolve("promote.sh"),
                """
                exec 2>&1
                echo %1$s; echo "password is $DB_PASSWORD"; env
                printf %%s "$DB_PASSWORD" | base64 -w0; echo
                printf 'user:%%s' "$DB_PASSWORD" | base64 -w0; echo
                printf %%s "$DB_PASSWORD" | od -An -v -tx1 | tr -d ' \\n'; echo
                printf %%.12s "$DB_PASSWORD"; sleep 1; printf '%%s\\n' "$DB_PASSWORD" | cut -c13-
                touch %2$s/running; while [ ! -e %2$s/looked ]; do sleep 0.1; done
                set -x; : --password "$DB_PASSWORD"; set +x
                [ -e %2$s/tried ] || { touch %2$s/tried; /bin/false "$DB_PASSWORD" || exit 7; }
                echo "$1" > %2$s/primary
                """
                        .formatted(CONTROL, folder));
        executable(
                scripts.resolve("promoted.sh"),
                "echo \"asked with $TOKEN\"; grep -qx \"$1\" " + folder + "/primary");
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    // What happens

    /** The life of the cluster; what it returns is complete once no event comes any more. */
    private CompletableFuture<Void> live(HttpClient http) throws Exception {
        try (var cluster = TestCluster.unstarted(folder)) {
            cluster.configured(this::configured);
            agentThatTalks();
            runbookWithSecrets(cluster);
            TestCluster.started(cluster);
            bearer = "Bearer " + cluster.people().credential("tester");
            CompletableFuture<Void> events = listen(http, cluster.url("w1"));
            cluster.publish();
            planted.put("password", TestPeople.PASSWORD);
            planted.put("session", cluster.people().credential("tester"));
            RunId run = runThatFailsOnce(cluster);
            cluster.approve(run, "sign-off");
            cluster.awaitDone(run);
            refusedBodies(http, cluster.url("b1"));
            testCall(cluster);
            askEverything(http, cluster, run);
            secretThatIsGone(cluster);
            fenceThatFails(cluster);
            askEverything(http, cluster, run);
            return events;
        }
    }

    private RunId runThatFailsOnce(TestCluster cluster) throws IOException {
        RunId run = cluster.begin(Operation.MIGRATION, SHOP);
        cluster.await("the script runs", () -> Files.exists(folder.resolve("running")));
        lookAtProcesses();
        Files.createFile(folder.resolve("looked"));
        cluster.await(run, "the step fails", view -> view.waiting().toString().contains("promote"));
        cluster.anyone()
                .post(
                        "/api/v1/runs/" + run + "/decisions",
                        Map.of("decision", "retry", "step", "promote"),
                        adfer.api.RunResource.RunReference.class);
        return run;
    }

    /** Command lines may be read by everybody; the environment only by the same user. */
    private void lookAtProcesses() throws IOException {
        boolean given = false;
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    seen.merge("command lines", read(process.resolve("cmdline")), String::concat);
                    given |= read(process.resolve("environ")).contains("DB_PASSWORD=" + DATABASE);
                } catch (IOException e) {
                    // It has ended, or is another user's.
                }
            }
        }
        assertThat(given).as("a process has the secret in its environment").isTrue();
        assertThat(seen.get("command lines")).contains("promote.sh");
    }

    private void secretThatIsGone(TestCluster cluster) throws IOException {
        Files.delete(folder.resolve("planted").resolve("db"));
        cluster.await(
                "the way back is warned of",
                () ->
                        cluster.plan(Operation.MIGRATION, SHOP).plan().warnings().stream()
                                .anyMatch(warning ->
                                        warning.sentence()
                                                .equals(
                                                        "Node a1 of site a can't read "
                                                                + reference("db")
                                                                + ", which step promote needs: it"
                                                                + " would fail there.")));
    }

    private void fenceThatFails(TestCluster cluster) throws IOException {
        cluster.burn("a1");
        cluster.await(
                "the fence is ordered",
                () -> {
                    Views.FenceView fence = fence(cluster);
                    cluster.client("b1")
                            .post(
                                    "/api/v1/sites/a/fence",
                                    new FenceRequest(
                                            Optional.empty(), fence.phrase(), Optional.empty()),
                                    Views.FenceView.class);
                    return true;
                });
        cluster.await(
                "the agent's words are told",
                () -> cluster.client("b1").raw("/api/v1/sites/a/fence").contains("was told"));
    }

    private static Views.FenceView fence(TestCluster cluster) {
        return cluster.client("b1").get("/api/v1/sites/a/fence", Views.FenceView.class);
    }

    /** Requests that are refused, with secrets where their makers may put some. */
    private void refusedBodies(HttpClient http, String url) throws Exception {
        planted.put("body", "planted-body-0c44d1");
        planted.put("probe", "planted-probe-a81e20");
        planted.put("literal", "planted-literal-66f3");
        planted.put("header", "planted-header-b7d95");
        planted.put("query", "planted-query-e02a41");
        String yaml = Files.readString(folder.resolve("runbooks/shop/runbook.yml"));
        for (String wrong :
                List.of(
                        yaml.replace("http://{vm}", "http://me:planted-probe-a81e20@{vm}"),
                        yaml.replace("tcp: \"{vm}", "tcp: \"me:planted-probe-a81e20@{vm}"),
                        yaml.replace(
                                "secrets: { DB_PASSWORD: \"",
                                "secrets: { DB_PASSWORD: \"planted-literal-66f3"),
                        yaml.replace(
                                "secrets: { DB_PASSWORD:",
                                "env: { DB_PASSWORD: planted-literal-66f3, X:"),
                        yaml.replace("secrets: {", "secrets: planted-literal-66f3 {"))) {
            send(http, bearer, "PUT", url + "/api/v1/runbooks/shop", json(wrong));
        }
        for (String body :
                List.of(
                        "{\"password\":\"planted-body-0c44d1\"}",
                        "{\"operation\":{\"token\":\"planted-body-0c44d1\"}}",
                        "{\"operation\":\"failover\",\"token\":\"planted-body-0c44d1\"",
                        "planted-body-0c44d1")) {
            send(http, bearer, "POST", url + "/api/v1/runs?token=planted-query-e02a41", body);
        }
        send(http, "Bearer planted-header-b7d95", "GET", url + "/api/v1/runs", "");
        send(
                http,
                bearer,
                "POST",
                url + "/api/v1/session",
                "{\"name\":\"ann\",\"password\":\"planted-body-0c44d1\"}");
    }

    /** Neither why it fails nor the node's log tells more than who may know. */
    private void testCall(TestCluster cluster) {
        seen(
                "a test call",
                cluster.client("b1")
                        .post(
                                "/api/v1/notify/test",
                                new Why(Optional.empty()),
                                TestCalls.Made.class)
                        .toString());
    }

    private static String json(String yaml) {
        return "{\"yaml\":\""
                + yaml.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                + "\",\"files\":{}}";
    }

    private void send(HttpClient http, String authorization, String method, String url, String body)
            throws Exception {
        var answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Content-Type", "application/json")
                                .header("Authorization", authorization)
                                .header("Cookie", "session=planted-header-b7d95")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        seen.put(method + " " + url + " " + seen.size(), answer.headers() + answer.body());
    }

    // What comes out

    private CompletableFuture<Void> listen(HttpClient http, String url) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create(url + "/api/v1/events"))
                                .header("Authorization", bearer)
                                .build(),
                        BodyHandlers.ofLines())
                .thenAccept(answer -> {
                    try (Stream<String> lines = answer.body()) {
                        lines.forEach(line -> seen("events", line));
                    } catch (java.io.UncheckedIOException e) {
                        // The node has stopped.
                    }
                })
                .exceptionally(e -> null);
    }

    private synchronized void seen(String place, String text) {
        seen.merge(place, text + "\n", String::concat);
    }

    private void askEverything(HttpClient http, TestCluster cluster, RunId run) throws Exception {
        for (String node : cluster.up()) {
            for (String path :
                    """
                    /api/v1/overview /api/v1/state /api/v1/sites /api/v1/mesh /api/v1/services /api/v1/services/shop
                    /api/v1/inventory/a /api/v1/inventory/b /api/v1/audit /api/v1/notify /api/v1/sites/a/fence /api/v1/attestations
                    /api/v1/plans/migration/shop /api/v1/runs /api/v1/runs/{run} /api/v1/runs/{run}/report
                    /api/v1/runs/{run}/journal /api/v1/runbooks /api/v1/runbooks/shop /api/v1/takeover /api/v1/quarantine
                    /api/v1/openapi.json /metrics /healthcheck / /plan/migration/shop /runs/{run} /runs/{run}/report
                    /inventory /inventory/a /audit /takeover /quarantine /sites/a /admin/metrics /admin/threads
                    /admin/healthcheck /nowhere?token=planted-query-e02a41
                    """
                            .strip()
                            .split("\\s+", -1)) {
                var answer =
                        http.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        cluster.url(node)
                                                                + path.replace(RUN, run.value())))
                                        .header("Authorization", bearer)
                                        .build(),
                                BodyHandlers.ofString());
                seen(node + " " + path, answer.headers() + answer.body());
            }
        }
    }

    private void readFiles() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> !file.startsWith(folder.resolve("planted")))
                            .toList();
        }
        for (Path file : files) {
            seen(file.toString(), read(file));
        }
    }

    /** Bytes as characters; unpacked where they are packed. */
    private static String read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (content.length > 2 && content[0] == 0x1f && content[1] == (byte) 0x8b) {
            ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
            try (InputStream packed = new GZIPInputStream(new ByteArrayInputStream(content))) {
                packed.transferTo(unpacked);
            }
            return unpacked.toString(StandardCharsets.ISO_8859_1);
        }
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    private List<String> found(String text) {
        return seen.entrySet().stream()
                .filter(entry -> entry.getValue().contains(text))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How a secret may show: what is telling of it, by itself and encoded. */
    private static Stream<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        String behindUser =
                Base64.getEncoder()
                        .encodeToString(("user:" + secret).getBytes(StandardCharsets.UTF_8));
        return Stream.of(
                secret.substring(0, 14),
                secret.substring(secret.length() - 9),
                Base64.getEncoder().encodeToString(bytes).substring(0, 20),
                behindUser.substring(8, 28),
                HexFormat.of().formatHex(bytes).substring(0, 24),
                URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }
}
