package adfer.adapter.guard;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The host's hardware watchdog, which resets the host when it isn't fed (Linux's watchdog API:
 * {@code Documentation/watchdog/watchdog-api.rst}). For one thread.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    /** {@code _IOWR('W', 6, int)}. */
    private static final long WDIOC_SETTIMEOUT = 0xC0045706L;

    /** Written last, it tells the watchdog that it was closed on purpose. */
    private static final byte MAGIC_CLOSE = 'V';

    private final Posix linux;
    private final int descriptor;
    private boolean hungry;

    private Watchdog(Posix linux, int descriptor) {
        this.linux = linux;
        this.descriptor = descriptor;
    }

    /**
     * Opens it, from which moment on it has to be fed.
     *
     * @param within by when it has to reset the host; rounded down to seconds, one at least
     * @throws IllegalArgumentException with one sentence where there is none
     */
    public static Watchdog open(String device, Duration within) {
        Posix linux =
                Posix.linux()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "watchdog: " + device + " needs Linux."));
        int descriptor;
        try {
            descriptor = linux.open(device);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "watchdog: " + e.getMessage() + "; is it there, and is this root?", e);
        }
        int seconds = Math.toIntExact(Math.max(1, within.toSeconds()));
        Optional<Integer> taken = linux.control(descriptor, WDIOC_SETTIMEOUT, seconds);
        if (taken.isEmpty()) {
            log.warn("Watchdog {} keeps a timeout of its own.", device);
        } else if (taken.get() > seconds) {
            log.warn(
                    "Watchdog {} resets the host after {} s, later than the {} s that leases.stop"
                            + " allows.",
                    device,
                    taken.get(),
                    seconds);
        }
        return new Watchdog(linux, descriptor);
    }

    void feed() {
        try {
            linux.write(descriptor, (byte) 0);
            hungry = false;
        } catch (IOException e) {
            if (!hungry) {
                log.error("The watchdog can't be fed: {}", e.getMessage());
                hungry = true;
            }
        }
    }

    /** Puts it to rest, so that a guard stopped on purpose leaves the host running. */
    @Override
    public void close() {
        try {
            linux.write(descriptor, MAGIC_CLOSE);
        } catch (IOException e) {
            log.error("The watchdog can't be put to rest: {}", e.getMessage());
        }
        linux.close(descriptor);
    }
}
