package adfer.app;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.dropwizard.jersey.jackson.JacksonMessageBodyProvider;

/**
 * JSON at the doors is written and read as the rest of Adfer does it, not as the framework would.
 */
final class Json {
    private Json() {}

    static JacksonMessageBodyProvider provider(ObjectMapper mapper) {
        return new JacksonMessageBodyProvider(mapper);
    }
}
