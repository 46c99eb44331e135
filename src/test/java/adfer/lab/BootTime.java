package adfer.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The clock of all that is recorded: milliseconds since the machine's boot, 10 at a time. */
final class BootTime {
    private static final Path UPTIME = Path.of("/proc/uptime");

    /** Its resolution: a reading is at most so much too early. */
    static final long GRAIN = 10;

    private BootTime() {}

    static long now() {
        try {
            return millis(Files.readString(UPTIME));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads {@code 123.45 ...}, as the kernel writes it. */
    static long millis(String uptime) {
        String seconds = uptime.split(" ", 2)[0];
        int point = seconds.indexOf('.');
        return Long.parseLong(seconds.substring(0, point)) * 1_000
                + Long.parseLong(seconds.substring(point + 1)) * GRAIN;
    }
}
