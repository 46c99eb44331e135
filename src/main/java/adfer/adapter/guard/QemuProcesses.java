package adfer.adapter.guard;

import adfer.kernel.VmId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * QEMU's processes as {@code /proc} shows them: known by {@code -uuid}, or by {@code -name} where
 * there is no {@code -uuid}. What is a zombie has let go of everything and counts as gone.
 *
 * <p>A guard in a network namespace of its own has to do with the processes of that namespace only:
 * so two hosts of a lab can share a kernel. On a host, guard and QEMU are in the first one.
 */
public final class QemuProcesses implements VmProcesses {
    private static final Logger log = LoggerFactory.getLogger(QemuProcesses.class);

    private final Path proc;
    private final Optional<Path> namespace;

    public QemuProcesses() {
        this(Path.of("/proc"));
    }

    private QemuProcesses(Path proc) {
        this.proc = proc;
        Optional<Path> own = namespace(proc.resolve("self"));
        this.namespace = own.equals(namespace(proc.resolve("1"))) ? Optional.empty() : own;
    }

    @Override
    public SortedSet<VmId> kill(SortedMap<VmId, String> names) {
        SortedSet<VmId> found = new TreeSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                List<String> arguments = arguments(process);
                for (var wanted : names.entrySet()) {
                    if (isVm(arguments, wanted.getKey(), wanted.getValue()) && concerns(process)) {
                        found.add(wanted.getKey());
                        kill(process, wanted.getKey());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static void kill(Path process, VmId vm) {
        long pid = Long.parseLong(process.getFileName().toString());
        ProcessHandle.of(pid)
                .filter(handle -> pid != ProcessHandle.current().pid())
                .ifPresent(handle -> {
                    boolean sent = handle.destroyForcibly();
                    log.warn(
                            "Process {} of VM {} {}.",
                            pid,
                            vm,
                            sent ? "was killed" : "could not be killed");
                });
    }

    private static boolean isVm(List<String> arguments, VmId vm, String name) {
        Optional<String> uuid = after(arguments, "-uuid");
        return uuid.isPresent()
                ? uuid.get().equalsIgnoreCase(vm.value())
                : !name.isEmpty()
                        && after(arguments, "-name")
                                .map(QemuProcesses::guest)
                                .filter(name::equals)
                                .isPresent();
    }

    private static Optional<String> after(List<String> arguments, String option) {
        int at = arguments.indexOf(option);
        return at < 0 || at + 1 >= arguments.size()
                ? Optional.empty()
                : Optional.of(arguments.get(at + 1));
    }

    /** QEMU doubles the commas of a name. */
    private static String guest(String value) {
        String[] parts = value.replace(",,", "\0").split(",", -1);
        String first = parts[0].replace('\0', ',');
        return first.startsWith("guest=") ? first.substring("guest=".length()) : first;
    }

    private static List<String> arguments(Path process) {
        try {
            byte[] line = Files.readAllBytes(process.resolve("cmdline"));
            return List.of(new String(line, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException e) {
            // It has ended since, and a zombie has no arguments any more.
            return List.of();
        }
    }

    private boolean concerns(Path process) {
        return namespace.isEmpty()
                || namespace(process).filter(namespace.get()::equals).isPresent();
    }

    private static Optional<Path> namespace(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("ns/net")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
