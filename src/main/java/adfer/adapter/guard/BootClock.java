package adfer.adapter.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The clock a guard counts by, in nanoseconds since this boot: it goes on while the machine sleeps
 * (Linux's {@code CLOCK_BOOTTIME}, which {@code /proc/uptime} shows too), nobody can set it, and
 * all processes of one boot read the same. Elsewhere it is Java's steady clock, which does for
 * trying things out only.
 */
public final class BootClock {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private BootClock() {}

    public static LongSupplier open() {
        return Posix.linux().<LongSupplier>map(linux -> linux::bootTime).orElse(System::nanoTime);
    }

    /** Names this boot of this machine; a clock's readings mean nothing in another one. */
    public static String bootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            // The start of this process is as far as its steady clock can be trusted to reach.
            return "process-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        }
    }
}
