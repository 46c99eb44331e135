package adfer.adapter.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import javax.net.ssl.SSLSocket;

/** A server that shows a live certificate, and clients that do. */
class LiveCredentialsTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private CertificateFolder certificates;

    @BeforeEach
    void makeAuthority() throws IOException {
        certificates = authority(folder);
        certificates.node("server", Set.of("127.0.0.1"), Instant.now(), YEAR);
        certificates.node("client", Set.of("127.0.0.2"), Instant.now(), YEAR);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
    }

    @Test
    void newCertificateIsShownToNewConnectionsWhileOpenOnesGoOn() throws Exception {
        LiveCredentials server = live("server");
        int port = serve(server);
        LiveCredentials client = live("client");
        SSLSocket early = connect(client, port);
        BigInteger first = serial(early);
        certificates.node("server", Set.of("127.0.0.1"), Instant.now(), YEAR);
        server.look();
        SSLSocket late = connect(client, port);
        assertThat(serial(late)).isNotEqualTo(first);
        assertEchoes(early);
        assertEchoes(late);
    }

    @Test
    void brokenFileKeepsTheFormerCertificateAndIsToldOf() throws Exception {
        LiveCredentials server = live("server");
        int port = serve(server);
        Instant expires = server.expires();
        String good = Files.readString(folder.resolve("server.key"));
        Files.writeString(folder.resolve("server.key"), good.substring(0, 60));
        server.look();
        assertThat(server.trouble()).as("a file that is just being written").isEmpty();
        server.look();
        assertThat(server.trouble())
                .hasValueSatisfying(sentence ->
                        assertThat(sentence)
                                .contains("server.key has to hold one private key")
                                .doesNotContain(good.substring(30, 60)));
        assertThat(server.expires()).isEqualTo(expires);
        assertEchoes(connect(live("client"), port));
        Files.writeString(folder.resolve("server.key"), good);
        server.look();
        assertThat(server.trouble()).isEmpty();
    }

    @Test
    void keyOfAnotherCertificateIsRefused() throws IOException {
        Files.copy(
                folder.resolve("client.key"),
                folder.resolve("server.key"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> live("server"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("server.key is not the key of the certificate in");
    }

    @Test
    void certificateForAnotherHostIsRefusedByItsOwner() {
        CredentialFiles files = CredentialFiles.in(folder, "server").of("10.77.1.1");
        assertThatThrownBy(() -> LiveCredentials.open("server", files, NEVER))
                .hasMessageContaining("is for 127.0.0.1, not for 10.77.1.1");
    }

    @Test
    void keyThatEverybodyMayReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(
                folder.resolve("server.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> live("server"))
                .hasMessageContaining("server.key is open to everybody");
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> live("nobody"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody.crt does not exist.");
    }

    @Test
    void peerOfAnotherAuthorityIsRefused() throws Exception {
        int port = serve(live("server"));
        Path elsewhere = folder.resolve("elsewhere");
        authority(elsewhere).node("client", Set.of("127.0.0.2"), Instant.now(), YEAR);
        Files.copy(
                folder.resolve("authority.crt"),
                elsewhere.resolve("authority.crt"),
                StandardCopyOption.REPLACE_EXISTING);
        LiveCredentials stranger = open(CredentialFiles.in(elsewhere, "client"));
        assertThatThrownBy(() -> assertEchoes(connect(stranger, port)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void expiredPeerIsRefused() throws Exception {
        certificates.node(
                "client", Set.of("127.0.0.2"), Instant.now().minus(YEAR), Duration.ofDays(1));
        int port = serve(live("server"));
        assertThatThrownBy(() -> assertEchoes(connect(live("client"), port)))
                .isInstanceOf(IOException.class);
    }

    /** With what is on a hypervisor host nobody can speak to nodes as a node. */
    @Test
    void guardDoesNotPassForACaller() throws Exception {
        certificates.guard("client", Set.of("127.0.0.2"), Instant.now(), YEAR);
        int port = serve(live("server"));
        assertThatThrownBy(() -> assertEchoes(connect(live("client"), port)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void newAuthorityIsTrustedWithoutARestart() throws Exception {
        LiveCredentials server = live("server");
        int port = serve(server);
        Path elsewhere = folder.resolve("elsewhere");
        authority(elsewhere).node("client", Set.of("127.0.0.2"), Instant.now(), YEAR);
        String both =
                Files.readString(folder.resolve("authority.crt"))
                        + Files.readString(elsewhere.resolve("authority.crt"));
        Files.writeString(folder.resolve("authority.crt"), both);
        Files.writeString(elsewhere.resolve("authority.crt"), both);
        server.look();
        assertEchoes(connect(open(CredentialFiles.in(elsewhere, "client")), port));
        assertEchoes(connect(live("client"), port));
    }

    @Test
    void hostsAreComparedAsAddressesAndNames() throws IOException {
        certificates.node(
                "names", Set.of("10.77.1.1", "fd00::1", "A1.example.org"), Instant.now(), YEAR);
        X509Certificate certificate =
                Pem.certificates("names", Files.readString(folder.resolve("names.crt"))).getFirst();
        assertThat(List.of("10.77.1.1", "[fd00::1]", "fd00:0::0:1", "a1.EXAMPLE.org"))
                .allMatch(host -> PeerName.names(certificate, host));
        assertThat(List.of("10.77.1.2", "fd00::2", "b1.example.org", "example.org", "names"))
                .noneMatch(host -> PeerName.names(certificate, host));
    }

    private static CertificateFolder authority(Path folder) throws IOException {
        CertificateFolder made = new CertificateFolder(folder);
        assertThat(made.begin("test", Instant.now(), YEAR)).isTrue();
        return made;
    }

    private LiveCredentials live(String name) {
        return open(CredentialFiles.in(folder, name));
    }

    private LiveCredentials open(CredentialFiles files) {
        LiveCredentials live = LiveCredentials.open("a test", files, NEVER);
        open.add(live);
        return live;
    }

    /** Echoes what it hears, to whoever shows a certificate. */
    private int serve(LiveCredentials live) throws IOException {
        var listening = new java.net.ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(listening);
        Thread.ofVirtual()
                .start(() -> {
                    while (!listening.isClosed()) {
                        try {
                            var accepted = listening.accept();
                            Thread.ofVirtual().start(() -> echo(live, accepted));
                        } catch (IOException e) {
                            return;
                        }
                    }
                });
        return listening.getLocalPort();
    }

    private static void echo(LiveCredentials live, java.net.Socket accepted) {
        try (SSLSocket socket =
                (SSLSocket) live.context().getSocketFactory().createSocket(accepted, null, true)) {
            socket.setUseClientMode(false);
            socket.setNeedClientAuth(true);
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The peer was refused, or has gone.
        }
    }

    private SSLSocket connect(LiveCredentials live, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        live.context()
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port);
        open.add(socket);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static BigInteger serial(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static void assertEchoes(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
    }
}
