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

    /** Whose certificates to believe besides those that Java knows. */
    private Optional<Path> given() {
        return Optional.of(authority).filter(file -> !file.isBlank()).map(Path::of);
    }

    /** The same, however it is written. */
    Optional<Path> believed() {
        return given().map(file -> file.toAbsolutePath().normalize());
    }

    /** At these nodes; where none of them answers, at the others of their cluster. */
    Client client() {
        return token().map(this::client)
                .orElseGet(() -> {
                    Optional<SessionStore.Stored> session = session();
                    return new Client(
                            nodes(),
                            session.map(it -> it.besides(nodes(), believed())).orElse(List.of()),
                            session.map(SessionStore.Stored::credential).orElse(""),
                            given());
                });
    }

    /** At these nodes alone, for what is asked of one node rather than of the cluster. */
    Client here() {
        return client(token().or(() -> session().map(SessionStore.Stored::credential)).orElse(""));
    }

    /** For whoever isn't signed in yet. */
    Client stranger() {
        return client("");
    }

    private static Optional<String> token() {
        return Optional.ofNullable(System.getenv("ADFER_TOKEN")).filter(text -> !text.isBlank());
    }

    private Optional<SessionStore.Stored> session() {
        return store().find(nodes(), as, Instant.now());
    }

    private Client client(String credential) {
        return new Client(nodes(), List.of(), credential, given());
    }
}
