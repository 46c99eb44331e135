package adfer.cli;

import adfer.adapter.json.Mappers;
import adfer.service.Views;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The REST API as the command line uses it. It tries the nodes in turn until one answers that knows
 * a leader, and stays with that one.
 */
public final class Client {
    /** Long enough for the first TLS handshake of two busy machines. */
    private static final Duration CONNECT = Duration.ofSeconds(4);

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = Mappers.json();

    private final List<String> nodes;
    private final List<String> others;
    private final Function<String, String> credentials;
    private final HttpClient http;
    private Duration patience = ANSWER;

    /**
     * @param nodes base URLs, such as {@code http://127.0.0.1:8101}; at least one
     * @param credential a session's or a token, shown to all of them; empty for none
     */
    public Client(List<String> nodes, String credential) {
        this(nodes, node -> credential);
    }

    /**
     * @param credentials what to show to a node, by its base URL; empty for nothing
     */
    public Client(List<String> nodes, Function<String, String> credentials) {
        this(nodes, credentials, Optional.empty());
    }

    /**
     * @param authority a file in PEM form: whose certificates to believe besides those that Java
     *     knows
     */
    public Client(
            List<String> nodes, Function<String, String> credentials, Optional<Path> authority) {
        this(nodes, List.of(), credentials, authority);
    }

    /**
     * @param others more nodes of the same cluster, for where none of the first answers; whoever
     *     looks on is told when it comes to that
     */
    Client(List<String> nodes, List<String> others, String credential, Optional<Path> authority) {
        this(nodes, others, node -> credential, authority);
    }

    private Client(
            List<String> nodes,
            List<String> others,
            Function<String, String> credentials,
            Optional<Path> authority) {
        this.nodes = new ArrayList<>(nodes);
        this.nodes.addAll(others);
        this.others = others;
        this.credentials = credentials;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT);
        authority.map(Trust::with).ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** For what takes this long, on top of what any answer may. */
    Client patient(Duration time) {
        patience = ANSWER.plus(time);
        return this;
    }

    public <T> T get(String path, Class<T> type) {
        return read(send("GET", path, null), type);
    }

    public <T> T get(String path, TypeReference<T> type) {
        try {
            return JSON.readValue(send("GET", path, null), type);
        } catch (JsonProcessingException e) {
            throw strange(e);
        }
    }

    /** The answer as it is. */
    public String raw(String path) {
        return send("GET", path, null);
    }

    /** Writes an answer of any size to a file, which is there whole or not at all. */
    void download(String path, Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (InputStream body = send("GET", path, null, BodyHandlers.ofInputStream())) {
                Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED, file + " was not written whole: " + e.getMessage());
        }
    }

    public <T> T post(String path, Object body, Class<T> type) {
        return read(send("POST", path, body), type);
    }

    public <T> T put(String path, Object body, Class<T> type) {
        return read(send("PUT", path, body), type);
    }

    /**
     * @param reason why, recorded
     */
    <T> T delete(String path, Optional<String> reason, Class<T> type) {
        return delete(path + reason.map(why -> "?reason=" + encode(why)).orElse(""), type);
    }

    public <T> T delete(String path, Class<T> type) {
        return read(send("DELETE", path, null), type);
    }

    static String pretty(String raw) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(raw));
        } catch (JsonProcessingException e) {
            return raw;
        }
    }

    static String pretty(Object value) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw strange(e);
        }
    }

    public static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private <T> T read(String body, Class<T> type) {
        try {
            return JSON.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw strange(e);
        }
    }

    private static CliException strange(JsonProcessingException e) {
        return new CliException(
                ExitCode.FAILED,
                "The node's answer can't be understood (is it of another version?): "
                        + e.getOriginalMessage());
    }

    private String send(
            String method, String path, @org.jspecify.annotations.Nullable Object body) {
        return send(method, path, body, BodyHandlers.ofString());
    }

    private <B> B send(
            String method,
            String path,
            @org.jspecify.annotations.Nullable Object body,
            BodyHandler<B> handler) {
        String key = UUID.randomUUID().toString();
        String failure = "";
        String first = "";
        for (String node : List.copyOf(nodes)) {
            try {
                HttpResponse<B> answer = http.send(request(node, method, path, body, key), handler);
                if (answer.statusCode() < 300) {
                    prefer(node, first);
                    if (answer.statusCode() == 202 && answer.body() instanceof String text) {
                        checkWaits(text);
                    }
                    return answer.body();
                }
                failure = detail(answer);
                first = first.isEmpty() ? failure : first;
                if (answer.statusCode() != 503) {
                    if (answer.statusCode() == 401) {
                        throw new CliException(ExitCode.NOT_SIGNED_IN, failure);
                    }
                    throw new CliException(
                            answer.statusCode() < 500 ? ExitCode.REFUSED : ExitCode.FAILED,
                            failure);
                }
            } catch (IOException e) {
                String why = e.getMessage() == null ? "no connection" : e.getMessage();
                Optional<String> refused = Trust.complaint(node, e);
                first =
                        first.isEmpty()
                                ? refused.orElse(node + " does not answer (" + why + ").")
                                : first;
                failure =
                        refused.isPresent() && !others.contains(node)
                                ? refused.get()
                                : failure.isEmpty()
                                        ? "No node answers at "
                                                + String.join(", ", nodes)
                                                + " ("
                                                + why
                                                + "). Is Adfer running? Give --url, or start it"
                                                + " with ./adfer demo."
                                        : failure;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CliException(ExitCode.FAILED, "Interrupted.");
            }
        }
        throw new CliException(ExitCode.UNREACHABLE, failure);
    }

    /** What a second person has to confirm first is not done. */
    private void checkWaits(String body) {
        try {
            JsonNode waits = JSON.readTree(body).path("waits");
            if (!waits.isMissingNode()) {
                throw new WaitsException(JSON.treeToValue(waits, Views.WishView.class));
            }
        } catch (JsonProcessingException e) {
            throw strange(e);
        }
    }

    private HttpRequest request(
            String node,
            String method,
            String path,
            @org.jspecify.annotations.Nullable Object body,
            String key)
            throws JsonProcessingException {
        var publisher =
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
        HttpRequest.Builder request = HttpRequest.newBuilder(address(node + path));
        String credential = credentials.apply(node);
        if (!credential.isEmpty()) {
            request.header("Authorization", "Bearer " + credential);
        }
        return request.timeout(patience)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .header("Adfer-Origin", "cli")
                .header("Idempotency-Key", key)
                .method(method, publisher)
                .build();
    }

    private static URI address(String text) {
        URI address;
        try {
            address = URI.create(text);
        } catch (IllegalArgumentException e) {
            address = URI.create("");
        }
        if (address.getHost() == null || !List.of("http", "https").contains(address.getScheme())) {
            throw new CliException(
                    ExitCode.USAGE,
                    "'" + text + "' is no address of a node, such as http://127.0.0.1:8101.");
        }
        return address;
    }

    /**
     * @param first what came of the first node that was asked
     */
    private void prefer(String node, String first) {
        if (others.contains(node) && !first.isEmpty()) {
            System.err.println(
                    "adfer: " + first + " Asked " + node + " of the same cluster instead.");
        }
        nodes.remove(node);
        nodes.addFirst(node);
    }

    private String detail(HttpResponse<?> answer) throws IOException {
        try {
            JsonNode problem =
                    answer.body() instanceof InputStream stream
                            ? JSON.readTree(stream)
                            : JSON.readTree(String.valueOf(answer.body()));
            return problem.path("detail")
                    .asText(
                            problem.path("message")
                                    .asText("The node answered " + answer.statusCode() + "."));
        } catch (JsonProcessingException e) {
            return "The node answered " + answer.statusCode() + ".";
        }
    }
}
