package adfer.adapter.probe;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import adfer.port.Prober.Answer;
import adfer.runbook.ProbeSpec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

import javax.net.ssl.SSLContext;

/** HTTP and HTTPS questions, with servers that answer as told. */
@Timeout(180)
class HttpQuestionTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final NetworkProber prober = new NetworkProber();

    @AfterEach
    void close() {
        prober.close();
    }

    @Test
    void anySuccessOrRedirectWillDoWhenNoStatusIsAskedFor() throws Exception {
        assertThat(asked(answers("200 OK", "", "hello"), 0, "").sentence())
                .endsWith("/health answered 200");
        assertThat(
                        asked(
                                answers("302 Found", "Location: http://elsewhere.example/\r\n", ""),
                                0,
                                ""))
                .returns(true, Answer::yes)
                .extracting(Answer::sentence)
                .asString()
                .endsWith("answered 302, a redirect to http://elsewhere.example/");
        assertThat(asked(answers("503 Busy", "", ""), 0, ""))
                .returns(false, Answer::yes)
                .extracting(Answer::sentence)
                .asString()
                .endsWith("answered 503");
    }

    @Test
    void statusAskedForIsTheOnlyOneThatWillDo() throws Exception {
        assertThat(asked(answers("401 Unauthorized", "", ""), 401, "").yes()).isTrue();
        assertThat(asked(answers("200 OK", "", ""), 204, ""))
                .returns(false, Answer::yes)
                .extracting(Answer::sentence)
                .asString()
                .endsWith("answered 200, not 204");
    }

    @Test
    void textIsLookedForInTheBody() throws Exception {
        assertThat(asked(answers("200 OK", "", "all is well"), 0, "is well").yes()).isTrue();
        assertThat(asked(answers("200 OK", "", "all is lost"), 0, "is well"))
                .returns(false, Answer::yes)
                .extracting(Answer::sentence)
                .asString()
                .endsWith("answered 200 without the text 'is well'");
    }

    @Test
    void endlessBodyIsReadToItsBoundOnly() throws Exception {
        TinyServer.Manner endless =
                socket -> {
                    head(socket);
                    TinyServer.write(socket, "HTTP/1.1 200 OK\r\n\r\nfound it");
                    TinyServer.babbles().treat(socket);
                };
        assertThat(asked(endless, 0, "found it").yes()).isTrue();
    }

    @Test
    void serversThatNeverFinishEndAtTheDeadline() throws Exception {
        String late = "did not answer in full within 400 ms";
        assertThat(no(TinyServer.silent(), SHORT)).endsWith(late);
        assertThat(no(TinyServer.drips("HTTP/1.1 200 OK\r\nX: "), SHORT)).endsWith(late);
        TinyServer.Manner half =
                socket -> {
                    head(socket);
                    TinyServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                    TinyServer.silent().treat(socket);
                };
        assertThat(no(half, SHORT)).endsWith(late);
    }

    @Test
    void serversThatHangUpOrTalkOtherwiseAreANo() throws Exception {
        assertThat(no(TinyServer.rude(), AMPLE)).contains("closed the connection before");
        assertThat(no(TinyServer.says("220 mx.example ESMTP\r\n\r\n"), AMPLE))
                .contains("answers, but not in HTTP");
        TinyServer.Manner half =
                socket -> {
                    head(socket);
                    TinyServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                };
        assertThat(no(half, AMPLE)).contains("closed the connection before");
    }

    @Test
    void garbledAnswersAreANoAndNeverAnException() throws Exception {
        Random random = new Random(7);
        String[] openings = {
            "",
            "HTTP/1.1 ",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: ",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        };
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(1, 200)];
            random.nextBytes(noise);
            String text = openings[i % openings.length] + new String(noise, ISO_8859_1);
            TinyServer.Manner garbles =
                    socket -> {
                        head(socket);
                        TinyServer.write(socket, text);
                    };
            assertThat(no(garbles, AMPLE)).startsWith("http://127.0.0.1:");
        }
    }

    @Test
    void closedPortRefusesTheConnection() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(ask("http://127.0.0.1:" + port + "/", AMPLE).sentence())
                .isEqualTo("http://127.0.0.1:" + port + "/ refused the connection");
    }

    @Test
    void passwordsAndTokensOfTheUrlAreNeverSaid() throws Exception {
        try (TinyServer server = new TinyServer(answers("500 Oops", "", ""))) {
            String url = "http://scott:tiger@127.0.0.1:" + server.port() + "/x?token=s3cret";
            assertThat(ask(url, AMPLE).sentence())
                    .isEqualTo("http://127.0.0.1:" + server.port() + "/x answered 500");
            assertThat(ask("http://scott:tiger@no good", AMPLE).sentence())
                    .isEqualTo("the probe's URL is malformed: write http://host:port/path");
        }
    }

    @Test
    void certificatesAreJudgedInPlainWords(@TempDir Path folder) throws Exception {
        Certificates authority = new Certificates(folder);
        SSLContext good = authority.signed("good", "ip:127.0.0.1", "-1d");
        SSLContext old = authority.signed("old", "ip:127.0.0.1", "-900d");
        SSLContext early = authority.signed("early", "ip:127.0.0.1", "+9d");
        SSLContext other = authority.signed("other", "dns:other.example", "-1d");
        assertThat(tls(prober, good))
                .endsWith("/: its TLS certificate is signed by nobody this node trusts");
        try (NetworkProber trusting = new NetworkProber(good, 8)) {
            assertThat(tls(trusting, good)).endsWith("/ answered 200");
            assertThat(tls(trusting, old)).contains("/: its TLS certificate has expired (");
            assertThat(tls(trusting, early)).contains("/: its TLS certificate is not valid yet (");
            assertThat(tls(trusting, other)).contains("/: its TLS certificate is for another name");
        }
    }

    @Test
    void plainServerAskedOverTlsIsSaidSo() throws Exception {
        try (TinyServer server = new TinyServer(TinyServer.says("220 plain\r\n"))) {
            assertThat(ask("https://127.0.0.1:" + server.port() + "/", AMPLE).sentence())
                    .endsWith("/: it does not speak TLS on this port");
        }
    }

    private static String tls(NetworkProber asking, SSLContext context) throws Exception {
        TinyServer.Manner answers = answers("200 OK", "", "");
        try (TinyServer server = new TinyServer(context.getServerSocketFactory(), answers)) {
            String url = "https://127.0.0.1:" + server.port() + "/";
            return asking.ask(new ProbeSpec.Http(url, 0, Optional.empty()), AMPLE).sentence();
        }
    }

    private String no(TinyServer.Manner manner, Duration timeout) throws Exception {
        try (TinyServer server = new TinyServer(manner)) {
            Answer answer = ask("http://127.0.0.1:" + server.port() + "/", timeout);
            assertThat(answer.yes()).isFalse();
            return answer.sentence();
        }
    }

    private Answer asked(TinyServer.Manner manner, int expect, String contains) throws Exception {
        try (TinyServer server = new TinyServer(manner)) {
            String url = "http://127.0.0.1:" + server.port() + "/health";
            Optional<String> text = Optional.of(contains).filter(wanted -> !wanted.isEmpty());
            return prober.ask(new ProbeSpec.Http(url, expect, text), AMPLE);
        }
    }

    private Answer ask(String url, Duration timeout) {
        return prober.ask(new ProbeSpec.Http(url, 0, Optional.empty()), timeout);
    }

    private static TinyServer.Manner answers(String status, String headers, String body) {
        return socket -> {
            head(socket);
            String length = "Content-Length: " + body.length() + "\r\n\r\n";
            TinyServer.write(socket, "HTTP/1.1 " + status + "\r\n" + headers + length + body);
        };
    }

    /** Reads a request up to its empty line. */
    private static void head(Socket socket) throws IOException {
        for (int ends = 0; ends < 2; ) {
            int read = socket.getInputStream().read();
            if (read < 0) {
                throw new IOException("no request came");
            }
            ends = read == '\n' ? ends + 1 : read == '\r' ? ends : 0;
        }
    }
}
