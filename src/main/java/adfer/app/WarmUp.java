package adfer.app;

import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.service.Views;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * {@code adfer warm-up}: runs a node of its own for a moment and asks it something, so that Java
 * can keep the classes that a start needs. The launcher calls it once after each build.
 */
@Command(name = "warm-up", hidden = true, description = "Lets Java remember what a start needs.")
final class WarmUp implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("adfer-warm-up");
        int http = freePort();
        Path config = Files.writeString(folder.resolve("config.yml"), config(folder, http));
        Thread node = Thread.ofPlatform().daemon().start(() -> serve(config));
        Client client = new Client(List.of("http://127.0.0.1:" + http), "warm-up");
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (node.isAlive() && System.nanoTime() < deadline) {
            if (isWarm(client)) {
                return ExitCode.DONE;
            }
            Thread.sleep(100);
        }
        return ExitCode.FAILED;
    }

    private static boolean isWarm(Client client) {
        try {
            Views.Overview overview = client.get("/api/v1/overview", Views.Overview.class);
            return overview.quorum() && overview.sites().getFirst().sweptAt().isPresent();
        } catch (CliException e) {
            return false;
        }
    }

    private static void serve(Path config) {
        try {
            new AdferApplication().serve(config.toString());
        } catch (Exception e) {
            throw new IllegalStateException("warming up failed", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String config(Path folder, int http) throws IOException {
        return """
        cluster: warm-up
        node: a1
        data: %s
        sites: { a: { title: A } }
        nodes: { a1: { site: a, log: "127.0.0.1:%d", http: "http://127.0.0.1:%d", paths: { one: "127.0.0.1:%d" } } }
        hypervisors:
          a: { type: simulated, simulated: { hosts: { h: { vcpus: 1, memoryMib: 1 } }, networks: [n] } }
        mesh: { key: only-for-warming-up }
        server:
          type: simple
          applicationContextPath: /
          adminContextPath: /admin
          connector: { type: http, bindHost: 127.0.0.1, port: %d }
          requestLog: { appenders: [] }
        logging: { level: ERROR }
        """
                .formatted(folder, freePort(), http, freePort(), http);
    }
}
