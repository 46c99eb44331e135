package adfer.adapter.fence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * All processes of an agent, so that a hanging one is killed whole: it is started as the leader of
 * a session of its own, to which its children belong also when they leave it behind.
 */
final class Session {
    private static final Path PROC = Path.of("/proc");
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final ProcessHandle leader;

    Session(ProcessHandle leader) {
        this.leader = leader;
    }

    /** Kills until none is left, for some seconds at most. */
    void kill() {
        long until = System.nanoTime() + LONGEST.toNanos();
        Set<ProcessHandle> alive = members();
        while (!alive.isEmpty() && System.nanoTime() < until) {
            alive.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            alive = members();
        }
    }

    private Set<ProcessHandle> members() {
        Set<ProcessHandle> members = new LinkedHashSet<>();
        if (leader.isAlive()) {
            members.add(leader);
            leader.descendants().forEach(members::add);
        }
        boolean another =
                ProcessHandle.of(leader.pid()).filter(now -> !now.equals(leader)).isPresent();
        if (another) {
            return members;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (session(process) == leader.pid()) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(members::add);
                }
            }
        } catch (IOException e) {
            // No such file system here: descent has to do.
        }
        return members;
    }

    /** As proc(5) says; -1 for one that is gone or only waits to be buried. */
    private static long session(Path process) {
        try {
            String line = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ", 6);
            return afterName[0].equals("Z") ? -1 : Long.parseLong(afterName[3]);
        } catch (IOException e) {
            return -1;
        }
    }
}
