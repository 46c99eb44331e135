package adfer.cli;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a command reaches a node, and in whose name. */
class Reach {
    static final String DEFAULT_NODES =
            "http://127.0.0.1:8101,http://127.0.0.1:8102,http://127.0.0.1:8103";

    @Option(
            names = "--url",
            paramLabel = "URL[,URL]",
            description =
                    "The nodes to ask, in turn, until one answers. Default: $ADFER_URL, or the"
                            + " three of the demo.")
    String url = Optional.ofNullable(System.getenv("ADFER_URL")).orElse(DEFAULT_NODES);

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description =
                    "Which of the sessions kept here to use. Default: $ADFER_AS, or the one got"
                            + " last. $ADFER_TOKEN, an API token, comes before all of them.")
    Optional<String> as = Optional.ofNullable(System.getenv("ADFER_AS"));

    @Option(
            names = "--authority",
            paramLabel = "FILE",
            description =
                    "Whose certificates to believe at https:// addresses, in PEM form, besides"
                            + " those that Java knows. Default: $ADFER_AUTHORITY.")
    String authority = Optional.ofNullable(System.getenv("ADFER_AUTHORITY")).orElse("");

    /** The nodes to ask, without a slash at their end. */
    List<String> nodes() {
        return Arrays.stream(url.split(","))
                .map(String::strip)
                .map(node -> node.endsWith("/") ? node.substring(0, node.length() - 1) : node)
                .toList();
    }

    SessionStore store() {
        return SessionStore.standard(System.getenv());
    }

    Client client() {
        Optional<String> token =
                Optional.ofNullable(System.getenv("ADFER_TOKEN")).filter(text -> !text.isBlank());
        String credential =
                token.or(() ->
                                store().find(nodes(), as, Instant.now())
                                        .map(SessionStore.Stored::credential))
                        .orElse("");
        return client(credential);
    }

    /** For whoever isn't signed in yet. */
    Client stranger() {
        return client("");
    }

    private Client client(String credential) {
        return new Client(
                nodes(),
                node -> credential,
                Optional.of(authority).filter(file -> !file.isBlank()).map(Path::of));
    }
}
