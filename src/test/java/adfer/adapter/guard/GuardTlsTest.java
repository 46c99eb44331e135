package adfer.adapter.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import adfer.adapter.guard.Message.Ask;
import adfer.adapter.guard.Message.Ticket;
import adfer.adapter.tls.CertificateFolder;
import adfer.adapter.tls.CredentialFiles;
import adfer.adapter.tls.LiveCredentials;
import adfer.adapter.tls.PeerName;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Node and guard, each with a certificate: who is let in, and who isn't. */
class GuardTlsTest {
    private static final SiteId SITE = new SiteId("a");
    private static final HostId HOST = new HostId("a-host-1");
    private static final GuardKey KEY = GuardKey.of("the key of these tests".getBytes(UTF_8));
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<Message> heard = new CopyOnWriteArrayList<>();
    private final Map<String, X509Certificate> seen = new ConcurrentHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir Path folder;

    @SuppressWarnings("NullAway.Init")
    private CertificateFolder certificates;

    @BeforeEach
    void makeCertificates() throws IOException {
        certificates = new CertificateFolder(folder);
        assertThat(certificates.begin("test", Instant.now(), DAY)).isTrue();
        certificates.node("a1", Set.of("127.0.0.11"), Instant.now(), DAY);
        certificates.guard("guard", Set.of("127.0.0.1"), Instant.now(), DAY);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
    }

    @Test
    void nodeOfTheSiteIsAnswered() throws IOException {
        try (GuardLink link = link("a1", serve(LONG))) {
            assertThat(link.ask(List.of(), LONG).byHost()).containsEntry(HOST, 7L);
        }
        assertThat(seen).containsOnlyKeys("a-host-1");
    }

    @Test
    void renewedGuardIsAnsweredByItsNewCertificate() throws IOException {
        int port = serve(LONG);
        try (GuardLink link = link("a1", port)) {
            assertThat(link.ask(List.of(), LONG).byHost()).hasSize(1);
            X509Certificate first = seen.get("a-host-1");
            certificates.guard("guard", Set.of("127.0.0.1"), Instant.now(), DAY);
            await().until(() ->
                    link.ask(List.of(), LONG).byHost().size() == 1
                            && !Objects.equals(seen.get("a-host-1"), first));
        }
    }

    @Test
    void nodeOfAnotherSiteIsRefused() throws IOException {
        certificates.node("b1", Set.of("127.0.0.12"), Instant.now(), DAY);
        assertRefused("b1", serve(LONG));
    }

    @Test
    void otherGuardIsRefused() throws IOException {
        certificates.guard("guard-other", Set.of("127.0.0.11"), Instant.now(), DAY);
        assertRefused("guard-other", serve(LONG));
    }

    @Test
    void nodeWhoseCertificateHasExpiredIsRefused() throws IOException {
        certificates.node(
                "a1", Set.of("127.0.0.11"), Instant.now().minus(DAY.multipliedBy(9)), DAY);
        assertRefused("a1", serve(LONG));
    }

    @Test
    void whatAnswersInTheGuardsPlaceIsRefused() throws IOException {
        certificates.guard("guard", Set.of("127.0.0.99"), Instant.now(), DAY);
        assertRefused("a1", serve(LONG));
        assertThat(seen).isEmpty();
    }

    @Test
    void nodeWithoutTlsIsRefused() throws IOException {
        int port = serve(LONG);
        try (GuardLink link = link(port, Optional.empty())) {
            assertThat(link.ask(List.of(), Duration.ofSeconds(2)).byHost()).isEmpty();
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void handshakeThatDripsIsHungUpOn() throws Exception {
        int port = serve(Duration.ofMillis(300));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(0x16);
            assertHungUp(socket);
        }
    }

    /** The end of the stream, or a reset. */
    private static void assertHungUp(Socket socket) {
        try {
            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(64);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the guard did not hang up", e);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private void assertRefused(String name, int port) {
        try (GuardLink link = link(name, port)) {
            assertThat(link.ask(List.of(), LONG).byHost()).isEmpty();
        }
        assertThat(heard).isEmpty();
    }

    private int serve(Duration patience) throws IOException {
        GuardServer server =
                GuardServer.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        KEY,
                        GuardLink.name(SITE, HOST),
                        patience,
                        Optional.of(tls("guard")),
                        this::answer);
        open.add(server);
        return server.port();
    }

    private Message answer(Message message) {
        heard.add(message);
        return message instanceof Ask
                ? new Ticket(7, Duration.ofMillis(42), List.of())
                : new Message.Taken(List.of());
    }

    private GuardLink link(String name, int port) {
        return link(port, Optional.of(tls(name)));
    }

    private static GuardLink link(int port, Optional<GuardTls> tls) {
        return new GuardLink(
                SITE, KEY, Map.of(HOST, new GuardLink.Address("127.0.0.1", port)), LONG, tls);
    }

    private GuardTls tls(String name) {
        LiveCredentials live =
                LiveCredentials.open(name, CredentialFiles.in(folder, name), Duration.ofMillis(50));
        open.add(live);
        return new GuardTls(live::context, shown -> PeerName.names(shown, "127.0.0.11"), seen::put);
    }
}
