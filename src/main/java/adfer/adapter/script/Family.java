package adfer.adapter.script;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * All processes that one script, or all scripts of one life of the node, have brought forth. They
 * are known by a marker in their environment, which children inherit even when they leave their
 * parent and its session; by the session, even when they clear their environment; and by descent.
 * Only a process that does all three escapes. On systems without {@code /proc}, descent alone
 * tells.
 */
final class Family {
    /** The variable that marks a script's processes. */
    static final String MARKER = "ADFER_RUN_TOKEN";

    private static final Logger LOG = LoggerFactory.getLogger(Family.class);
    private static final Path PROC = Path.of("/proc");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration LONGEST_KILL = Duration.ofSeconds(5);

    private final Predicate<String> marks;
    private final @Nullable ProcessHandle first;

    private Family(Predicate<String> marks, @Nullable ProcessHandle first) {
        this.marks = marks;
        this.first = first;
    }

    /**
     * @param first the process that was started; where it leads a session, all in it belong
     */
    static Family of(String token, ProcessHandle first) {
        return new Family(token::equals, first);
    }

    static Family marked(Predicate<String> tokens) {
        return new Family(tokens, null);
    }

    /**
     * Asks every member to end, and after {@code grace} ends those that are left. Returns when none
     * is left, at the latest some seconds after the grace, and cannot be interrupted.
     *
     * @return how many there were
     */
    int end(Duration grace) {
        Set<ProcessHandle> met = members();
        met.forEach(ProcessHandle::destroy);
        await(grace, met, false);
        await(LONGEST_KILL, met, true);
        members().forEach(left -> LOG.warn("Process {} of a script can't be ended", left.pid()));
        return met.size();
    }

    /** Those alive now. */
    Set<ProcessHandle> members() {
        Set<ProcessHandle> members = new LinkedHashSet<>();
        if (first != null) {
            first.descendants().forEach(members::add);
            if (first.isAlive()) {
                members.add(first);
            }
        }
        long session = sessionOfOurs();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, Family::isProcess)) {
            for (Path process : processes) {
                if (belongs(process, session)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(members::add);
                }
            }
        } catch (IOException e) {
            // No such file system here: descent has to do.
        }
        members.remove(ProcessHandle.current());
        return members;
    }

    private void await(Duration time, Set<ProcessHandle> met, boolean kill) {
        long until = System.nanoTime() + time.toNanos();
        boolean interrupted = false;
        Set<ProcessHandle> alive = members();
        while (!alive.isEmpty() && System.nanoTime() < until) {
            met.addAll(alive);
            if (kill) {
                alive.forEach(ProcessHandle::destroyForcibly);
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            alive = members();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isProcess(Path path) {
        return NUMBER.matcher(path.getFileName().toString()).matches();
    }

    /**
     * The session that {@link #first} leads, or -1. When it is gone, its number stays reserved
     * while any of its session lives; so where another process bears that number, none does.
     */
    private long sessionOfOurs() {
        if (first == null) {
            return -1;
        }
        boolean another =
                ProcessHandle.of(first.pid()).filter(now -> !now.equals(first)).isPresent();
        return another ? -1 : first.pid();
    }

    private boolean belongs(Path process, long session) {
        Optional<Stat> stat = Stat.read(process);
        return stat.isPresent()
                && !stat.get().dead()
                && (stat.get().session() == session || token(process).filter(marks).isPresent());
    }

    private static Optional<String> token(Path process) {
        try {
            byte[] environment = Files.readAllBytes(process.resolve("environ"));
            String text = "\0" + new String(environment, StandardCharsets.ISO_8859_1) + "\0";
            String key = "\0" + MARKER + "=";
            int start = text.indexOf(key);
            return start < 0
                    ? Optional.empty()
                    : Optional.of(
                            text.substring(start + key.length(), text.indexOf('\0', start + 1)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What {@code /proc/PID/stat} says, as documented in proc(5). */
    private record Stat(char state, long session) {
        static Optional<Stat> read(Path process) {
            try {
                String line =
                        Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
                String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ", 6);
                return Optional.of(new Stat(afterName[0].charAt(0), Long.parseLong(afterName[3])));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        boolean dead() {
            return state == 'Z' || state == 'X';
        }
    }
}
