package adfer.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The text files that Adfer is made of, found from the directory that the tests run in. */
final class Sources {
    private static final Pattern BINARY = Pattern.compile(".*\\.(png|jpe?g|ico|jar|gz|woff2?)");
    private static final Path HERE = Path.of("src/test/java/adfer/house");

    private Sources() {}

    /** The Java files below {@code roots}. */
    static List<Path> java(String... roots) {
        return Stream.of(roots)
                .flatMap(Sources::below)
                .filter(file -> file.toString().endsWith(".java"))
                .toList();
    }

    /** The Markdown files at the top and below {@code docs}. */
    static List<Path> documents() {
        try (Stream<Path> top = Files.list(Path.of(""))) {
            return Stream.concat(top.toList().stream(), below("docs"))
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text files below {@code root}, without this package, which names what it forbids. */
    static Stream<Path> below(String root) {
        if (!Files.isDirectory(Path.of(root))) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(Path.of(root))) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> !BINARY.matcher(file.toString()).matches())
                    .filter(file -> !file.startsWith(HERE))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
