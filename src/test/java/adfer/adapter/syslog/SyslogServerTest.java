package adfer.adapter.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.adapter.probe.Certificates;
import adfer.port.AuditSink.Mark;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** The trail on its way to a syslog server. */
class SyslogServerTest {
    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final ServerSocketFactory TCP = ServerSocketFactory.getDefault();

    @TempDir Path folder;

    @Test
    void messagesArriveWholeInOrderAndTheLastIsRemembered() throws Exception {
        List<String> messages = List.of("<110>1 one", "<110>1 zwei: \uFEFFgrün", "<108>1 three");
        try (SyslogReceiver receiver = new SyslogReceiver(TCP, 0);
                SyslogServer server = server("tcp", receiver.port(), SSLContext.getDefault())) {
            assertThat(server.last()).isEmpty();
            server.send(messages.subList(0, 2), new Mark(2, "b"));
            server.send(messages.subList(2, 3), new Mark(3, "c"));
            await().until(() -> receiver.messages().size() == 3);
            assertThat(receiver.messages()).isEqualTo(messages);
            assertThat(receiver.wrong()).isEmpty();
            assertThat(server("tcp", 1, SSLContext.getDefault()).last()).contains(new Mark(3, "c"));
        }
    }

    @Test
    void overTlsTheServerHasToBeTheOneThatWasNamed() throws Exception {
        Certificates authority = new Certificates(folder);
        SSLContext good = authority.signed("good", "ip:127.0.0.1", "-1d");
        SSLContext other = authority.signed("other", "dns:other.example", "-1d");
        try (SyslogReceiver receiver = new SyslogReceiver(good.getServerSocketFactory(), 0);
                SyslogServer trusting = server("tls", receiver.port(), good);
                SyslogServer strange = server("tls", receiver.port(), SSLContext.getDefault())) {
            trusting.send(List.of("one"), new Mark(1, "a"));
            trusting.send(List.of("two"), new Mark(2, "b"));
            await().until(() -> receiver.messages().equals(List.of("one", "two")));
            assertThatThrownBy(() -> strange.send(List.of("three"), new Mark(3, "c")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("signed by nobody that audit.syslog.authority names");
        }
        try (SyslogReceiver receiver = new SyslogReceiver(other.getServerSocketFactory(), 0);
                SyslogServer server = server("tls", receiver.port(), good)) {
            assertThatThrownBy(() -> server.send(List.of("three"), new Mark(3, "c")))
                    .isInstanceOf(IOException.class);
            assertThat(receiver.messages()).isEmpty();
            assertThat(server.last()).as("what arrived").contains(new Mark(2, "b"));
        }
    }

    @Test
    void serverThatLeftIsNoticedBeforeAnythingIsSentToNobody() throws Exception {
        SyslogReceiver receiver = new SyslogReceiver(TCP, 0);
        try (SyslogServer server = server("tcp", receiver.port(), SSLContext.getDefault())) {
            server.send(List.of("one"), new Mark(1, "a"));
            await().until(() -> receiver.messages().size() == 1);
            receiver.close();
            assertThatThrownBy(() -> server.send(List.of("two"), new Mark(2, "b")))
                    .hasMessage("the server closed the connection");
            try (SyslogReceiver again = new SyslogReceiver(TCP, receiver.port())) {
                server.send(List.of("two"), new Mark(2, "b"));
                await().until(() -> again.messages().equals(List.of("two")));
            }
        }
    }

    @Test
    @Timeout(30)
    void serverThatTakesNothingMoreIsGivenUp() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                SyslogServer server =
                        new SyslogServer(
                                URI.create("tcp://127.0.0.1:" + deaf.getLocalPort()),
                                SSLContext.getDefault(),
                                Duration.ofSeconds(1),
                                folder.resolve("forwarded"))) {
            List<String> much = Collections.nCopies(20_000, "x".repeat(1_000));
            assertThatThrownBy(() -> server.send(much, new Mark(1, "a")))
                    .isInstanceOf(IOException.class);
            assertThat(server.last()).isEmpty();
        }
    }

    @Test
    void whatIsRememberedBadlyIsSentAnew() throws Exception {
        Files.writeString(folder.resolve("forwarded"), "seven x");
        assertThat(server("tcp", 1, SSLContext.getDefault()).last()).isEmpty();
    }

    private SyslogServer server(String scheme, int port, SSLContext tls) {
        return new SyslogServer(
                URI.create(scheme + "://127.0.0.1:" + port),
                tls,
                AMPLE,
                folder.resolve("forwarded"));
    }
}
