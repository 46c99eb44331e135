package adfer.api;

import adfer.service.Asked;
import adfer.service.Views;

import jakarta.ws.rs.core.Response;

import java.net.URI;
import java.util.function.Function;

/**
 * The answer where a second person has to confirm first what was asked; its status is 202.
 *
 * @param waits for whom, and what that person types
 */
public record Waiting(Views.WishView waits) {
    static <T> Response or(Asked<T> asked, Function<T, Response> done) {
        return switch (asked) {
            case Asked.Done<T>(var value) -> done.apply(value);
            case Asked.Waits<T>(var wish) ->
                    Response.accepted(new Waiting(wish))
                            .location(URI.create("/api/v1/wishes/" + wish.id()))
                            .build();
        };
    }
}
