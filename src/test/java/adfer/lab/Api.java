package adfer.lab;

import adfer.lab.Lab.Place;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The REST API of the nodes, asked with little patience; an answer that is no yes is no answer. */
final class Api {
    private static final Duration CONNECT = Duration.ofMillis(500);
    private static final Duration TELLING = Duration.ofSeconds(12);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final ObjectMapper json = new ObjectMapper();

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
                            .header("Adfer-Actor", actor)
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
