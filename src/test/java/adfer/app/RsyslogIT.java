package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Daemon;
import adfer.adapter.tls.CertificateFolder;
import adfer.api.AccessResource.PersonRequest;
import adfer.service.Accounts;
import adfer.service.Views;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The audit trail on its way to Debian's rsyslog by TLS, which is killed again and again. Node w1
 * believes another authority than that of the server.
 */
@TestMethodOrder(OrderAnnotation.class)
class RsyslogIT {
    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final Pattern NUMBER = Pattern.compile(" number=\"(\\d+)\" ");

    @TempDir static Path folder;
    @TempDir static Path siem;

    private static String homeBefore = "";
    private static int port;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static Daemon rsyslog;

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        Daemon.needs(RSYSLOGD, "rsyslog rsyslog-gnutls");
        Daemon.needs(driver(), "rsyslog-gnutls");
        homeBefore = System.getProperty("user.home", "");
        port = Daemon.freePort();
        Path tls = certified("tls");
        Path elsewhere = certified("elsewhere");
        Files.writeString(siem.resolve("rsyslog.conf"), config(tls));
        rsyslog = run();
        cluster = TestCluster.unstarted(folder);
        cluster.configured(text ->
                switch (text.replaceAll("(?s).*\nnode: (\\w+).*", "$1")) {
                    case "b1" -> forwarding(text, tls);
                    case "w1" -> forwarding(text, elsewhere);
                    default -> text;
                });
        TestCluster.started(cluster);
        cluster.signedInHere("tester");
    }

    private static String config(Path tls) {
        return """
        global(
          workDirectory="%1$s"
          defaultNetstreamDriver="gtls"
          defaultNetstreamDriverCAFile="%1$s/authority.crt"
          defaultNetstreamDriverCertFile="%1$s/siem.crt"
          defaultNetstreamDriverKeyFile="%1$s/siem.key"
        )
        module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
        template(name="raw" type="string" string="%%rawmsg%%\\n")
        template(name="read" type="string"
          string="%%hostname%% %%app-name%% %%syslogfacility%% %%msgid%% %%structured-data%%\\n")
        ruleset(name="audit") {
          action(type="omfile" file="%1$s/raw" template="raw")
          action(type="omfile" file="%1$s/read" template="read")
        }
        input(type="imtcp" address="127.0.0.1" port="%2$d" ruleset="audit")
        """
                .formatted(tls, port);
    }

    private static Path driver() throws IOException {
        try (DirectoryStream<Path> places =
                Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-*")) {
            for (Path place : places) {
                Path driver = place.resolve("rsyslog/lmnsd_gtls.so");
                if (Files.exists(driver)) {
                    return driver;
                }
            }
        }
        return Path.of("/usr/lib/rsyslog/lmnsd_gtls.so");
    }

    /** An authority of its own, which has signed a certificate of the server's. */
    private static Path certified(String name) throws IOException {
        CertificateFolder certificates = new CertificateFolder(siem.resolve(name));
        certificates.begin(name, Instant.now(), Duration.ofDays(2));
        certificates.node("siem", List.of("127.0.0.1"), Instant.now(), Duration.ofDays(1));
        return siem.resolve(name);
    }

    private static String forwarding(String text, Path authority) {
        return text.replace(
                "checkpointEvery: 1s",
                "checkpointEvery: 1s, syslog: { server: \"tls://127.0.0.1:%d\", pause: 200ms,"
                                .formatted(port)
                        + " authority: "
                        + authority.resolve("authority.crt")
                        + " }");
    }

    private static Daemon run() throws IOException {
        return Daemon.start(
                siem.resolve("rsyslog.log"),
                List.of(port),
                List.of(
                        RSYSLOGD.toString(),
                        "-n",
                        "-f",
                        siem.resolve("rsyslog.conf").toString(),
                        "-i",
                        siem.resolve("rsyslog.pid").toString()));
    }

    @AfterAll
    @SuppressWarnings("NullAway")
    static void stop() {
        System.setProperty("user.home", homeBefore);
        if (cluster != null) {
            cluster.close();
        }
        if (rsyslog != null) {
            rsyslog.close();
        }
    }

    @Test
    @Order(1)
    void everyEntryArrivesAndIsReadAsItWasMeant() throws IOException {
        grant("zoë's \"colleague\" []", 1);
        awaitAll(trail());
        assertThat(lines("read"))
                .isNotEmpty()
                .allMatch(line -> line.matches("b1 adfer 13 [A-Za-z]+ \\[adfer@32473 number=.*\\]"))
                .anyMatch(line -> line.contains("reason=\"zoë's \\\"colleague\\\" [\\]\""));
    }

    @Test
    @Order(2)
    @Timeout(300)
    void nothingIsMissingAfterTheServerWasKilledThreeTimes() throws IOException {
        for (int round = 0; round < 3; round++) {
            grant("before", 10);
            rsyslog.close();
            grant("while it is away", 10);
            cluster.await("b1 tells of it", () -> attention("b1").contains("is not forwarded to"));
            rsyslog = run();
            grant("after", 5);
        }
        awaitAll(trail());
        assertThat(attention("b1")).doesNotContain("is not forwarded to");
        long last = 0;
        for (String line : lines("raw")) {
            long number = number(line);
            assertThat(number).as("after %d", last).isBetween(1L, last + 1);
            last = number;
        }
    }

    @Test
    @Order(3)
    void serverOfAnUnknownAuthorityGetsNothingAndStatusSaysSo() throws IOException {
        cluster.await(
                "w1 tells of it",
                () -> attention("w1").contains("not forwarded to tls://127.0.0.1:" + port));
        assertThat(attention("w1"))
                .contains("signed by nobody that audit.syslog.authority names", "nothing is lost")
                .doesNotContain("sun.security");
        assertThat(lines("raw")).noneMatch(line -> line.contains(" w1 adfer "));
    }

    private static void grant(String reason, int times) {
        for (int time = 0; time < times; time++) {
            cluster.client("a1")
                    .put(
                            "/api/v1/people/person" + time,
                            new PersonRequest(
                                    Optional.empty(),
                                    List.of("viewer"),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(reason)),
                            Accounts.PersonView.class);
        }
    }

    private static String attention(String node) {
        return cluster.client(node)
                .get("/api/v1/overview", Views.Overview.class)
                .attention()
                .toString();
    }

    /** As node b1 exports it, with all hashes. */
    private static List<String> trail() throws IOException {
        Path file = siem.resolve("trail.log");
        Said said =
                Said.by(
                        "audit",
                        "export",
                        "--format",
                        "syslog",
                        "-o",
                        file.toString(),
                        "--url",
                        cluster.url("b1"));
        assertThat(said.code()).as(said.err()).isZero();
        return Files.readAllLines(file);
    }

    private static void awaitAll(List<String> trail) {
        assertThat(trail).hasSizeGreaterThan(20);
        cluster.await("the trail is there", () -> lines("raw").containsAll(trail));
    }

    private static List<String> lines(String file) throws IOException {
        Path path = siem.resolve("tls").resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }

    private static long number(String line) {
        Matcher number = NUMBER.matcher(line);
        assertThat(number.find()).as(line).isTrue();
        return Long.parseLong(number.group(1));
    }
}
