package adfer.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One node of the demo, a process of its own. Like a service manager it starts the node again when
 * it dies, until it is told that the node is gone for good.
 */
final class NodeProcess implements AutoCloseable {
    /**
     * The hosts of a simulated site and their guards end with its node's process. So that a node
     * which is killed finds its VMs still allowed, leases are longer here than where guards live
     * on.
     */
    private static final String LEASE = "30s";

    private static final long RESTART_AFTER_MS = 1_000;

    private final String name;
    private final int port;
    private final Path config;
    private final Path data;
    private Optional<Process> process = Optional.empty();
    private boolean wanted;

    /**
     * @param data the directory that all nodes of the demo share for their data
     */
    NodeProcess(String name, int port, Path config, Path data) {
        this.name = name;
        this.port = port;
        this.config = config;
        this.data = data;
    }

    String name() {
        return name;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    Path log() {
        return data.resolve(name + ".log");
    }

    synchronized void start() {
        wanted = true;
        spawn();
    }

    private synchronized void spawn() {
        if (!wanted) {
            return;
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "-XX:MetaspaceSize=160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError"));
        Path cache = jar().resolveSibling("adfer.aot");
        if (Files.exists(cache)) {
            command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        command.addAll(List.of("-jar", jar().toString(), "server", config.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("ADFER_NODE", name);
        builder.environment().put("ADFER_DATA", data.toString());
        builder.environment().put("ADFER_LEASE", LEASE);
        builder.environment().put("ADFER_HTTP_PORT", String.valueOf(port));
        try {
            Files.createDirectories(data);
            Process started = builder.start();
            process = Optional.of(started);
            var _ = started.onExit().thenAcceptAsync(this::ended);
        } catch (IOException e) {
            throw new DemoFailure("Node " + name + " can't be started: " + e.getMessage());
        }
    }

    private void ended(Process which) {
        try {
            TimeUnit.MILLISECONDS.sleep(RESTART_AFTER_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            if (wanted && process.filter(which::equals).isPresent()) {
                spawn();
            }
        }
    }

    /**
     * Kills the process as a power cut or {@code kill -9} does; the service manager starts it
     * again.
     */
    synchronized void kill() {
        process.ifPresent(Process::destroyForcibly);
    }

    /** Burns node and hypervisor: the process is killed and stays away, and its VMs are off. */
    synchronized void burn() {
        wanted = false;
        try {
            Path hypervisor = data.resolve(name).resolve("hypervisor");
            Files.createDirectories(hypervisor);
            Files.createFile(hypervisor.resolve("power-cut"));
        } catch (IOException e) {
            throw new DemoFailure("The fire could not be laid: " + e.getMessage());
        }
        process.ifPresent(Process::destroyForcibly);
    }

    synchronized Optional<Long> pid() {
        return process.filter(Process::isAlive).map(Process::pid);
    }

    @Override
    public void close() {
        Optional<Process> last;
        synchronized (this) {
            wanted = false;
            last = process;
        }
        last.ifPresent(running -> {
            running.destroy();
            try {
                if (!running.waitFor(10, TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException e) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        });
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static Path jar() {
        String path = System.getProperty("java.class.path").split(File.pathSeparator, -1)[0];
        return Path.of(path).toAbsolutePath();
    }
}
