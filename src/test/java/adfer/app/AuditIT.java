package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.syslog.SyslogReceiver;
import adfer.api.AccessFilter;
import adfer.api.AuditResource.KeyView;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.service.Views;
import adfer.state.AuditEntry;

import com.fasterxml.jackson.core.type.TypeReference;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import javax.net.ServerSocketFactory;

/** The audit trail of three real nodes: signed, exported, and proven without them. */
@TestMethodOrder(OrderAnnotation.class)
class AuditIT {
    @TempDir static Path folder;
    @TempDir static Path auditor;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static SyslogReceiver syslog;

    private static String homeBefore = "";

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        homeBefore = System.getProperty("user.home", "");
        syslog = new SyslogReceiver(ServerSocketFactory.getDefault(), 0);
        String server = "tcp://127.0.0.1:" + syslog.port();
        cluster = TestCluster.unstarted(folder);
        cluster.configured(text ->
                text.contains("node: b1")
                        ? text.replace(
                                "checkpointEvery: 1s",
                                "checkpointEvery: 1s, syslog: { server: \""
                                        + server
                                        + "\", pause: 200ms }")
                        : text);
        TestCluster.started(cluster);
        cluster.publish();
        cluster.signedInHere("tester");
    }

    @AfterAll
    static void stop() throws IOException {
        System.setProperty("user.home", homeBefore);
        cluster.close();
        syslog.close();
    }

    private static Said adfer(String... arguments) {
        return Said.by(arguments);
    }

    private static List<KeyView> keys() {
        return cluster.anyone().get("/api/v1/audit/keys", new TypeReference<List<KeyView>>() {});
    }

    private static List<AuditEntry> trail(Client client, String query) {
        return client.get("/api/v1/audit" + query, new TypeReference<List<AuditEntry>>() {});
    }

    private static void awaitKeys(String what, Predicate<List<KeyView>> holds) {
        cluster.await(what, () -> holds.test(keys()));
    }

    private static Said export(String node, String file, String... more) {
        List<String> arguments = new ArrayList<>(List.of("audit", "export"));
        arguments.addAll(List.of("-o", auditor.resolve(file).toString()));
        arguments.addAll(List.of("--url", cluster.url(node)));
        arguments.addAll(List.of(more));
        return adfer(arguments.toArray(String[]::new));
    }

    private static Said verify(String file, String... more) {
        return adfer(
                Stream.concat(
                                Stream.of("audit", "verify", auditor.resolve(file).toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private static String page(String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(cluster.url("b1") + path))
                            .header(
                                    "Cookie",
                                    AccessFilter.cookie(false)
                                            + "="
                                            + cluster.people().credential("tester"));
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pins() {
        return auditor.resolve("keys").toString();
    }

    @Test
    @Order(1)
    void eachNodeSignsWithAKeyOfItsOwn() throws IOException {
        awaitKeys(
                "all three have signed",
                keys -> keys.size() == 3 && keys.stream().allMatch(key -> key.signed() > 0));
        assertThat(keys()).extracting(KeyView::key).doesNotHaveDuplicates();
        Path file = folder.resolve("a1").resolve("audit.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Said said = adfer("audit", "keys", "--url", cluster.urls());
        assertThat(said.code()).isZero();
        Files.writeString(Path.of(pins()), said.out());
    }

    @Test
    @Order(2)
    void anAuditorProvesAnExportedTrailWithoutANode() {
        assertThat(export("b1", "trail.jsonl").code()).isZero();
        Said said = verify("trail.jsonl", "--keys", pins());
        assertThat(said.code()).as(said.out()).isZero();
        assertThat(said.out())
                .contains("Whole: ", "from 1 to ", "Node a1 signed the trail up to entry ")
                .contains("Node b1 signed the file.", "trusted")
                .doesNotContain("NOT");
        assertThat(verify("trail.jsonl").out()).contains("SHA256:", "or give --keys");
    }

    @Test
    @Order(3)
    void whatWasLaidHandsOnIsNamedWithExitCode1() throws IOException {
        List<String> lines = Files.readAllLines(auditor.resolve("trail.jsonl"));
        int at = 1;
        while (!lines.get(at).contains("PublishRunbook")) {
            at++;
        }
        List<String> changed = new ArrayList<>(lines);
        changed.set(at, lines.get(at).replace("tester", "nobody"));
        Files.write(auditor.resolve("changed.jsonl"), changed);
        Said said = verify("changed.jsonl", "--keys", pins());
        assertThat(said.code()).isEqualTo(ExitCode.FAILED);
        assertThat(said.out())
                .contains("Entry " + at + " was changed", "NOT proven")
                .doesNotContain("Whole");
        List<String> removed = new ArrayList<>(lines);
        removed.remove(at);
        Files.write(auditor.resolve("removed.jsonl"), removed);
        assertThat(verify("removed.jsonl").out()).contains("Entry " + at + " is missing.");
    }

    @Test
    @Order(4)
    void theTrailIsSearchedAndPagedThroughEveryDoor() {
        Client client = cluster.anyone();
        List<AuditEntry> published = trail(client, "?action=PublishRunbook&actor=tester");
        assertThat(published).hasSizeGreaterThanOrEqualTo(2);
        assertThat(trail(client, "?subject=runbook%20shop"))
                .isNotEmpty()
                .allMatch(entry -> entry.action().equals("PublishRunbook"));
        assertThat(trail(client, "?outcome=accepted&limit=500")).allMatch(AuditEntry::accepted);
        assertThat(trail(client, "?to=2020-01-01")).isEmpty();
        long latest = published.getFirst().number();
        assertThat(trail(client, "?before=" + latest + "&limit=1").getFirst().number())
                .isEqualTo(latest - 1);
        Said said =
                adfer(
                        "audit",
                        "--action",
                        "PublishRunbook",
                        "--limit",
                        "1",
                        "--url",
                        cluster.urls());
        assertThat(said.out()).contains("Runbook ", "--before ");
        assertThat(adfer("audit", "--from", "soon", "--url", cluster.urls()).code())
                .isEqualTo(ExitCode.REFUSED);
        String page = page("/audit?action=PublishRunbook&from=2020-01-01");
        assertThat(page)
                .contains("Runbook shop published", "format=csv&amp;action=PublishRunbook")
                .doesNotContain("Node a1 of site a started");
        assertThat(page("/audit?from=soon")).contains("is no time such as");
    }

    @Test
    @Order(5)
    void theOtherFormatsAreForOtherPrograms() throws IOException {
        assertThat(export("a1", "trail.csv", "--format", "csv").code()).isZero();
        assertThat(Files.readString(auditor.resolve("trail.csv")))
                .startsWith("number,index,at,")
                .contains("\"PublishRunbook\"");
        assertThat(export("a1", "trail.log", "--format", "syslog", "shop").code()).isZero();
        assertThat(Files.readAllLines(auditor.resolve("trail.log")))
                .isNotEmpty()
                .allMatch(line -> line.matches("<1(10|08)>1 \\S+Z a1 adfer - \\w+ \\[adfer.*"));
        assertThat(export("a1", "trail.xml", "--format", "xml").code()).isEqualTo(ExitCode.REFUSED);
        assertThat(auditor.resolve("trail.xml")).doesNotExist();
        assertThat(verify("trail.csv").code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    @Order(6)
    void theTrailIsForwardedAsItGrowsThroughTheServersAbsenceAndTheNodes() throws IOException {
        awaitForwarded();
        assertThat(syslog.messages()).as("nothing twice").doesNotHaveDuplicates();
        int port = syslog.port();
        syslog.close();
        TestPeople.add(cluster.client("b1"), "during.absence", List.of("viewer"));
        cluster.await(
                "people are told",
                () ->
                        cluster.client("b1")
                                .get("/api/v1/overview", Views.Overview.class)
                                .attention()
                                .toString()
                                .contains("The audit trail is not forwarded to tcp://127.0.0.1:"));
        syslog = new SyslogReceiver(ServerSocketFactory.getDefault(), port);
        awaitForwarded();
        assertThat(syslog.messages().toString()).contains("during.absence is viewer");
        cluster.stop("b1");
        int before = syslog.messages().size();
        cluster.start("b1");
        cluster.await("it goes on", () -> syslog.messages().size() > before);
        awaitForwarded();
        assertThat(syslog.messages()).as("where it was").doesNotHaveDuplicates();
        assertThat(syslog.wrong()).isEmpty();
    }

    /** Until the last messages are those of the trail itself, in its order. */
    private static void awaitForwarded() {
        cluster.await(
                "the trail is there",
                () -> {
                    assertThat(export("b1", "now.log", "--format", "syslog").code()).isZero();
                    List<String> trail = Files.readAllLines(auditor.resolve("now.log"));
                    List<String> there = syslog.messages();
                    int known = Math.min(100, Math.min(there.size(), trail.size()));
                    return known > 10
                            && there.subList(there.size() - known, there.size())
                                    .equals(trail.subList(trail.size() - known, trail.size()));
                });
    }

    @Test
    @Order(7)
    @Timeout(200)
    void aNodeWithoutItsDatabaseAndKeyHasTheSameTrailAgainAndShowsItsNewKey() throws IOException {
        String before = keys().getLast().key();
        cluster.stop("w1");
        try (Stream<Path> files = Files.list(cluster.data("w1").resolve("database"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(cluster.data("w1").resolve("audit.key"));
        cluster.start("w1");
        awaitKeys(
                "w1 signs with a new key",
                keys -> !keys.getLast().key().equals(before) && keys.getLast().signed() > 0);
        cluster.await(
                "w1 tells of its new key",
                () -> trail(cluster.client("w1"), "?action=AnnounceKey&subject=w1").size() == 2);
        assertThat(export("w1", "w1.jsonl").code()).isZero();
        Said said = verify("w1.jsonl");
        assertThat(said.code()).as(said.out()).isZero();
        List<String> first = Files.readAllLines(auditor.resolve("trail.jsonl"));
        assertThat(Files.readAllLines(auditor.resolve("w1.jsonl")).subList(1, first.size() - 1))
                .isEqualTo(first.subList(1, first.size() - 1));
        Said pinned = verify("w1.jsonl", "--keys", pins());
        assertThat(pinned.code()).isEqualTo(ExitCode.FAILED);
        assertThat(pinned.out()).contains("in the name of node w1", "none of the keys");
    }
}
