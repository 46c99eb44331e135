package adfer.adapter.fence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a secret is found: the secret itself is read when it is needed, and kept nowhere. */
public sealed interface Secret {
    /** An environment variable of the node. */
    record Variable(String name) implements Secret {
        @Override
        public String value(Map<String, String> environment) throws IOException {
            return Optional.ofNullable(environment.get(name))
                    .orElseThrow(() -> new IOException("the variable " + name + " is not set"));
        }
    }

    /** A file at the node; a line break at its end doesn't count. */
    record Content(Path path) implements Secret {
        @Override
        public String value(Map<String, String> environment) throws IOException {
            try {
                return Files.readString(path).stripTrailing();
            } catch (IOException e) {
                throw new IOException("the file " + path + " can't be read", e);
            }
        }
    }

    /**
     * The secret.
     *
     * @throws IOException with a sentence that doesn't show it
     */
    String value(Map<String, String> environment) throws IOException;

    /**
     * @throws IllegalArgumentException when it is neither {@code env:NAME} nor {@code file:PATH}
     */
    static Secret of(String reference) {
        if (reference.startsWith("env:") && reference.length() > 4) {
            return new Variable(reference.substring(4));
        }
        if (reference.startsWith("file:") && reference.length() > 5) {
            return new Content(Path.of(reference.substring(5)));
        }
        throw new IllegalArgumentException("give env:NAME or file:PATH, never the secret itself.");
    }
}
