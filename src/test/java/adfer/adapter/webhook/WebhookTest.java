package adfer.adapter.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.probe.Certificates;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.Notifier.Notice;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;

/** Against a real HTTP server. */
class WebhookTest {
    private static final Notice NOTICE =
            new Notice("library", "call-7", List.of("mail: Fails over."), Instant.EPOCH);

    private record Got(String method, String key, String authorization, String body) {}

    private final List<Got> got = new CopyOnWriteArrayList<>();
    private int status = 204;
    private Result<URI> address = Result.ok(URI.create("http://127.0.0.1"));

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/hook",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    got.add(
                            new Got(
                                    exchange.getRequestMethod(),
                                    String.valueOf(headers.getFirst("Idempotency-Key")),
                                    String.valueOf(headers.getFirst("Authorization")),
                                    new String(
                                            exchange.getRequestBody().readAllBytes(),
                                            StandardCharsets.UTF_8)));
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
        address =
                Result.ok(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void noticeIsPostedUnderItsName() {
        assertThat(send(Optional.of("env:TOKEN"))).isEmpty();
        assertThat(got)
                .containsExactly(new Got("POST", "call-7", "Bearer s3cret", "{mail: Fails over.}"));
    }

    @Test
    void answerThatIsNoSuccessIsAProblemAndRedirectionsAreNotFollowed() {
        String url = "notify.webhooks.oncall.url";
        answers(302, "it has moved; write its new address into " + url);
        answers(403, "look at " + url);
        answers(404, "look at " + url);
        answers(500, "its own log says why");
        assertThat(got).hasSize(4).allMatch(one -> one.authorization().equals("null"));
    }

    private void answers(int other, String advice) {
        status = other;
        assertThat(send(Optional.empty()).orElseThrow().sentence())
                .isEqualTo("It answered " + other + ": " + advice + ".");
    }

    @Test
    void whoRefusesTheTokenIsToldFromWhoIsNotThere() {
        status = 401;
        assertThat(send(Optional.of("env:TOKEN")).orElseThrow().sentence())
                .isEqualTo("It answered 401: look at notify.webhooks.oncall.token.");
        address = Result.ok(URI.create("http://nobody.invalid/hook"));
        assertThat(send(Optional.empty()).orElseThrow().sentence())
                .startsWith("There was no answer: it can't be reached");
    }

    @Test
    void serverWhoseCertificateIsNotBelievedGetsNothing(@TempDir Path folder) throws Exception {
        HttpsServer secured =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secured.setHttpsConfigurator(
                new HttpsConfigurator(
                        new Certificates(folder).signed("server", "ip:127.0.0.1", "-1d")));
        secured.start();
        try {
            address = Result.ok(URI.create("https://127.0.0.1:" + secured.getAddress().getPort()));
            assertThat(send(Optional.empty()).orElseThrow().sentence())
                    .isEqualTo(
                            "There was no answer: there is no TLS with it; look at notify.authority"
                                    + " and notify.webhooks.oncall.url.");
        } finally {
            secured.stop(0);
        }
    }

    @Test
    void serverThatIsGoneAndASecretThatIsMissingAreProblems() {
        assertThat(send(Optional.of("env:OTHER")).orElseThrow().sentence())
                .isEqualTo("env:OTHER is not set.");
        assertThat(got).isEmpty();
        server.stop(0);
        assertThat(send(Optional.empty()).orElseThrow().sentence())
                .isEqualTo(
                        "There was no answer: it can't be reached; look at"
                                + " notify.webhooks.oncall.url.");
    }

    @Test
    void serverThatSaysNothingIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            address = Result.ok(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"));
            assertThat(send(Optional.empty()).orElseThrow().sentence())
                    .isEqualTo("There was no answer within 1s (notify.timeout).");
        }
    }

    @Test
    void addressThatIsASecretAndCanNotBeHadIsAProblem() {
        address = Result.refused("no-secret", "file:/hook is not there.");
        assertThat(send(Optional.empty()).orElseThrow().sentence())
                .isEqualTo("file:/hook is not there.");
    }

    @Test
    void problemsDoNotShowAnAddressThatMayBeASecret() {
        server.stop(0);
        assertThat(send(Optional.empty()).orElseThrow().sentence()).doesNotContain("/hook");
    }

    private Optional<Problem> send(Optional<String> token) {
        try (Webhook hook =
                new Webhook(
                        "webhooks.oncall",
                        () -> address,
                        token.map(SecretRef::of),
                        reference ->
                                reference.name().equals("TOKEN")
                                        ? Result.ok(new Secret("s3cret"))
                                        : Result.refused("no-secret", reference + " is not set."),
                        Duration.ofSeconds(1),
                        SSLContext.getDefault(),
                        notice -> "{" + notice.sentences().getFirst() + "}")) {
            return hook.send(NOTICE);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
