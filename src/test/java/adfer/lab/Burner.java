package adfer.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Processes that keep the machine's processors busy for a time, and end by themselves. */
final class Burner {
    private Burner() {}

    static void burn(int programs, Duration lasts) {
        String seconds = "%.1f".formatted(lasts.toMillis() / 1e3);
        for (int i = 0; i < programs; i++) {
            try {
                new ProcessBuilder("timeout", seconds, "sh", "-c", "while :; do :; done").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
