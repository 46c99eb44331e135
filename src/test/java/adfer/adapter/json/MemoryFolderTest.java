package adfer.adapter.json;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

class MemoryFolderTest {
    record Said(Actor by, Instant at) {}

    record Other(String text) {}

    private static final Said SAID = new Said(new Actor("ann", "cli"), Instant.EPOCH);

    @TempDir Path folder;

    private MemoryFolder memory() {
        return new MemoryFolder(folder.resolve("data"));
    }

    @Test
    void whatIsKeptIsFoundByTheNextProcessUntilItIsForgotten() throws IOException {
        assertThat(memory().find(Said.class)).isEmpty();
        assertThat(memory().keep(new Said(new Actor("ben", "cli"), Instant.MAX))).isTrue();
        assertThat(memory().keep(SAID)).isTrue();
        assertThat(memory().keep(new Other("x"))).isTrue();
        assertThat(memory().find(Said.class)).contains(SAID);
        try (var files = Files.list(folder.resolve("data"))) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(file ->
                            assertThat(Files.getPosixFilePermissions(file))
                                    .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
        memory().forget(Said.class);
        memory().forget(Said.class);
        assertThat(memory().find(Said.class)).isEmpty();
        assertThat(memory().find(Other.class)).isPresent();
    }

    @Test
    void whatCanNotBeReadCountsForNothingAndWhatCanNotBeWrittenIsSaid() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("remembered-Said.json"), "{\"by\":");
        assertThat(memory().find(Said.class)).isEmpty();
        Files.createDirectories(data.resolve("remembered-Other.json.new").resolve("full"));
        assertThat(memory().keep(new Other("x"))).isFalse();
    }
}
