package adfer.api;

import java.util.Optional;

/**
 * A request that brings nothing but why it is made.
 *
 * @param reason recorded; may be left out
 */
public record Why(Optional<String> reason) {
    String words() {
        return reason.orElse("");
    }
}
