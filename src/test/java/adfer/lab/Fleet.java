package adfer.lab;

import adfer.lab.History.Life;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Watches the VMs' processes from outside of all sites. Each says itself when it begins, before it
 * is QEMU; that it is gone, the kernel says. It knows nothing of what Adfer thinks.
 */
final class Fleet implements AutoCloseable {
    private static final long LOOK_MS = 20;
    private static final Pattern BIRTH =
            Pattern.compile("(\\S+) (\\S+) started at dc-(\\S+) as (\\d+)( while .*)?");

    private final List<Path> notes;
    private final Map<Path, Long> read = new HashMap<>();
    private final List<Life> ended = new ArrayList<>();
    private final Map<Long, Life> living = new HashMap<>();
    private final Timeline timeline;
    private final Thread watcher;
    private volatile boolean closed;
    private long longestBlink;

    /**
     * @param evidence the folder in which VMs note their start
     */
    Fleet(Path evidence, Timeline timeline) {
        this.notes = List.of(evidence.resolve("starts"), evidence.resolve("overlaps"));
        this.timeline = timeline;
        this.watcher = Thread.ofPlatform().daemon().name("fleet").start(this::watch);
    }

    private void watch() {
        long last = System.nanoTime();
        try {
            while (!closed) {
                look();
                Thread.sleep(LOOK_MS);
                long now = System.nanoTime();
                longestBlink = Math.max(longestBlink, (now - last) / 1_000_000);
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        for (Path note : notes) {
            for (String line : fresh(note)) {
                Matcher words = BIRTH.matcher(line);
                if (words.matches()) {
                    Life life =
                            new Life(
                                    words.group(2),
                                    group(words.group(2)),
                                    words.group(3),
                                    Long.parseLong(words.group(4)),
                                    BootTime.millis(words.group(1)),
                                    Long.MAX_VALUE);
                    living.put(life.pid(), life);
                    timeline.tell(
                            life.start(), "VM " + life.vm() + " starts at site " + life.site());
                }
            }
        }
        for (Life life : List.copyOf(living.values())) {
            if (isGone(life.pid())) {
                long now = BootTime.now() + BootTime.GRAIN;
                living.remove(life.pid());
                ended.add(
                        new Life(
                                life.vm(),
                                life.group(),
                                life.site(),
                                life.pid(),
                                life.start(),
                                now));
                timeline.tell(now, "VM " + life.vm() + " is gone at site " + life.site());
            }
        }
    }

    /** The group of {@code shop-1} is {@code shop}. */
    static String group(String vm) {
        return vm.substring(0, vm.lastIndexOf('-'));
    }

    private List<String> fresh(Path note) {
        if (!Files.exists(note)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(note.toFile(), "r")) {
            long from = read.getOrDefault(note, 0L);
            if (file.length() == from) {
                return List.of();
            }
            byte[] bytes = new byte[Math.toIntExact(file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            int whole = text.lastIndexOf('\n') + 1;
            read.put(note, from + whole);
            return text.substring(0, whole).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A zombie holds nothing any more. */
    private static boolean isGone(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
        } catch (IOException e) {
            return true;
        }
    }

    synchronized List<Life> lives() {
        return Stream.concat(ended.stream(), living.values().stream()).toList();
    }

    synchronized List<Life> living(String group) {
        return living.values().stream().filter(life -> life.group().equals(group)).toList();
    }

    /** The longest time between two looks, milliseconds: an end is noted at most so much late. */
    synchronized long longestBlink() {
        return longestBlink;
    }

    @Override
    public void close() {
        closed = true;
        try {
            watcher.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
