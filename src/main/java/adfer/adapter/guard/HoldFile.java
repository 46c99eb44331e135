package adfer.adapter.guard;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;
import adfer.lease.DeadMan;
import adfer.lease.DeadMan.Ended;
import adfer.lease.DeadMan.Hold;
import adfer.lease.LeaseTerms;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;

import org.pcollections.TreePMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What a guard holds, in a file that is always whole: written beside, synced, and renamed. Plain
 * lines, so that a shell script can ask it too:
 *
 * <pre>
 * adfer-holds 1
 * boot 5f0c...                               the boot whose clock "until" is of
 * longest-stop 412000000                     nanoseconds
 * hold GROUP EPOCH STOP UNTIL VM VM ...      UNTIL in nanoseconds since the boot
 * stopped VM GROUP EPOCH SINCE               by this guard or a boot, and not seen on since
 * on VM GROUP EPOCH SINCE                    under a lease when this was written
 * end
 * </pre>
 */
public final class HoldFile {
    /** Its name in the guard's folder. */
    public static final String NAME = "holds";

    private static final Logger log = LoggerFactory.getLogger(HoldFile.class);
    private static final String HEAD = "adfer-holds 1";
    private static final String END = "end";

    private final Path folder;
    private final String boot;

    /** What was in the file. */
    record Kept(TreePMap<GroupId, Hold> holds, TreePMap<VmId, Ended> ended, Duration longestStop) {
        static final Kept NOTHING = new Kept(TreePMap.empty(), TreePMap.empty(), Duration.ZERO);
    }

    /**
     * @param boot names this boot, see {@link BootClock#bootId}
     */
    public HoldFile(Path folder, String boot) {
        this.folder = folder;
        this.boot = boot;
    }

    /**
     * Goes on where an earlier guard of this host left off. After a boot everything known is over:
     * nothing may go on, but what belongs to which group is known, and what was on counts as
     * stopped. A file that can't be understood is put aside, and then only the marks on the VMs
     * tell what is protected.
     *
     * @param now no hold may last longer from here than a new lease would
     */
    Kept load(LeaseTerms terms, long now) {
        Path file = folder.resolve(NAME);
        try {
            if (!Files.exists(file)) {
                return Kept.NOTHING;
            }
            return read(Files.readAllLines(file), now, now + terms.lasts().toNanos());
        } catch (IllegalArgumentException e) {
            log.error(
                    "{} is damaged ({}). It is put aside, and every marked VM is stopped.",
                    file,
                    e.getMessage());
            putAside(file);
            return Kept.NOTHING;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Kept read(List<String> lines, long now, long atMost) {
        if (lines.size() < 4 || !lines.getFirst().equals(HEAD) || !lines.getLast().equals(END)) {
            throw new IllegalArgumentException("its first or last line is missing");
        }
        boolean sameBoot = lines.get(1).equals("boot " + boot);
        TreePMap<GroupId, Hold> holds = TreePMap.empty();
        Duration longest = Duration.ofNanos(number(words(lines.get(2), "longest-stop", 2)[1]));
        TreePMap<VmId, Ended> ended = TreePMap.empty();
        for (String line : lines.subList(3, lines.size() - 1)) {
            if (line.startsWith("stopped ")) {
                Stopped one = stopped(words(line, "stopped", 4));
                ended = ended.plus(one.vm(), new Ended(one, now));
                continue;
            }
            if (line.startsWith("on ")) {
                Stopped one = stopped(words(line, "on", 4));
                ended = sameBoot ? ended : ended.plus(one.vm(), new Ended(one, now));
                continue;
            }
            String[] words = words(line, "hold", 5);
            long until = sameBoot ? Math.min(number(words[4]), atMost) : 0;
            holds =
                    holds.plus(
                            new GroupId(words[1]),
                            new Hold(
                                    new Epoch(number(words[2])),
                                    WhenIsolated.valueOf(words[3]),
                                    Arrays.stream(words).skip(5).map(VmId::new).toList(),
                                    until));
        }
        return new Kept(holds, ended, longest);
    }

    private static Stopped stopped(String[] words) {
        return new Stopped(
                new VmId(words[1]),
                new GroupId(words[2]),
                new Epoch(number(words[3])),
                words.length > 4 ? number(words[4]) : 0);
    }

    private static String[] words(String line, String first, int atLeast) {
        String[] words = line.split(" ", -1);
        if (words.length < atLeast || !words[0].equals(first)) {
            throw new IllegalArgumentException("'" + line + "' makes no sense");
        }
        return words;
    }

    private static long number(String word) {
        if (!word.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("'" + word + "' is no number");
        }
        return Long.parseLong(word);
    }

    private static void putAside(Path file) {
        try {
            Files.move(
                    file,
                    file.resolveSibling(NAME + ".damaged"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns when it is on the disk. For one thread at a time.
     *
     * @param on what is on under a lease
     */
    void save(DeadMan deadMan, Duration longestStop, List<Stopped> on) throws IOException {
        StringBuilder text = new StringBuilder(HEAD + "\nboot " + boot + "\n");
        text.append("longest-stop ").append(longestStop.toNanos()).append('\n');
        deadMan.holds()
                .forEach((group, hold) -> {
                    text.append("hold ").append(group).append(' ').append(hold.epoch());
                    text.append(' ').append(hold.whenIsolated()).append(' ').append(hold.until());
                    hold.vms().forEach(vm -> text.append(' ').append(vm));
                    text.append('\n');
                });
        deadMan.stopped().forEach(one -> line(text, "stopped ", one));
        on.forEach(one -> line(text, "on ", one));
        text.append(END).append('\n');
        Files.createDirectories(folder);
        Path fresh = folder.resolve(NAME + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(
                fresh,
                folder.resolve(NAME),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void line(StringBuilder text, String word, Stopped one) {
        text.append(word).append(one.vm()).append(' ').append(one.group());
        text.append(' ').append(one.epoch()).append(' ').append(one.since()).append('\n');
    }
}
