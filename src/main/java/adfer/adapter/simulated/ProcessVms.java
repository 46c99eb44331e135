package adfer.adapter.simulated;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;
import adfer.port.HostVms;
import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A host for labs and tests, whose VMs are plain processes. A folder has a file {@code ID.vm} for
 * each, of lines {@code name=}, {@code pid=} and, where it is marked, {@code group=} and {@code
 * epoch=}. While the folder has a file {@code hung}, no call gets on.
 */
public final class ProcessVms implements HostVms {
    private static final String ENDING = ".vm";
    private static final long POLL_MS = 10;

    private final Path folder;

    public ProcessVms(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<HostVm> list(Duration timeout) {
        answer(timeout);
        List<HostVm> vms = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                VmId vm = new VmId(name.substring(0, name.length() - ENDING.length()));
                Properties card = read(file);
                Power power = power(pid(card));
                if (power != Power.OFF) {
                    vms.add(new HostVm(vm, card.getProperty("name", name), power, mark(card)));
                }
            }
            return vms;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    @Override
    public void powerOff(VmId vm, Duration timeout) {
        answer(timeout);
        find(vm).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Override
    public void suspend(VmId vm, Duration timeout) {
        answer(timeout);
        find(vm).ifPresent(process -> {
            try {
                new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                        .start()
                        .waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (IOException e) {
                throw broken(e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        });
    }

    private void answer(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (Files.exists(folder.resolve("hung"))) {
            if (System.nanoTime() > deadline) {
                throw new HypervisorException(Code.TIMEOUT, folder + " does not answer.");
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private Optional<ProcessHandle> find(VmId vm) {
        try {
            Path file = folder.resolve(vm + ENDING);
            return Files.exists(file) ? ProcessHandle.of(pid(read(file))) : Optional.empty();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static Properties read(Path file) throws IOException {
        Properties card = new Properties();
        card.load(new StringReader(Files.readString(file)));
        return card;
    }

    private static long pid(Properties card) {
        return Long.parseLong(card.getProperty("pid", "0"));
    }

    private static Optional<Ownership> mark(Properties card) {
        return Optional.ofNullable(card.getProperty("group"))
                .map(group ->
                        new Ownership(
                                new GroupId(group),
                                new Epoch(Long.parseLong(card.getProperty("epoch", "0")))));
    }

    /** By the state's letter, which follows the name in {@code /proc/PID/stat}. */
    private static Power power(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return switch (stat.charAt(stat.lastIndexOf(')') + 2)) {
                case 'Z', 'X' -> Power.OFF;
                case 'T' -> Power.PAUSED;
                default -> Power.RUNNING;
            };
        } catch (IOException e) {
            return Power.OFF;
        }
    }

    private static HypervisorException broken(IOException e) {
        return new HypervisorException(Code.FAILED, "The folder can't be used: " + e, e);
    }

    private static HypervisorException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new HypervisorException(Code.TIMEOUT, "The call was interrupted.", e);
    }

    @Override
    public void close() {
        // There is nothing to let go of.
    }
}
