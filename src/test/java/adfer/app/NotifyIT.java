package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.cli.ExitCode;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * {@code adfer notify test}: node a1 has ways that work, b1 has some that fail each in its manner,
 * w1 has none.
 */
class NotifyIT {
    private static final String SECRET = "planted-s3cret";

    private static final List<String> POSTED = new CopyOnWriteArrayList<>();

    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static HttpServer hooks;

    @SuppressWarnings("NullAway.Init")
    private static ServerSocket silent;

    @SuppressWarnings("NullAway.Init")
    private static GreenMail mails;

    private static String homeBefore = "";

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        homeBefore = System.getProperty("user.home", "");
        InetAddress here = InetAddress.getLoopbackAddress();
        hooks = HttpServer.create(new InetSocketAddress(here, 0), 0);
        answers("/" + SECRET, 204);
        answers("/closed", 401);
        hooks.start();
        silent = new ServerSocket(0, 5, here);
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mails.setUser("adfer", SECRET);
        mails.start();
        plant("hook", hook("/" + SECRET));
        plant("password", SECRET);
        cluster = TestCluster.unstarted(folder);
        cluster.configured(NotifyIT::configured);
        TestCluster.started(cluster);
        cluster.signedInHere("tester");
    }

    @AfterAll
    static void stop() throws IOException {
        System.setProperty("user.home", homeBefore);
        cluster.close();
        hooks.stop(0);
        silent.close();
        mails.stop();
    }

    @BeforeEach
    void nobodyWasCalledYet() throws Exception {
        POSTED.clear();
        mails.purgeEmailFromAllMailboxes();
    }

    private static void answers(String path, int status) {
        hooks.createContext(
                path,
                exchange -> {
                    POSTED.add(
                            path
                                    + " "
                                    + new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
    }

    private static String hook(String path) {
        return "http://127.0.0.1:" + hooks.getAddress().getPort() + path;
    }

    private static void plant(String name, String secret) throws IOException {
        Path file = Files.writeString(folder.resolve(name), secret);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String configured(String text) {
        String ways =
                text.contains("node: a1")
                        ? "webhooks: { oncall: { url: \"file:%1$s/hook\" } }, mails: { shift: %2$s"
                                + " }"
                        : """
                        webhooks: { oncall: { url: "file:%1$s/hook" }, closed: { url: "%3$s", token: "file:%1$s/password" }, \
                        silent: { url: "http://127.0.0.1:%4$d/" } }, mails: { shift: %5$s }\
                        """;
        String mail =
                """
                { server: "127.0.0.1:%d", tls: none, from: a@example.org, to: [b@example.org], user: adfer, \
                password: "file:%s/password" }\
                """;
        String apart =
                text.replace(
                        "{ type: console }",
                        "{ type: file, currentLogFilename: "
                                + folder.resolve("adfer.log")
                                + ", archive: false }");
        return text.contains("node: w1")
                ? apart
                : apart
                        + "notify: { attempts: 3, pause: 1h, timeout: 3s, "
                        + ways.formatted(
                                folder,
                                mail.formatted(mails.getSmtp().getPort(), folder),
                                hook("/closed"),
                                silent.getLocalPort(),
                                mail.formatted(9, folder))
                        + " }\n";
    }

    /** What the nodes call about in earnest, as when nobody led at first, is not counted. */
    private static List<String> tests() {
        return POSTED.stream().filter(text -> text.contains("This is a test call.")).toList();
    }

    private static List<String> testMails() {
        return Arrays.stream(mails.getReceivedMessages())
                .map(GreenMailUtil::getWholeMessage)
                .filter(text -> text.contains("Subject: Adfer test: This is a test call. "))
                .toList();
    }

    private static Said adfer(String node, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--url", cluster.url(node), "--as", "tester"));
        return Said.by(all.toArray(String[]::new));
    }

    @Test
    void peopleAreToldThatItIsATestByEveryWay() {
        Said said = adfer("a1", "notify", "test", "--reason", "new on call");
        assertThat(said.code()).as(said.err()).isEqualTo(ExitCode.DONE);
        assertThat(said.out())
                .contains(
                        "Node a1 has called people as a test:",
                        "  webhooks.oncall: taken.",
                        "  mails.shift: taken.")
                .doesNotContain(SECRET);
        assertThat(tests()).singleElement().asString().contains("tester has asked node a1 for it");
        assertThat(testMails()).hasSize(1);
        assertThat(adfer("a1", "audit", "a1").out())
                .contains(
                        "People are called by node a1 as a test, by webhooks.oncall, mails.shift.");
    }

    @Test
    void wayThatFailsIsToldWithWhatToDoAndHoldsUpNoOther() throws IOException {
        Said said = adfer("b1", "notify", "test");
        assertThat(said.code()).isEqualTo(ExitCode.FAILED);
        assertThat(said.out())
                .contains(
                        "  webhooks.oncall: taken.",
                        "  webhooks.closed: failed. It answered 401: look at"
                                + " notify.webhooks.closed.token.",
                        "  mails.shift: failed. The mail server can't be used (",
                        "): look at notify.mails.shift.server.")
                .containsPattern("  webhooks.silent: failed. .*\\(notify.timeout\\)\\.")
                .doesNotContain(SECRET, "/closed");
        assertThat(tests()).as("each is tried once").hasSize(2);
        Said json = adfer("b1", "notify", "test", "-o", "json");
        assertThat(json.code()).isEqualTo(ExitCode.FAILED);
        assertThat(json.json().path("ways")).hasSize(4);
    }

    @Test
    void nodeThatCallsNobodySaysWhatToWriteWhere() {
        Said said = adfer("w1", "notify", "test");
        assertThat(said.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(said.err())
                .contains("Node w1 calls nobody: name webhooks or mails under notify")
                .hasLineCount(1);
        assertThat(adfer("w1", "notify").out()).contains("Node w1 calls nobody");
        assertThat(adfer("a1", "notify").out())
                .contains("Node a1 calls people by webhooks.oncall, mails.shift.");
        assertThat(adfer("a1", "audit", "w1").out()).doesNotContain("as a test");
    }
}
