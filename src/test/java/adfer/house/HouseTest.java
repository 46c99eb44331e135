package adfer.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the sources are kept. */
class HouseTest {
    private static final Pattern DOCUMENTED_TYPE =
            Pattern.compile("(?m)^(/\\*\\*|///)(?s:.*)^[a-z @-]*\\b(class|record|interface|enum) ");

    @Test
    void everyPackageSaysWhatLivesThere() {
        for (Path source : Sources.java("src/main/java", "src/test/java")) {
            Path info = source.resolveSibling("package-info.java");
            Path ofMain = Path.of(info.toString().replace("src/test/", "src/main/"));
            assertThat(Stream.of(ofMain, info).filter(Files::exists).map(Sources::read))
                    .as("%s says what lives there, and is @NullMarked", info)
                    .isNotEmpty()
                    .allMatch(text -> text.startsWith("/**") && text.contains("@NullMarked"));
        }
    }

    @Test
    void everyTypeSaysWhatItIs() {
        assertThat(Sources.java("src/main/java"))
                .filteredOn(source -> !source.endsWith("package-info.java"))
                .allMatch(source -> DOCUMENTED_TYPE.matcher(Sources.read(source)).find());
    }

    @Test
    void testsAwaitAndDoNotSleep() {
        var paced =
                Sources.below("src/test/java")
                        .filter(source -> !source.toString().contains("/bench/"))
                        // The lab's driver is no test: it keeps a pace of its own.
                        .filter(source -> !source.toString().contains("/adfer/lab/"));
        assertThat(found(paced, "Thread\\.sleep|TimeUnit\\.\\w+\\.sleep")).isEmpty();
    }

    @Test
    void disabledTestsSayWhy() {
        assertThat(found(Sources.below("src/test/java"), "@Disabled(?!\\w)(?!\\(\")")).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(
                        found(
                                Stream.concat(Sources.below("src"), Sources.documents().stream()),
                                "\\b(TODO|FIXME)\\b"))
                .isEmpty();
    }

    @Test
    void linksInDocumentsResolve() {
        assertThat(Sources.documents().stream().flatMap(Links::broken)).isEmpty();
    }

    @Test
    void brokenLinkIsFound(@TempDir Path docs) throws IOException {
        Files.writeString(docs.resolve("there.md"), "# A *fine* Heading\n");
        Path page = docs.resolve("page.md");
        Files.writeString(
                page,
                "[a](there.md#a-fine-heading) [b](there.md#none) [c](gone.md) `[d](code.md)`"
                        + " [e](https://example.org/)");
        assertThat(Links.broken(page))
                .containsExactly(page + " -> there.md#none", page + " -> gone.md");
    }

    /** Where {@code pattern} occurs in {@code files}: the file, a colon and what was found. */
    private static Stream<String> found(Stream<Path> files, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return files.flatMap(file ->
                compiled.matcher(Sources.read(file))
                        .results()
                        .map(match -> file + ": " + match.group()));
    }
}
