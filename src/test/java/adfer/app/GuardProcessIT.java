package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.guard.GuardTls;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Secret;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.WhenIsolated;
import adfer.port.Guards;

import io.dropwizard.util.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code adfer guard} as a process, with VMs that are processes: what dies, and what goes on. */
@EnabledOnOs(OS.LINUX)
@Timeout(180)
class GuardProcessIT {
    private static final String KEY = "a-key-for-tests-only";
    private static final HostId HOST = new HostId("a-host-1");
    private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(60);
    private static final java.time.Duration ANSWER = java.time.Duration.ofSeconds(5);

    private final List<Process> processes = new ArrayList<>();
    private final String vm = UUID.randomUUID().toString();
    private int port;

    @SuppressWarnings("NullAway.Init")
    private Process vmProcess;

    @SuppressWarnings("NullAway.Init")
    private Process guard;

    @TempDir Path folder;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folder.resolve("vms"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void vmDiesWhenRenewalsEnd() throws Exception {
        runVm();
        guard = startGuard("4s");
        renewOnce("4s");
        assertThat(vmProcess.isAlive()).isTrue();
        awaitDead(vmProcess);
        assertThat(guard.isAlive()).isTrue();
    }

    @Test
    void vmDiesAlthoughTheHypervisorHangs() throws Exception {
        runVm();
        guard = startGuard("4s");
        renewOnce("4s");
        Files.createFile(folder.resolve("vms/hung"));
        awaitDead(vmProcess);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log()).contains("was killed"));
    }

    @Test
    void killedGuardGoesOnWithItsHoldsAndEndsThem() throws Exception {
        runVm();
        guard = startGuard("40s");
        renewOnce("40s");
        guard.destroyForcibly().waitFor();
        guard = startGuard("40s");
        await().atMost(PATIENCE).until(() -> !tickets("40s").byHost().isEmpty());
        assertThat(log()).contains("goes on with 1 groups");
        assertThat(vmProcess.isAlive()).isTrue();
        guard.destroyForcibly().waitFor();
        runOutHolds();
        guard = startGuard("40s");
        awaitDead(vmProcess);
    }

    @Test
    void afterABootTheVmIsStopped() throws Exception {
        runVm();
        guard = startGuard("10m");
        renewOnce("10m");
        guard.destroyForcibly().waitFor();
        Path holds = folder.resolve("guard/holds");
        Files.writeString(
                holds, Files.readString(holds).replaceAll("(?m)^boot .*$", "boot of-another-time"));
        guard = startGuard("10m");
        awaitDead(vmProcess);
    }

    @Test
    void guardThatIsToldToStopLeavesTheVmRunning() throws Exception {
        runVm();
        guard = startGuard("10m");
        renewOnce("10m");
        guard.destroy();
        assertThat(guard.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(vmProcess.isAlive()).isTrue();
        assertThat(log()).contains("stops; the VMs go on");
    }

    @Test
    void wrongConfigurationIsOneSentence() throws Exception {
        guard = startGuard("4s", "stop: 1s", "stop: 3900ms");
        assertThat(guard.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(guard.exitValue()).isEqualTo(2);
        assertThat(log()).contains("too little for 3 renewals").doesNotContain("\tat ");
    }

    /** Its memory is small: what makes certificates isn't even there. */
    @Test
    void guardWithTlsIsAskedByItsNodesAloneAndNeedsNoLibraryForThat() throws Exception {
        runVm();
        Path certs = folder.resolve("certs");
        Path config =
                Files.writeString(
                        folder.resolve("nodes.yml"),
                        """
                        nodes:
                          a1: { site: a, log: "127.0.0.11:1", http: "https://127.0.0.11:1" }
                          b1: { site: b, log: "127.0.0.12:1", http: "https://127.0.0.12:1" }
                        guards: { a: { a-host-1: { address: "127.0.0.1:%d" } } }
                        """
                                .formatted(port));
        assertThat(
                        Main.commandLine()
                                .execute("certs", config.toString(), "--folder", certs.toString()))
                .isZero();
        guard =
                startGuard(
                        "10m",
                        "leases:",
                        "tls: { folder: %s }%n".formatted(certs)
                                + "nodes: { a1: { site: a, log: \"127.0.0.11:1\" },"
                                + " b1: { site: b, log: \"127.0.0.12:1\" } }\nleases:");
        await().atMost(PATIENCE).until(() -> asked(certs, "a1").size() == 1);
        assertThat(asked(certs, "b1")).isEmpty();
        assertThat(tickets("10m").byHost()).as("without TLS").isEmpty();
        assertThat(guard.isAlive()).isTrue();
    }

    private Map<HostId, Long> asked(Path certs, String node) {
        AdferConfiguration given = new AdferConfiguration();
        given.node = node;
        given.tls.folder = certs.toString();
        for (String each : List.of("a1", "b1")) {
            var settings = new AdferConfiguration.NodeSettings();
            settings.log = each.equals("a1") ? "127.0.0.11:1" : "127.0.0.12:1";
            given.nodes.put(each, settings);
        }
        try (Transport transport = Transport.of(given);
                Guards link = link("10m", transport.guards())) {
            return link.ask(List.of(), ANSWER).byHost();
        }
    }

    @Test
    void hookIsPrintedWithThePlaceOfTheHolds() throws Exception {
        Path config = config("4s");
        Process printing = java("guard", config.toString(), "--host", "a-host-1", "--print-hook");
        assertThat(printing.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(log())
                .startsWith("#!/bin/sh")
                .contains("HOLDS='" + folder.resolve("guard/holds") + "'");
    }

    /** As if the hold had run out a moment ago. */
    private void runOutHolds() throws IOException {
        Path holds = folder.resolve("guard/holds");
        Files.writeString(
                holds,
                Files.readString(holds).replaceAll("(?m)^(hold \\S+ \\S+ \\S+) \\S+", "$1 1"));
    }

    /** A process that bears the arguments of QEMU, and waits for ever. */
    private void runVm() throws IOException {
        vmProcess =
                new ProcessBuilder("tail", "-f", "/dev/null", "--", "-uuid", vm)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        processes.add(vmProcess);
        Files.writeString(
                folder.resolve("vms").resolve(vm + ".vm"),
                "name=web-1\npid=" + vmProcess.pid() + "\n");
    }

    private void awaitDead(Process process) {
        await().atMost(PATIENCE).until(() -> !process.isAlive());
    }

    private void renewOnce(String length) {
        try (Guards link = link(length)) {
            Guards.Tickets[] tickets = new Guards.Tickets[1];
            await().atMost(PATIENCE)
                    .until(() -> {
                        tickets[0] = link.ask(List.of(), ANSWER);
                        return !tickets[0].byHost().isEmpty();
                    });
            assertThat(
                            link.confirm(
                                    tickets[0],
                                    List.of(
                                            new Claim(
                                                    new GroupId("web"),
                                                    new Epoch(1),
                                                    WhenIsolated.STOP,
                                                    List.of(new VmId(vm)))),
                                    ANSWER))
                    .containsOnlyKeys(HOST);
        }
    }

    private Guards.Tickets tickets(String length) {
        try (Guards link = link(length)) {
            return link.ask(List.of(), ANSWER);
        }
    }

    private Guards link(String length) {
        return link(length, Optional.empty());
    }

    private Guards link(String length, Optional<GuardTls> tls) {
        var host = new AdferConfiguration.GuardSettings();
        host.address = "127.0.0.1:" + port;
        var leases = new AdferConfiguration.LeaseSettings();
        leases.length = Duration.parse(length);
        leases.stop = Duration.seconds(1);
        leases.renewEvery = Duration.milliseconds(500);
        return GuardSetup.link(
                new SiteId("a"),
                Map.of("a-host-1", host),
                new Secret(KEY),
                GuardSetup.terms(leases),
                tls);
    }

    private Process startGuard(String length) throws IOException {
        return startGuard(length, "", "");
    }

    private Process startGuard(String length, String good, String bad) throws IOException {
        Path config = config(length);
        Files.writeString(config, Files.readString(config).replace(good, bad));
        return java("guard", config.toString(), "--host", "a-host-1");
    }

    private Path config(String length) throws IOException {
        return Files.writeString(
                folder.resolve("config.yml"),
                """
                cluster: a-node-reads-this-and-a-guard-does-not
                mesh: { key: %s }
                leases: { length: %s, stop: 1s, renewEvery: 500ms }
                guards:
                  a:
                    a-host-1:
                      address: 127.0.0.1:%d
                      data: %s
                      hypervisor: processes:%s
                """
                        .formatted(
                                KEY, length, port, folder.resolve("guard"), folder.resolve("vms")));
    }

    private Process java(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx48m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPathOfAGuard(),
                                Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                        .start();
        processes.add(process);
        return process;
    }

    private static String classPathOfAGuard() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("bouncycastle"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}
