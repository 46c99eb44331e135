package adfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that others wrote, run by a test for itself, on loopback and with its own files. */
public final class Daemon implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Path log;

    private Daemon(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Ends the test as skipped, and says so, where a file of these packages is missing. */
    public static void needs(Path file, String packages) {
        assumeThat(file).as("needs a real server: apt-get install " + packages).exists();
    }

    public static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /**
     * Starts one that stays in the foreground, and waits until it listens.
     *
     * @param ports of 127.0.0.1 at which it will be there
     */
    public static Daemon start(Path log, List<Integer> ports, List<String> command)
            throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        Daemon daemon = new Daemon(process, log);
        try {
            await().atMost(PATIENCE)
                    .until(() -> !process.isAlive() || ports.stream().allMatch(Daemon::listens));
            assertThat(process.isAlive()).as("%s%n%s", command, daemon.said()).isTrue();
            return daemon;
        } catch (Throwable e) {
            daemon.close();
            throw e;
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public String said() throws IOException {
        return Files.readString(log);
    }

    /** Such as STOP, so that it stands still until CONT. */
    public void signal(String name) throws Exception {
        List<String> command = List.of("kill", "-" + name, Long.toString(process.pid()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** Ends it as a loss of power would. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
