package adfer.app;

import adfer.api.AccessResource;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.service.Accounts;
import adfer.service.Views;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * {@code adfer warm-up}: runs a node of its own for a moment and asks it something, so that Java
 * can keep the classes that a start needs. The launcher calls it once after each build.
 */
@Command(name = "warm-up", hidden = true, description = "Lets Java remember what a start needs.")
final class WarmUp implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Override
    public Integer call() throws IOException, InterruptedException {
        return in(Files.createTempDirectory("adfer-warm-up"));
    }

    /** Works in this folder, and removes it. */
    static int in(Path folder) throws IOException, InterruptedException {
        try {
            return run(folder);
        } finally {
            delete(folder);
        }
    }

    private static int run(Path folder) throws IOException, InterruptedException {
        int http = freePort();
        Path config = Files.writeString(folder.resolve("config.yml"), config(folder, http));
        AdferApplication application = new AdferApplication();
        Thread node = Thread.ofPlatform().daemon().start(() -> serve(application, config));
        AtomicReference<String> credential = new AtomicReference<>("");
        Client client =
                new Client(List.of("http://127.0.0.1:" + http), address -> credential.get());
        long deadline = System.nanoTime() + LONGEST.toNanos();
        boolean warm = false;
        while (!warm && node.isAlive() && System.nanoTime() < deadline) {
            Thread.sleep(100);
            warm = isWarm(client, folder, credential);
        }
        stop(application);
        node.join(LONGEST);
        return warm ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static boolean isWarm(Client client, Path folder, AtomicReference<String> credential)
            throws IOException {
        Path token = folder.resolve("setup-token");
        try {
            if ("".equals(credential.get()) && Files.exists(token)) {
                signIn(client, Files.readString(token).strip(), credential);
            }
            Views.Overview overview = client.get("/api/v1/overview", Views.Overview.class);
            return overview.quorum() && overview.sites().getFirst().sweptAt().isPresent();
        } catch (CliException e) {
            return false;
        }
    }

    private static void signIn(Client client, String token, AtomicReference<String> credential) {
        client.post(
                "/api/v1/setup",
                new AccessResource.SetUpRequest(
                        token, "warm-up", Optional.empty(), token, Optional.of(List.of("viewer"))),
                Accounts.PersonView.class);
        credential.set(
                client.post(
                                "/api/v1/session",
                                new AccessResource.SignInRequest("warm-up", token),
                                AccessResource.SignedIn.class)
                        .credential());
    }

    private static void stop(AdferApplication application) {
        try {
            application.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the warm node does not stop", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void serve(AdferApplication application, Path config) {
        try {
            application.serve(config.toString());
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
