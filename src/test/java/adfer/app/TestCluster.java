package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.probe.FalseClock;
import adfer.api.ProofResource.AttestRequest;
import adfer.api.ProofResource.ConfirmRequest;
import adfer.api.RunResource.RunReference;
import adfer.api.RunResource.StartRequest;
import adfer.api.RunbookResource.RunbookView;
import adfer.api.RunbookResource.Upload;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.cli.RunbookFolder;
import adfer.cli.SessionStore;
import adfer.cli.WaitsException;
import adfer.kernel.GroupId;
import adfer.kernel.RunId;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.run.RunHeader.Phase;
import adfer.service.Views;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Data centres A and B and a witness in this JVM: whole nodes with real HTTP, Raft, heartbeats and
 * H2, and simulated hypervisors with six VMs. Service {@code shop} has two tiers, a script and an
 * approval; {@code mail} goes without people.
 */
final class TestCluster implements AutoCloseable {
    static final GroupId SHOP = new GroupId("shop");
    static final GroupId MAIL = new GroupId("mail");

    static final Duration NTP_AHEAD = Duration.ofSeconds(42);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Differs between builds on one machine as a rule, and always between the forks of one. */
    private static final int BLOCK =
            130
                    + (int) (ProcessHandle.current().pid() % 30) * 4
                    + Integer.getInteger("adfer.fork", 1) % 2 * 2;

    private static final String VIA_A = "127." + BLOCK + ".0.";
    private static final String VIA_B = "127." + (BLOCK + 1) + ".0.";

    private final Path folder;
    private final List<String> ids;
    private final Map<String, Integer> http = new TreeMap<>();
    private final Map<String, Running> running = new TreeMap<>();
    private final String nodes;
    private final boolean secured;
    private final TestPeople people = new TestPeople();
    private UnaryOperator<String> change = UnaryOperator.identity();

    /** The cluster's time server, ahead of the nodes by {@link #NTP_AHEAD}. */
    private final FalseClock timeServer;

    private record Running(Lives lives, CompletableFuture<Integer> exit) {}

    private TestCluster(Path folder, List<String> ids, boolean secured) throws IOException {
        this.folder = folder;
        this.ids = ids;
        this.secured = secured;
        this.nodes = nodes();
        this.timeServer = FalseClock.offBy(NTP_AHEAD);
    }

    /** Writes what the nodes need into the folder. */
    static TestCluster unstarted(Path folder) throws IOException {
        return unstarted(folder, List.of("a1", "b1", "w1"), false);
    }

    /** The same with TLS everywhere; {@code adfer certs} has made what it takes. */
    static TestCluster secured(Path folder) throws IOException {
        TestCluster cluster = unstarted(folder, List.of("a1", "b1", "w1"), true);
        Path config = Files.writeString(folder.resolve("certs.yml"), cluster.config("a1"));
        cluster.certs(config.toString());
        return cluster;
    }

    private static TestCluster unstarted(Path folder, List<String> ids, boolean secured)
            throws IOException {
        TestCluster cluster = new TestCluster(folder, ids, secured);
        cluster.writeFleet();
        cluster.writeRunbooks();
        cluster.agent();
        return cluster;
    }

    /** Starts all three nodes. */
    static TestCluster start(Path folder) throws IOException {
        return started(unstarted(folder));
    }

    /** With both runbooks published, where one node demands two people for failover and skip. */
    static TestCluster withTwoPeople(Path folder) throws IOException {
        TestCluster cluster = unstarted(folder);
        cluster.configured(text ->
                text
                        + "access: { confirmWithin: 15s"
                        + (text.contains("node: w1") ? ", twoPeople: [failover, skip]" : "")
                        + " }\n");
        started(cluster);
        cluster.orClose(cluster::publish);
        return cluster;
    }

    /** The two data centres without a witness, published. */
    static TestCluster withoutWitness(Path folder) throws IOException {
        TestCluster cluster = started(unstarted(folder, List.of("a1", "b1"), false));
        cluster.orClose(cluster::publish);
        return cluster;
    }

    static TestCluster started(TestCluster cluster) {
        cluster.ids.stream()
                .filter(node -> !cluster.running.containsKey(node))
                .forEach(cluster::spawn);
        cluster.orClose(() ->
                cluster.await(
                        "people have arrived",
                        () -> {
                            cluster.arrive();
                            return true;
                        }));
        cluster.orClose(() ->
                cluster.await(
                        "both data centres are healthy and listed",
                        () -> cluster.healthy("a", "b")));
        return cluster;
    }

    /** Changes what every node is configured with, before it is started. */
    void configured(UnaryOperator<String> change) {
        this.change = change;
    }

    /** With both runbooks published and every VM seen running. */
    static TestCluster published(Path folder) throws IOException {
        TestCluster cluster = start(folder);
        cluster.orClose(cluster::publish);
        return cluster;
    }

    /** Whoever gets no cluster can't close it. */
    private void orClose(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    // Nodes

    void start(String node) {
        spawn(node);
        await("node " + node + " answers", () -> !client(node).raw("/api/v1/state").isEmpty());
        String site = node.substring(0, 1);
        if (!site.equals("w")) {
            await("site " + site + " is healthy", () -> healthy(site));
        }
    }

    void spawn(String node) {
        Path config = folder.resolve(node + ".yml");
        try {
            Files.writeString(config, change.apply(config(node)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Lives lives = new Lives();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("node-" + node)
                .daemon()
                .start(() -> {
                    try {
                        exit.complete(lives.run(config.toString()));
                    } catch (Exception e) {
                        exit.completeExceptionally(e);
                    }
                });
        running.put(node, new Running(lives, exit));
    }

    void stop(String node) {
        Running stopping = Optional.ofNullable(running.remove(node)).orElseThrow();
        try {
            stopping.lives().stop();
        } catch (TimeoutException e) {
            // A question was still open. Jetty says so once it has stopped nevertheless.
            assertThat(stopping.exit()).succeedsWithin(Duration.ofSeconds(30));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A data centre loses power: its node ends, and its VMs are off when the power returns. */
    void burn(String node) throws IOException {
        stop(node);
        Files.createFile(folder.resolve(node).resolve("hypervisor").resolve("power-cut"));
    }

    Path data(String node) {
        return folder.resolve(node);
    }

    List<String> up() {
        return List.copyOf(running.keySet());
    }

    /** {@code adfer certs} with these arguments and the cluster's folder of certificates. */
    void certs(String... arguments) {
        List<String> words = new ArrayList<>(List.of("certs"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--folder", certs().toString()));
        assertThat(Main.commandLine().execute(words.toArray(String[]::new))).isZero();
    }

    Path certs() {
        return folder.resolve("certs");
    }

    String url(String node) {
        return scheme() + "://127.0.0.1:" + http.get(node);
    }

    private String scheme() {
        return secured ? "https" : "http";
    }

    private Optional<Path> authority() {
        return secured ? Optional.of(certs().resolve("authority.crt")) : Optional.empty();
    }

    /** Every node's address, as {@code --url} takes them. */
    String urls() {
        return String.join(",", http.keySet().stream().map(this::url).toList());
    }

    /** Makes the first people, by the set-up token of the first node. */
    void arrive() {
        String node = ids.getFirst();
        people.arrive(
                credential -> client(List.of(url(node)), credential),
                folder.resolve(node).resolve("setup-token"));
    }

    /** The command line in this JVM is a person's that is signed in at all nodes. */
    void signedInHere(String person) {
        System.setProperty("user.home", folder.resolve("home").toString());
        SessionStore.standard(System.getenv())
                .keep(
                        new SessionStore.Stored(
                                List.of(urls().split(",", -1)),
                                person,
                                people.credential(person),
                                Instant.now().plus(Duration.ofHours(1)),
                                authority()),
                        Instant.now());
    }

    TestPeople people() {
        return people;
    }

    Client client(String node) {
        return client(node, "tester");
    }

    Client client(String node, String person) {
        return client(List.of(url(node)), people.credential(person));
    }

    /** Whoever shows that. */
    Client shown(String node, String credential) {
        return client(List.of(url(node)), credential);
    }

    private Client client(List<String> nodes, String credential) {
        return new Client(nodes, node -> credential, authority());
    }

    Client anyone() {
        return as("tester");
    }

    Client as(String person) {
        return client(up().stream().map(this::url).toList(), people.credential(person));
    }

    Views.AttestationView attest(String site, String words) {
        return anyone().post(
                        "/api/v1/sites/" + site + "/attestation",
                        new AttestRequest(words),
                        Views.AttestationView.class);
    }

    Views.AttestationView confirm(String person, Views.AttestationView said) {
        return as(person)
                .post(
                        "/api/v1/sites/" + said.site() + "/attestation/confirmation",
                        new ConfirmRequest(said.asked(), "site " + said.site() + " is off"),
                        Views.AttestationView.class);
    }

    @Override
    public void close() {
        up().forEach(this::stop);
        timeServer.close();
    }

    // What it is asked and told

    Views.Overview overview() {
        return anyone().get("/api/v1/overview", Views.Overview.class);
    }

    boolean healthy(String... sites) {
        return overview().sites().stream()
                        .filter(site -> List.of(sites).contains(site.id().value()))
                        .filter(site ->
                                site.sweptAt().isPresent()
                                        && site.verdict()
                                                .map(SiteVerdict::status)
                                                .filter(SiteVerdict.Status.HEALTHY::equals)
                                                .isPresent())
                        .count()
                == sites.length;
    }

    Path runbook(GroupId group) {
        return folder.resolve("runbooks").resolve(group.value()).resolve("runbook.yml");
    }

    void publish() {
        for (GroupId group : List.of(SHOP, MAIL)) {
            var bundle = RunbookFolder.read(runbook(group)).bundle();
            anyone().put(
                            "/api/v1/runbooks/" + group,
                            new Upload(bundle.yaml(), bundle.files()),
                            RunbookView.class);
        }
        await(
                "all VMs run",
                () ->
                        overview().services().stream()
                                .allMatch(s -> s.vms() > 0 && s.running() == s.vms()));
    }

    Views.ServiceView service(GroupId group) {
        return anyone().get("/api/v1/services/" + group, Views.ServiceView.class);
    }

    Views.PlanView plan(Operation operation, GroupId group) {
        return anyone().get(
                        "/api/v1/plans/" + operation.word() + "/" + group, Views.PlanView.class);
    }

    static StartRequest request(Views.PlanView view) {
        return new StartRequest(
                view.plan().operation(),
                view.plan().group(),
                view.hash(),
                view.confirmation(),
                Optional.of("a test"));
    }

    /** Shows the plan and confirms it; while the world still moves, the new plan, as people do. */
    RunId begin(Operation operation, GroupId group) {
        AtomicReference<RunId> begun = new AtomicReference<>();
        await(
                operation.word() + " of " + group + " begins",
                () -> {
                    StartRequest request = request(plan(operation, group));
                    begun.set(anyone().post("/api/v1/runs", request, RunReference.class).run());
                    return true;
                });
        return Objects.requireNonNull(begun.get());
    }

    Views.RunView run(RunId run) {
        return anyone().get("/api/v1/runs/" + run, Views.RunView.class);
    }

    /** Asks for a move of the mail, which is not begun: it waits for a second person. */
    Views.WishView wish(String person, Operation operation) {
        AtomicReference<Views.WishView> asked = new AtomicReference<>();
        await(
                operation.word() + " of the mail is asked for",
                () -> {
                    StartRequest request = request(plan(operation, MAIL));
                    try {
                        as(person).post("/api/v1/runs", request, RunReference.class);
                        throw new AssertionError("it began without a second person");
                    } catch (WaitsException waits) {
                        assertThat(waits.exitCode()).isEqualTo(ExitCode.NEEDS_PERSON);
                        asked.set(waits.wish());
                        return true;
                    }
                });
        return Objects.requireNonNull(asked.get());
    }

    void approve(RunId run, String step) {
        await(
                run,
                "step " + step + " waits for approval",
                view -> view.waiting().toString().contains("Step " + step + " waits"));
        anyone().post(
                        "/api/v1/runs/" + run + "/decisions",
                        Map.of("decision", "approve", "step", step),
                        RunReference.class);
    }

    void awaitDone(RunId run) {
        await(run, "it ends", view -> view.summary().phase().ended());
        Views.RunView view = run(run);
        if (view.summary().phase() != Phase.DONE) {
            throw new AssertionError("Run " + run + " ended as " + view.summary().phase());
        }
    }

    /** Waits for something in a run; in vain, it tells the run. */
    void await(RunId run, String what, Predicate<Views.RunView> holds) {
        try {
            await("run " + run + ": " + what, () -> holds.test(run(run)));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + run(run), e);
        }
    }

    /** Waits; a node that does not answer just does not say yes. */
    void await(String what, Callable<Boolean> holds) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreException(CliException.class)
                .until(holds);
    }

    /** Whether the service of VM {@code number} answers at the site: 1 and 2 shop, 5 mail. */
    static boolean answers(String site, int number, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress((site.equals("a") ? VIA_A : VIA_B) + number, port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    // What is written

    private String nodes() throws IOException {
        StringBuilder text = new StringBuilder();
        List<AutoCloseable> held = new ArrayList<>();
        for (String node : ids) {
            http.put(node, tcp(held));
            text.append(
                    """
                      %s: { site: %s, log: "127.0.0.1:%d", http: "%s",
                            paths: { one: "127.0.0.1:%d", two: "127.0.0.1:%d" } }
                    """
                            .formatted(
                                    node,
                                    node.substring(0, 1),
                                    tcp(held),
                                    url(node),
                                    udp(held),
                                    udp(held)));
        }
        for (AutoCloseable each : held) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        return text.toString();
    }

    private static int tcp(List<AutoCloseable> held) throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        return socket.getLocalPort();
    }

    private static int udp(List<AutoCloseable> held) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        held.add(socket);
        return socket.getLocalPort();
    }

    /** An agent that switches site a's host off, as a file says from then on. */
    Path agent() throws IOException {
        Path agent = folder.resolve("fence_test");
        Files.writeString(
                agent,
                """
                #!/bin/sh
                read -r action
                cat > /dev/null
                [ "$action" = action=off ] && { touch "$0.off"; exit 0; }
                [ -e "$0.off" ] && { echo "Status: OFF"; exit 2; }
                echo "Status: ON"
                """);
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
        return agent;
    }

    String config(String node) {
        return """
        cluster: test
        node: %1$s
        data: %2$s/%1$s
        sites:
          a: { title: Data centre A }
          b: { title: Data centre B }
        %6$s
        nodes:
        %3$s
        hypervisors:
          a:
            simulated:
              fleet: %2$s/fleet.csv
              sharedDisks: %2$s/shared
              diskEvery: 500ms
              hosts: { a-host-1: { vcpus: 16, memoryMib: 16384 } }
              networks: [vlan-20]
              powerOn: 50ms
              boot: 200ms
              shutDown: 200ms
          b:
            simulated:
              sharedDisks: %2$s/shared
              diskEvery: 500ms
              hosts: { b-host-1: { vcpus: 16, memoryMib: 16384 }, b-host-2: { vcpus: 16, memoryMib: 16384 } }
              networks: [vlan-120]
              powerOn: 50ms
              boot: 200ms
              shutDown: 200ms
        mesh: { key: a-key-for-tests-only, otherAfter: 1s, grace: 5s }
        inventory: { sweepEvery: 2s }
        leases: { length: 20s }
        takeover: { leaderlessFor: 2s, listen: 2s }
        audit: { checkpointEvery: 1s }
        fences: { a: { a-host-1: { agent: %2$s/fence_test, nodes: [b1] } } }
        %8$s
        clock: { ntp: ["127.0.0.1:%5$d"], every: 1s }
        server:
          type: simple
          applicationContextPath: /
          adminContextPath: /admin
          enableVirtualThreads: true
          shutdownGracePeriod: 1s
          connector: { type: %7$s, bindHost: 127.0.0.1, port: %4$d }
          requestLog: { appenders: [] }
        logging:
          level: WARN
          loggers: { org.apache.ratis: "OFF", org.glassfish: ERROR }
          appenders: [ { type: console } ]
        """
                .formatted(
                        node,
                        folder,
                        nodes.indent(2),
                        http.get(node),
                        timeServer.port(),
                        ids.contains("w1") ? "  w: { title: Witness, role: witness }" : "",
                        secured ? "tls" : "http",
                        secured ? "tls: { folder: %s, lookEvery: 200ms }".formatted(certs()) : "");
    }

    private void writeFleet() throws IOException {
        StringBuilder fleet = new StringBuilder("name,vcpus,memoryMib,address,labels\n");
        vm(fleet, "shop-db-1", 1, "service=shop;tier=db;port/postgres=15432");
        vm(fleet, "shop-db-2", 2, "service=shop;tier=db;port/postgres=15432");
        vm(fleet, "shop-web-1", 3, "service=shop;tier=web;port/http=18080");
        vm(fleet, "shop-web-2", 4, "service=shop;tier=web;port/http=18080");
        vm(fleet, "mail-1", 5, "service=mail;port/smtp=12525");
        vm(fleet, "mail-2", 6, "service=mail;port/imap=11143");
        Files.writeString(folder.resolve("fleet.csv"), fleet);
    }

    private static void vm(StringBuilder fleet, String name, int number, String labels) {
        fleet.append("%s,1,512,%s%d,%s%n".formatted(name, VIA_A, number, labels));
    }

    private void writeRunbooks() throws IOException {
        String head =
                """
                runbook: %s
                title: %s
                home: a
                recovery: b
                objectives: { rto: 5m, rpo: 1m }
                protect:
                  vms: [ { label: service=%1$s } ]
                  networks: { a/vlan-20: b/vlan-120 }
                  addresses: { %s0/24: %s0/24 }
                steps:
                  - id: stop
                    vm.stop: { at: source, graceful: 10s }
                    when: source.reachable
                """;
        write(
                SHOP,
                head.formatted("shop", "Web shop", VIA_A, VIA_B)
                        + """
                          - id: database
                            vm.start: { at: target, label: tier=db }
                            after: [stop]
                            verify: { tcp: "{vm}:15432", within: 30s, every: 200ms }
                          - id: promote
                            script: { at: target, run: scripts/promote.sh, args: ["{address:shop-db-1}"], timeout: 30s }
                            undo: none
                            after: [database]
                            observe: { script: scripts/promoted.sh, args: ["{address:shop-db-1}"] }
                          - id: web
                            vm.start: { at: target, label: tier=web }
                            after: [promote]
                            verify: { http: "http://{vm}:18080/", within: 30s, every: 200ms }
                          - id: sign-off
                            approve: { role: duty-manager, message: "The shop answers at the other site", timeout: 1h }
                            after: [web]
                        """);
        write(
                MAIL,
                head.formatted("mail", "E-mail", VIA_A, VIA_B)
                        + """
                          - id: start
                            vm.start: { at: target }
                            after: [stop]
                            verify: { smtp: "mail-1:12525", within: 30s, every: 200ms }
                        """);
        Path scripts = Files.createDirectories(runbook(SHOP).resolveSibling("scripts"));
        String primary = folder.resolve("primary").toString();
        script(
                scripts.resolve("promote.sh"),
                "echo \"promoting $1\"; sleep 2; echo \"$1\" > " + primary);
        script(scripts.resolve("promoted.sh"), "grep -qx \"$1\" " + primary);
    }

    private void write(GroupId group, String yaml) throws IOException {
        Files.createDirectories(runbook(group).resolveSibling("."));
        Files.writeString(runbook(group), yaml);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(
                file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
