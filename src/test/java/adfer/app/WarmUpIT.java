package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** What the launcher calls after each build. */
class WarmUpIT {
    @TempDir Path folder;

    @Test
    void nothingIsLeftBehind() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        assertThat(WarmUp.in(work)).isZero();
        assertThat(work).doesNotExist();
    }
}
