package adfer.adapter.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.port.Prober.Answer;
import adfer.runbook.ProbeSpec;
import adfer.runbook.ProbeSpec.Protocol;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.net.ssl.SSLContext;

/** TCP and greetings. Each test's limit is far above the timeouts that it uses. */
@Timeout(90)
class NetworkProberTest {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final NetworkProber prober = new NetworkProber();

    @AfterEach
    void close() {
        prober.close();
    }

    @Test
    void listeningPortTakesTheConnection() throws Exception {
        try (TinyServer server = new TinyServer(TinyServer.silent())) {
            Answer answer = tcp(server.port());
            assertThat(answer.yes()).isTrue();
            assertThat(answer.sentence())
                    .isEqualTo("127.0.0.1:" + server.port() + " took the connection");
        }
    }

    @Test
    void closedPortRefusesTheConnection() throws Exception {
        int port = freePort();
        assertThat(tcp(port))
                .returns(false, Answer::yes)
                .returns("127.0.0.1:" + port + " refused the connection", Answer::sentence);
    }

    @Test
    void impossiblePortIsAnAnswerAndNoException() {
        assertThat(tcp(70_000).sentence()).isEqualTo("70000 is no port: give one from 1 to 65535");
    }

    @Test
    void fullBacklogEndsAtTheDeadline() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProbeSpec spec = new ProbeSpec.Tcp(LOOPBACK, deaf.getLocalPort());
            Answer answer = prober.ask(spec, SHORT);
            for (int i = 0; i < 10 && answer.yes(); i++) {
                answer = prober.ask(spec, SHORT);
            }
            assertThat(answer.sentence()).endsWith("did not take the connection within 400 ms");
        }
    }

    @Test
    void unknownNameIsSaidSo() throws Exception {
        NetworkProber nameless =
                named(_ -> {
                    throw new UnknownHostException("no such host");
                });
        try (nameless) {
            assertThat(nameless.ask(new ProbeSpec.Tcp("cat-db-1", 5432), AMPLE).sentence())
                    .isEqualTo("the name 'cat-db-1' is not known at this node");
        }
    }

    @Test
    void hangingNameServerEndsAtTheDeadlineAndSparesAddresses() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        NetworkProber stuck =
                named(_ -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return InetAddress.getLoopbackAddress();
                });
        try (stuck;
                TinyServer server = new TinyServer(TinyServer.silent());
                ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                asked.add(askers.submit(() -> stuck.ask(new ProbeSpec.Tcp("slow", 1), SHORT)));
            }
            for (Future<Answer> answer : asked) {
                assertThat(answer.get().sentence())
                        .isEqualTo("the look-up of the name 'slow' got no answer in time");
            }
            assertThat(stuck.ask(new ProbeSpec.Tcp(LOOPBACK, server.port()), AMPLE).yes()).isTrue();
        }
    }

    @Test
    void tooManyAtOnceWaitWithinTheirTimeout() throws Exception {
        try (NetworkProber narrow = new NetworkProber(SSLContext.getDefault(), 1);
                TinyServer silent = new TinyServer(TinyServer.silent());
                ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = askers.submit(() -> narrow.ask(smtp(silent.port()), Duration.ofSeconds(3)));
            await().until(() -> silent.connections() == 1);
            assertThat(narrow.ask(smtp(silent.port()), SHORT).sentence()).startsWith("not asked");
            assertThat(first.get().sentence()).contains("did not answer within 3 s");
            assertThat(narrow.ask(smtp(freePort()), AMPLE).sentence())
                    .endsWith("refused the connection");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FTP | 220 files ready",
                "SMTP | 220 mx.example ESMTP",
                "POP3 | +OK hello",
                "IMAP | * OK IMAP4rev1 ready",
                "NNTP | 201 news, no posting"
            })
    void greetingIsHeardAndQuoted(Protocol protocol, String greeting) throws Exception {
        try (TinyServer server = new TinyServer(TinyServer.says(greeting + "\r\n"))) {
            Answer answer = service(protocol, server.port(), AMPLE);
            assertThat(answer.yes()).as(answer.sentence()).isTrue();
            assertThat(answer.sentence())
                    .isEqualTo("127.0.0.1:" + server.port() + " greeted: " + greeting);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FTP | 421 too many users",
                "SMTP | 554 no service here",
                "POP3 | -ERR mailbox store offline",
                "IMAP | * BYE overloaded",
                "NNTP | 502 permission denied"
            })
    void unwelcomingGreetingIsANo(Protocol protocol, String greeting) throws Exception {
        try (TinyServer server = new TinyServer(TinyServer.says(greeting + "\r\n"))) {
            Answer answer = service(protocol, server.port(), AMPLE);
            assertThat(answer.yes()).isFalse();
            assertThat(answer.sentence())
                    .endsWith(" takes no " + protocol + " clients: " + greeting);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Protocol.class, mode = EnumSource.Mode.EXCLUDE, names = "NTP")
    void misbehavingServersAreANoByTheDeadline(Protocol protocol) throws Exception {
        assertThat(heard(protocol, TinyServer.silent(), SHORT))
                .endsWith("took the connection but did not answer within 400 ms");
        assertThat(heard(protocol, TinyServer.drips("2"), SHORT))
                .endsWith("took the connection but did not answer within 400 ms");
        assertThat(heard(protocol, TinyServer.rude(), AMPLE))
                .endsWith("closed the connection without an answer");
        assertThat(heard(protocol, TinyServer.says("\u0000\u0001gibberish\r\n"), AMPLE))
                .endsWith("does not speak " + protocol + ": gibberish");
        assertThat(heard(protocol, TinyServer.babbles(), AMPLE)).contains("talks without end");
    }

    @Test
    void farewellThatIsNeverAnsweredDoesNotSpoilTheGreeting() throws Exception {
        try (TinyServer server = new TinyServer(TinyServer.says("220 ready\r\n"))) {
            assertThat(service(Protocol.SMTP, server.port(), AMPLE).yes()).isTrue();
        }
    }

    @Test
    void controlCharactersOfAGreetingAreNotPassedOn() throws Exception {
        try (TinyServer server = new TinyServer(TinyServer.says("220 \u001b[31mred\u0007\r\n"))) {
            assertThat(service(Protocol.SMTP, server.port(), AMPLE).sentence())
                    .endsWith("greeted: 220 [31mred");
        }
    }

    private String heard(Protocol protocol, TinyServer.Manner manner, Duration timeout)
            throws Exception {
        try (TinyServer server = new TinyServer(manner)) {
            Answer answer = service(protocol, server.port(), timeout);
            assertThat(answer.yes()).isFalse();
            return answer.sentence();
        }
    }

    private static NetworkProber named(Resolver.Lookup names) throws Exception {
        return new NetworkProber(SSLContext.getDefault(), 256, names);
    }

    private Answer tcp(int port) {
        return prober.ask(new ProbeSpec.Tcp(LOOPBACK, port), AMPLE);
    }

    private Answer service(Protocol protocol, int port, Duration timeout) {
        return prober.ask(new ProbeSpec.Service(protocol, LOOPBACK, port), timeout);
    }

    private static ProbeSpec smtp(int port) {
        return new ProbeSpec.Service(Protocol.SMTP, LOOPBACK, port);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
