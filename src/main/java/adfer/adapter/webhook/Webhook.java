package adfer.adapter.webhook;

import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.kernel.Spans;
import adfer.port.Notifier;
import adfer.port.Secrets;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Posts each notice as JSON to one address. It is taken when the answer is one of 200 to 299;
 * redirections are not followed. The notice's name goes along as the idempotency key.
 */
public final class Webhook implements Notifier {
    private final String name;
    private final Supplier<Result<URI>> address;
    private final Optional<SecretRef> token;
    private final Secrets secrets;
    private final Duration timeout;
    private final Function<Notice, String> json;
    private final HttpClient client;

    /**
     * @param address asked at each call, since it may be a secret
     * @param token is sent as a bearer token, read anew at each call
     * @param json writes a notice
     */
    public Webhook(
            String name,
            Supplier<Result<URI>> address,
            Optional<SecretRef> token,
            Secrets secrets,
            Duration timeout,
            SSLContext tls,
            Function<Notice, String> json) {
        this.name = name;
        this.address = address;
        this.token = token;
        this.secrets = secrets;
        this.timeout = timeout;
        this.json = json;
        this.client = HttpClient.newBuilder().sslContext(tls).connectTimeout(timeout).build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Problem> send(Notice notice) {
        return switch (address.get()) {
            case Result.Ok<URI>(var there) -> send(there, notice);
            case Result.Refused<URI>(var problems) -> Optional.of(problems.getFirst());
        };
    }

    private Optional<Problem> send(URI there, Notice notice) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(there)
                        .timeout(timeout)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", notice.id())
                        .POST(BodyPublishers.ofString(json.apply(notice)));
        if (token.isPresent()) {
            switch (secrets.find(token.get())) {
                case Result.Ok<Secret>(var secret) ->
                        request.header("Authorization", "Bearer " + secret.reveal());
                case Result.Refused<Secret>(var problems) -> {
                    return Optional.of(problems.getFirst());
                }
            }
        }
        return answer(request.build());
    }

    private Optional<Problem> answer(HttpRequest request) {
        try {
            HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
            return answer.statusCode() / 100 == 2
                    ? Optional.empty()
                    : problem(
                            "It answered "
                                    + answer.statusCode()
                                    + ": "
                                    + advice(answer.statusCode())
                                    + ".");
        } catch (IOException e) {
            return problem("There was no answer" + reason(e) + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem("The node stopped meanwhile.");
        }
    }

    private String advice(int status) {
        return switch (status) {
            case 401, 403 -> "look at " + place(token.isPresent() ? "token" : "url");
            case 404, 405, 410 -> "look at " + place("url");
            case 301, 302, 303, 307, 308 ->
                    "it has moved; write its new address into " + place("url");
            default -> "its own log says why";
        };
    }

    /** Without what the exception says, which may have the address in it. */
    private String reason(IOException e) {
        return switch (e) {
            case HttpTimeoutException ignored ->
                    " within " + Spans.format(timeout) + " (notify.timeout)";
            case ConnectException ignored -> ": it can't be reached; look at " + place("url");
            case SSLException ignored ->
                    ": there is no TLS with it; look at notify.authority and " + place("url");
            default -> ": " + e.getClass().getSimpleName();
        };
    }

    private String place(String key) {
        return "notify." + name + "." + key;
    }

    private static Optional<Problem> problem(String sentence) {
        return Optional.of(new Problem("not-called", sentence));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
