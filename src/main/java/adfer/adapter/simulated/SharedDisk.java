package adfer.adapter.simulated;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A running guest's disk on storage that both sites see: a file with a counter that goes on
 * counting wherever the VM runs, and that gives away a second writer.
 *
 * <p>Each write reads the file first. The first one of a boot takes over whatever it finds; any
 * later one that finds another boot's writing has caught two VMs on one disk, and adds a line to
 * {@code overlap.log} beside the disks. The content is one line: {@code counter=.. site=.. boot=..
 * epoch=.. at=..}.
 */
final class SharedDisk {
    private static final Logger log = LoggerFactory.getLogger(SharedDisk.class);

    private final Path file;
    private final Path overlaps;
    private final Supplier<GuestState> guest;
    private final InstantSource clock;
    private final Set<String> caught = new HashSet<>();
    private boolean ours;
    private boolean unplugged;
    private volatile long counter;

    private record Content(long counter, String site, String boot, String epoch) {}

    /**
     * @param path of the disk within the directory
     * @param ours true when this boot has written before, and the process was restarted since
     * @throws IOException with one sentence, when the file cannot be read
     */
    SharedDisk(
            Path directory,
            String path,
            boolean ours,
            Supplier<GuestState> guest,
            InstantSource clock)
            throws IOException {
        this.file = directory.resolve(path).normalize();
        if (!file.startsWith(directory) || file.equals(directory)) {
            throw new IOException("disk path " + path + " leads out of " + directory);
        }
        this.overlaps = directory.resolve("overlap.log");
        this.ours = ours;
        this.guest = guest;
        this.clock = clock;
        Files.createDirectories(file.resolveSibling("."));
        this.counter = read().counter();
    }

    /** How often the disk has been written, by whichever boot. */
    long counter() {
        return counter;
    }

    /** Looks who wrote last, and writes the next number. */
    synchronized void write() throws IOException {
        if (unplugged) {
            return;
        }
        Content found = look();
        GuestState self = guest.get();
        counter = found.counter() + 1;
        Path fresh = file.resolveSibling(file.getFileName() + "." + self.boot() + ".new");
        Files.writeString(
                fresh,
                "counter=%d site=%s boot=%s epoch=%s at=%s%n"
                        .formatted(
                                counter, self.site(), self.boot(), self.epoch(), clock.instant()));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        ours = true;
    }

    /** Looks a last time; once this returns, nothing more is written. */
    synchronized void unplug() {
        if (!unplugged) {
            unplugged = true;
            try {
                look();
            } catch (IOException e) {
                log.warn("Cannot read disk {}: {}", file, e.toString());
            }
        }
    }

    private Content look() throws IOException {
        Content found = read();
        GuestState self = guest.get();
        boolean foreign = !found.boot().isEmpty() && !found.boot().equals(self.boot());
        if (ours && foreign && caught.add(found.boot())) {
            String line =
                    "%s OVERLAP vm=%s disk=%s site=%s boot=%s epoch=%s and site=%s boot=%s epoch=%s%n"
                            .formatted(
                                    clock.instant(),
                                    self.vm(),
                                    file.getFileName(),
                                    self.site(),
                                    self.boot(),
                                    self.epoch(),
                                    found.site(),
                                    found.boot(),
                                    found.epoch());
            Files.writeString(overlaps, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            log.error("Two guests write one disk: {}", line.strip());
        }
        return found;
    }

    private Content read() throws IOException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return new Content(0, "", "", "0");
        }
        String[] words = text.split(" ", -1);
        try {
            return new Content(
                    Long.parseLong(value(words[0], "counter=")),
                    value(words[1], "site="),
                    value(words[2], "boot="),
                    value(words[3], "epoch="));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("disk " + file + " is damaged: " + text, e);
        }
    }

    private static String value(String word, String key) {
        if (!word.startsWith(key)) {
            throw new NumberFormatException(word);
        }
        return word.substring(key.length());
    }
}
