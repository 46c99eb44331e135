package adfer.demo;

import adfer.api.RunbookResource;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.RunbookFolder;
import adfer.mesh.SiteVerdict;
import adfer.service.Views;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The demo's three nodes on loopback: data centres A and B, and a witness. */
final class Cluster implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(4);

    private final Path home;
    private final Path data;
    private final NodeProcess a;
    private final NodeProcess b;
    private final NodeProcess witness;
    private final Staff staff = new Staff();

    /**
     * @param home the folder with {@code config.yml} and {@code runbooks}
     * @param data where the nodes keep what they have; emptied first
     */
    Cluster(Path home, Path data) {
        this.home = home;
        this.data = data;
        Path config = home.resolve("config.yml");
        this.a = new NodeProcess("a1", 8101, config, data);
        this.b = new NodeProcess("b1", 8102, config, data);
        this.witness = new NodeProcess("w1", 8103, config, data);
    }

    NodeProcess a() {
        return a;
    }

    NodeProcess b() {
        return b;
    }

    List<NodeProcess> nodes() {
        return List.of(a, b, witness);
    }

    Path data() {
        return data;
    }

    NodeProcess node(String name) {
        return nodes().stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
    }

    /** In whose name, asking the survivors first. */
    Client client(String name) {
        return client(List.of(b.url(), witness.url(), a.url()), name);
    }

    Client client(List<String> nodes, String name) {
        return new Client(nodes, node -> staff.credential(name));
    }

    Staff staff() {
        return staff;
    }

    void start() {
        for (NodeProcess node : nodes()) {
            int port = Integer.parseInt(node.url().substring(node.url().lastIndexOf(':') + 1));
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                probe.setReuseAddress(true);
            } catch (IOException e) {
                throw new DemoFailure(
                        "Port " + port + " is taken: is a demo running already? Stop it first.");
            }
        }
        empty(data);
        nodes().forEach(NodeProcess::start);
    }

    /**
     * Publishes every shipped runbook, and waits until each service runs and every site is healthy.
     */
    void settle() {
        staff.arrive(List.of(a.url()), data.resolve("a1").resolve("setup-token"));
        Client client = client(Staff.HEAD);
        await(
                "a leader is elected and both data centres are healthy and listed",
                START,
                () -> healthy(client));
        for (Path runbook : runbooks()) {
            RunbookFolder folder = RunbookFolder.read(runbook);
            client.put(
                    "/api/v1/runbooks/" + folder.bundle().group(),
                    new RunbookResource.Upload(folder.bundle().yaml(), folder.bundle().files()),
                    RunbookResource.RunbookView.class);
        }
        await(
                "every VM of every service runs",
                START,
                () -> {
                    List<Views.ServiceView> services = overview(client).services();
                    return services.size() == runbooks().size()
                            && services.stream()
                                    .allMatch(service ->
                                            service.vms() > 0
                                                    && service.running() == service.vms());
                });
    }

    static Views.Overview overview(Client client) {
        return client.get("/api/v1/overview", Views.Overview.class);
    }

    private static boolean healthy(Client client) {
        Views.Overview overview = overview(client);
        return overview.quorum()
                && overview.sites().stream()
                        .filter(Views.SiteView::dataCentre)
                        .allMatch(site ->
                                site.sweptAt().isPresent()
                                        && site.verdict()
                                                .map(SiteVerdict::status)
                                                .filter(SiteVerdict.Status.HEALTHY::equals)
                                                .isPresent());
    }

    private List<Path> runbooks() {
        try (Stream<Path> files = Files.list(home.resolve("runbooks"))) {
            return files.map(folder -> folder.resolve("runbook.yml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DemoFailure("The runbooks can't be read: " + e.getMessage());
        }
    }

    /** Waits until something holds; a node that doesn't answer just doesn't say yes. */
    static void await(String what, Duration longest, Supplier<Boolean> holds) {
        long deadline = System.nanoTime() + longest.toNanos();
        String last = "";
        while (true) {
            try {
                if (holds.get()) {
                    return;
                }
            } catch (CliException e) {
                last = " (" + e.getMessage() + ")";
            }
            if (System.nanoTime() > deadline) {
                throw new DemoFailure(
                        "Waited " + longest.toSeconds() + " s in vain until " + what + last + ".");
            }
            rest();
        }
    }

    /** The pause between two looks. */
    static void rest() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("Interrupted.");
        }
    }

    private static void empty(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new DemoFailure("The folder " + folder + " can't be emptied: " + e.getMessage());
        }
    }

    /** What two or more sites wrote to one disk at one time; empty is what must hold. */
    Optional<String> overlap() {
        Path log = data.resolve("shared").resolve("overlap.log");
        try {
            return Files.exists(log)
                    ? Optional.of(Files.readString(log)).filter(text -> !text.isBlank())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("It can't be read: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        nodes().parallelStream().forEach(NodeProcess::close);
    }
}
