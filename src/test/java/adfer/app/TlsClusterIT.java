package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.cli.Trust;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLSocket;

/** Three nodes with TLS everywhere, set up as the README says, and what people meet there. */
class TlsClusterIT {
    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        cluster = TestCluster.started(TestCluster.secured(folder));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void consoleIsAnsweredByTlsAloneAndBrowsersAreToldSo() throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(Trust.with(authority())).build()) {
            HttpResponse<String> page =
                    http.send(
                            HttpRequest.newBuilder(URI.create(cluster.url("a1") + "/login"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Strict-Transport-Security"))
                    .contains("max-age=31536000");
            assertThat(page.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
        String plain = cluster.url("a1").replace("https://", "http://");
        assertThatThrownBy(() -> new Client(List.of(plain), "tester").raw("/api/v1/state"))
                .isInstanceOf(CliException.class);
    }

    @Test
    void commandLineBelievesTheAuthorityItIsGiven() {
        cluster.signedInHere("tester");
        Said said =
                Said.by("status", "--url", cluster.urls(), "--authority", authority().toString());
        assertThat(said.err()).isEmpty();
        assertThat(said.code()).isZero();
    }

    @Test
    void sessionIsShownToTheOtherNodesByTheAuthorityOfTheSignInAlone() {
        cluster.signedInHere("tester");
        List<String> atA = List.of("--url", cluster.url("a1"), "--as", "bob");
        List<String> trusting = List.of("--authority", authority().toString());
        Said login = Said.typing(TestPeople.PASSWORD, () -> adfer("login", atA, trusting));
        assertThat(login.code()).as(login.err()).isZero();
        cluster.stop("a1");
        try {
            Said whoami = adfer("whoami", atA, trusting);
            assertThat(whoami.code()).as(whoami.err()).isZero();
            assertThat(whoami.out()).contains("bob is");
            Said doubting = adfer("whoami", atA, List.of());
            assertThat(doubting.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(doubting.err())
                    .contains(cluster.url("a1"))
                    .doesNotContain(cluster.url("b1"));
        } finally {
            cluster.start("a1");
        }
    }

    private static Said adfer(String command, List<String> where, List<String> more) {
        return Said.by(
                Stream.of(List.of(command), where, more)
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    @Test
    void certificateOfAnUnknownAuthorityIsOneSentence() {
        Said said = Said.by("status", "--url", cluster.url("a1"));
        assertThat(said.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(said.err().strip())
                .isEqualTo(
                        "adfer: The certificate of "
                                + cluster.url("a1")
                                + " is signed by nobody that this machine knows: give its"
                                + " authority, such as --authority authority.crt (or"
                                + " ADFER_AUTHORITY).");
    }

    @Test
    void certificateForAnotherNameIsOneSentence() {
        String other = cluster.url("a1").replace("127.0.0.1", "localhost");
        Said said = Said.by("status", "--url", other, "--authority", authority().toString());
        assertThat(said.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(said.err().strip().lines()).hasSize(1);
        assertThat(said.err()).contains("is for another host");
    }

    @Test
    void wrongAuthorityFileIsOneSentence() throws IOException {
        assertThat(Said.by("status", "--authority", "nowhere.crt", "--url", cluster.urls()).err())
                .isEqualTo("adfer: --authority: nowhere.crt does not exist.\n");
        Path garbage = Files.writeString(folder.resolve("garbage.crt"), "nothing");
        assertThat(Said.by("status", "--authority", garbage.toString()).err())
                .contains("garbage.crt holds no certificate in PEM form.");
    }

    /** The renewed certificate is shown without a restart, and the cluster goes on meanwhile. */
    @Test
    void renewedCertificateIsShownAndItsNearEndIsToldOf() throws Exception {
        BigInteger first = serial("b1");
        assertThat(health("b1")).doesNotContain("expires in");
        cluster.certs("renew", "b1", folder.resolve("certs.yml").toString(), "--days", "5");
        cluster.await("b1 shows its new certificate", () -> !serial("b1").equals(first));
        assertThat(
                        cluster.client("b1")
                                .get("/api/v1/overview", adfer.service.Views.Overview.class)
                                .attention())
                .anyMatch(sentence ->
                        sentence.startsWith("The certificate of node b1 expires in 4 days"));
        assertThat(health("b1")).contains("certificates", "expires in 4 days");
        assertThat(page("b1", "/metrics"))
                .containsPattern(
                        "adfer_certificate_left_seconds\\{[^}]*of=\"node b1\"[^}]*} 4[23]\\d{4}");
        assertThat(health("a1")).doesNotContain("expires in");
        cluster.stop("b1");
        cluster.start("b1");
    }

    @Test
    void brokenNewCertificateIsToldOfAndTheFormerStays() throws Exception {
        BigInteger before = serial("w1");
        Path file = cluster.certs().resolve("w1.crt");
        String good = Files.readString(file);
        Files.writeString(file, "no certificate");
        cluster.await("w1 says so", () -> attention("w1").contains("w1.crt holds no certificate"));
        assertThat(serial("w1")).isEqualTo(before);
        Files.writeString(file, good);
        cluster.await("all is well again", () -> !attention("w1").contains("w1.crt"));
    }

    private static String attention(String node) {
        return String.join(
                "\n",
                cluster.client(node)
                        .get("/api/v1/overview", adfer.service.Views.Overview.class)
                        .attention());
    }

    private static String health(String node) throws Exception {
        return page(node, "/healthcheck");
    }

    private static String page(String node, String path) throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(Trust.with(authority())).build()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(cluster.url(node) + path))
                                    .header(
                                            "Authorization",
                                            "Bearer " + cluster.people().credential("tester"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static Path authority() {
        return cluster.certs().resolve("authority.crt");
    }

    private static BigInteger serial(String node) throws IOException {
        URI address = URI.create(cluster.url(node));
        try (SSLSocket socket =
                (SSLSocket)
                        Trust.with(authority())
                                .getSocketFactory()
                                .createSocket(address.getHost(), address.getPort())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber();
        }
    }
}
