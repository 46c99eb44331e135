package adfer.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The runbooks that come with Adfer, and those its documentation shows. */
public class ShippedRunbooksTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("```yaml\n(runbook: .*?)```", Pattern.DOTALL);

    /** A runbook's folder. */
    public record Shipped(Path path) {
        public String text() {
            try {
                return Files.readString(path.resolve("runbook.yml"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public Reading read() {
            TreeMap<String, Boolean> files = new TreeMap<>();
            try (Stream<Path> all = Files.walk(path)) {
                all.filter(Files::isRegularFile)
                        .forEach(file ->
                                files.put(
                                        path.relativize(file).toString(),
                                        Files.isExecutable(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return RunbookReader.read(text(), new Folder(files));
        }

        @Override
        public String toString() {
            return path.getFileName().toString();
        }
    }

    public static Stream<Shipped> shipped() {
        try (Stream<Path> folders = Files.list(Path.of("runbooks"))) {
            return folders.filter(Files::isDirectory).sorted().map(Shipped::new).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void linterFindsNothing(Shipped shipped) {
        Reading reading = shipped.read();
        assertThat(reading.findings()).isEmpty();
        assertThat(reading.runbook().orElseThrow().group().value()).isEqualTo(shipped.toString());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void editorsFindTheSchemaAndAreContent(Shipped shipped) {
        String first = shipped.text().lines().findFirst().orElseThrow();
        assertThat(first).startsWith("# yaml-language-server: $schema=");
        Path schema = shipped.path().resolve(first.substring(first.indexOf('=') + 1));
        assertThat(schema).exists();
        assertThat(RunbookSchemaTest.problems(shipped.text())).isEmpty();
    }

    @Test
    void theDocumentationsExampleIsARunbook() throws IOException {
        var example = EXAMPLE.matcher(Files.readString(Path.of("docs/RUNBOOKS.md")));
        assertThat(example.find()).isTrue();
        String yaml = example.group(1);
        assertThat(RunbookSchemaTest.problems(yaml)).isEmpty();
        Folder folder =
                Folder.of(
                        java.util.List.of(
                                "scripts/promote.sh",
                                "scripts/demote.sh",
                                "scripts/is-primary.sh"));
        assertThat(RunbookReader.read(yaml, folder).findings()).isEmpty();
    }
}
