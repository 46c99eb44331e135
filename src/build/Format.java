import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The formatter of Adfer's Java sources: {@code check} names the files that are not formatted,
 * {@code apply} formats them in place. Arguments: the mode, then the directories. It runs straight
 * from source on the build's JDK, since the JDK that runs Maven may be too old to parse the
 * sources.
 */
final class Format {
    private static final Formatter FORMATTER =
            new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());

    private Format() {}

    public static void main(String[] arguments) throws IOException {
        boolean apply = arguments[0].equals("apply");
        List<Path> unformatted =
                Stream.of(arguments)
                        .skip(1)
                        .flatMap(Format::sources)
                        .parallel()
                        .filter(file -> differs(file, apply))
                        .sorted()
                        .toList();
        unformatted.forEach(
                file -> System.err.println((apply ? "Formatted " : "Not formatted: ") + file));
        if (!apply && !unformatted.isEmpty()) {
            System.err.println("To format: mvn -q -Pformat initialize");
            System.exit(1);
        }
    }

    private static Stream<Path> sources(String directory) {
        try (Stream<Path> files = Files.walk(Path.of(directory))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean differs(Path file, boolean apply) {
        try {
            String before = Files.readString(file);
            String after = FORMATTER.formatSourceAndFixImports(before);
            if (after.equals(before)) {
                return false;
            }
            if (apply) {
                Files.writeString(file, after);
            }
            return true;
        } catch (FormatterException e) {
            System.err.println(file + ": " + e.getMessage());
            return !apply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
