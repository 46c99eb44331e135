package adfer.cli;

import picocli.CommandLine.Option;

import java.util.Optional;

/** Why somebody asks for something. */
final class Because {
    @Option(names = "--reason", paramLabel = "WORDS", description = "Why; recorded.")
    Optional<String> reason = Optional.empty();
}
