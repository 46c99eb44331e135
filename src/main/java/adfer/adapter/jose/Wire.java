package adfer.adapter.jose;

import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

/** Questions to the provider: none takes too long, brings too much, or leads elsewhere. */
final class Wire {
    private static final int AT_ONCE = 8;
    private static final long LARGEST_ANSWER = 1 << 20;

    private final HttpClient client;
    private final Duration timeout;
    private final Semaphore turns = new Semaphore(AT_ONCE);

    Wire(SSLContext tls, Duration timeout) {
        this.client =
                HttpClient.newBuilder()
                        .sslContext(tls)
                        .connectTimeout(timeout)
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
        this.timeout = timeout;
    }

    HTTPResponse send(HTTPRequest request) throws IOException {
        try {
            if (!turns.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("too many questions to it at once");
            }
            try {
                return answer(request);
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private HTTPResponse answer(HTTPRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(
                        plain(request),
                        BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST_ANSWER));
        try {
            HttpResponse<String> had = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            HTTPResponse response = new HTTPResponse(had.statusCode());
            had.headers()
                    .map()
                    .forEach((name, values) ->
                            response.setHeader(name, values.toArray(String[]::new)));
            response.setBody(had.body());
            return response;
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    private HttpRequest plain(ReadOnlyHTTPRequest request) {
        String body = request.getBody();
        HttpRequest.Builder built =
                HttpRequest.newBuilder(request.getURI())
                        .timeout(timeout)
                        .method(
                                request.getMethod().name(),
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        request.getHeaderMap()
                .forEach((name, values) -> values.forEach(value -> built.header(name, value)));
        return built.build();
    }
}
