package adfer.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How busy the machine was: the kernel's average over a minute, the least and the most of it. */
final class Load {
    private static final Path AVERAGES = Path.of("/proc/loadavg");
    private static final long LOOK_MS = 5_000;

    private double least;
    private double most;

    Load() {
        forget();
        Thread.ofPlatform().daemon().name("load").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_MS);
                look(now());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double now() {
        try {
            return Double.parseDouble(Files.readString(AVERAGES).split(" ", 2)[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void look(double load) {
        least = Math.min(least, load);
        most = Math.max(most, load);
    }

    private synchronized void forget() {
        least = now();
        most = least;
    }

    /** What it was since the last word. */
    synchronized String told() {
        look(now());
        String range = "%.1f to %.1f".formatted(least, most);
        forget();
        return range;
    }
}
