package adfer.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import adfer.access.Grant;
import adfer.access.Principal;
import adfer.access.Role;
import adfer.access.Session;
import adfer.adapter.jose.JwtSeal;
import adfer.lab.Lab.Place;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The REST API of the nodes, asked with little patience; an answer that is no yes is no answer. */
final class Api {
    private static final Duration CONNECT = Duration.ofMillis(500);
    private static final Duration TELLING = Duration.ofSeconds(12);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final ObjectMapper json = new ObjectMapper();

    /**
     * A session of anybody's, sealed with the key of the lab's cluster as an identity provider
     * would: so each command can have an actor of its own, also where there is no majority.
     */
    private String credential(String actor) {
        Instant now = Instant.now();
        return seal().seal(
                        new Session(
                                "lab",
                                actor,
                                Principal.Method.OPENID,
                                Arrays.stream(Role.values()).map(Grant::everywhere).toList(),
                                now,
                                now.plus(Duration.ofHours(12))));
    }

    /** The key is made with the lab, which may come up after this. */
    private static JwtSeal seal() {
        Path key = Path.of(Objects.requireNonNull(System.getenv("ADFER_LAB"))).resolve("mesh.key");
        try {
            return new JwtSeal("fault-lab", Files.readString(key).strip().getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<JsonNode> get(Place place, String path) {
        return send(place, "GET", path, "lab", Map.of(), Duration.ofSeconds(5)).flatMap(this::yes);
    }

    /** Empty when it was refused, and also when nobody knows. */
    Optional<JsonNode> tell(
            Place place, String method, String path, String actor, Map<String, ?> body) {
        return send(place, method, path, actor, body, TELLING).flatMap(this::yes);
    }

    /** Whether a node answers that it won't. */
    boolean refuses(Place place, String method, String path, String actor, Map<String, ?> body) {
        return send(place, method, path, actor, body, TELLING)
                .filter(answer -> answer.statusCode() >= 400 && answer.statusCode() < 500)
                .isPresent();
    }

    private Optional<JsonNode> yes(HttpResponse<String> answer) {
        try {
            return answer.statusCode() < 300
                    ? Optional.of(json.readTree(answer.body()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<HttpResponse<String>> send(
            Place place,
            String method,
            String path,
            String actor,
            Map<String, ?> body,
            Duration patience) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(place.http + "/api/v1" + path))
                            .timeout(patience)
                            .header("Accept", "application/json")
                            .header("Content-Type", "application/json")
                            .header("Authorization", "Bearer " + credential(actor))
                            .header("Idempotency-Key", UUID.randomUUID().toString())
                            .method(
                                    method,
                                    method.equals("GET")
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofString(
                                                    json.writeValueAsString(body)))
                            .build();
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
