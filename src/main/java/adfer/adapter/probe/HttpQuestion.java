package adfer.adapter.probe;

import adfer.runbook.ProbeSpec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * One request to a web server, always over a connection of its own: one kept from an earlier
 * question may lead to a machine that is no longer there. Redirects are an answer and not followed,
 * since where they lead may be another service or site.
 */
final class HttpQuestion {
    private final SSLContext tls;
    private final Executor threads;

    HttpQuestion(SSLContext tls, Executor threads) {
        this.tls = tls;
        this.threads = threads;
    }

    Seen ask(ProbeSpec.Http spec, URI uri, InetAddress address, Duration timeout, Deadline deadline)
            throws InterruptedException {
        String who = withoutSecrets(uri);
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectTimeout(positive(deadline))
                        .sslContext(tls)
                        .executor(threads)
                        .build();
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).header("User-Agent", "Adfer").GET().build();
            CompletableFuture<HttpResponse<byte[]>> answer =
                    client.sendAsync(request, _ -> new BoundedBody());
            return judge(spec, who, answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Seen.no(who + " did not answer in full within " + Words.span(timeout));
        } catch (ExecutionException e) {
            return Seen.no(
                    e.getCause() instanceof ConnectException refused
                            ? notConnected(who, address, port(uri), refused, timeout, deadline)
                            : failure(who, e.getCause(), timeout));
        } finally {
            client.shutdownNow();
        }
    }

    private static Seen judge(ProbeSpec.Http spec, String who, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String answered =
                who
                        + " answered "
                        + status
                        + response.headers()
                                .firstValue("Location")
                                .map(to -> ", a redirect to " + Words.quote(to))
                                .orElse("");
        boolean expected =
                spec.expect() == 0 ? status >= 200 && status < 400 : status == spec.expect();
        if (!expected) {
            return Seen.no(answered + (spec.expect() == 0 ? "" : ", not " + spec.expect()));
        }
        String body = new String(response.body(), StandardCharsets.UTF_8);
        return spec.contains()
                .filter(text -> !body.contains(text))
                .map(text -> Seen.no(answered + " without the text '" + Words.quote(text) + "'"))
                .orElseGet(() -> Seen.yes(answered));
    }

    /** The client does not say why it got no connection, so one is tried for its reason. */
    private static String notConnected(
            String who,
            InetAddress address,
            int port,
            ConnectException fallback,
            Duration timeout,
            Deadline deadline) {
        try (Line line = new Line(deadline)) {
            line.connect(new InetSocketAddress(address, port));
            return Words.notConnected(who, fallback, timeout);
        } catch (IOException e) {
            return Words.notConnected(who, e, timeout);
        }
    }

    static int port(URI uri) {
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        return uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    }

    private static String failure(String who, @Nullable Throwable cause, Duration timeout) {
        return switch (cause) {
            case HttpConnectTimeoutException _ ->
                    who + " did not take the connection within " + Words.span(timeout);
            case HttpTimeoutException _ -> who + " did not answer within " + Words.span(timeout);
            case SSLException e -> who + ": " + Words.tls(e);
            case IOException e when Words.closed(e) ->
                    who + " closed the connection before its answer was complete";
            // Whatever else the client makes of a garbled answer, it is the server's doing.
            case null, default -> who + " answers, but not in HTTP: " + Words.quote(reason(cause));
        };
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    /** Scheme, host, port and path; not what may hold a password or a token. */
    private static String withoutSecrets(URI uri) {
        int port = uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return uri.getScheme() + "://" + uri.getHost() + (port < 0 ? "" : ":" + port) + path;
    }

    private static Duration positive(Deadline deadline) {
        Duration left = deadline.left();
        return left.isZero() ? Duration.ofMillis(1) : left;
    }
}
