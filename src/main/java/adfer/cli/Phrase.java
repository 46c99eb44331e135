package adfer.cli;

import picocli.CommandLine.Option;

import java.util.Optional;

/** The words by which a person shows that he or she means it. */
final class Phrase {
    @Option(
            names = "--phrase",
            paramLabel = "WORDS",
            description = "The words that are asked for, instead of typing them; for scripts.")
    Optional<String> given = Optional.empty();

    /** Those given, or else what is typed. */
    String or(Terminal terminal, String question) {
        return given.orElseGet(() -> terminal.ask(question, "Give the words with --phrase."));
    }
}
