package adfer.adapter.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.port.Fence;
import adfer.port.Fence.Power;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Real processes: small agents that behave, lie, refuse and hang, and one of Debian's. */
class FenceAgentsTest {
    private static final SiteId A = new SiteId("a");
    private static final HostId HOST = new HostId("h1");
    private static final Path DUMMY = Path.of("/usr/sbin/fence_dummy");

    @TempDir Path folder;
    private final Map<String, String> environment = new TreeMap<>(Map.of("BMC", "s3cret"));
    private Duration timeout = Duration.ofSeconds(20);

    @Test
    void agentIsToldOnItsInputAloneAndBelievedWhenItSaysOff() throws IOException {
        Fence fence =
                agent(
                        """
                        cat > $0.input; echo "$@" > $0.arguments; env > $0.environment
                        grep -q action=off $0.input && { echo off > $0.power; echo "Success: Powered OFF"; exit 0; }
                        [ -e $0.power ] && { echo "Status: OFF"; exit 2; }
                        echo "Status: ON"
                        """);
        assertThat(fence.look(A, HOST).power()).isEqualTo(Power.ON);
        assertThat(fence.switchOff(A, HOST).sentence()).isEqualTo("It took the order.");
        assertThat(fence.look(A, HOST))
                .isEqualTo(new Fence.Seen(Power.OFF, "agent", "It says that the power is off."));
        assertThat(Files.readString(file("input")))
                .isEqualTo("action=status\nip=10.0.0.1\npassword=s3cret\n");
        assertThat(Files.readString(file("arguments"))).isBlank();
        assertThat(Files.readString(file("environment"))).doesNotContain("s3cret");
    }

    @Test
    void statusThatDoesNotSayOffIsNotOff() throws IOException {
        assertThat(agent("exit 2").look(A, HOST).power()).isEqualTo(Power.UNKNOWN);
        assertThat(agent("echo 'Status: OFF'; exit 0").look(A, HOST).power())
                .isEqualTo(Power.UNKNOWN);
        assertThat(agent("echo 'Unknown option Status: OFF'; exit 2").look(A, HOST).power())
                .isEqualTo(Power.UNKNOWN);
    }

    @Test
    void orderThatWasTakenButNotCarriedOutShows() throws IOException {
        Fence fence = agent("grep -q action=off && exit 0; echo 'Status: ON'");
        fence.switchOff(A, HOST);
        assertThat(fence.look(A, HOST).power()).isEqualTo(Power.ON);
    }

    @Test
    void refusalIsToldWithoutTheSecret() throws IOException {
        Fence fence = agent("echo \"Login failed with $(grep password)\" >&2; exit 3");
        assertThat(fence.switchOff(A, HOST).sentence())
                .isEqualTo("agent off ended with 3: Login failed with password=***");
        environment.clear();
        assertThat(fence().look(A, HOST))
                .isEqualTo(
                        new Fence.Seen(
                                Power.UNKNOWN,
                                "agent",
                                "agent could not be asked: env:BMC is not set."));
    }

    @Test
    void agentThatHangsIsKilledWithItsChildren() throws IOException {
        timeout = Duration.ofSeconds(1);
        Fence fence =
                agent(
                        "sleep 1000 & echo $! > $0.child; (setsid sleep 1000 & echo $! > $0.away);"
                                + " sleep 1000");
        assertThat(fence.look(A, HOST))
                .isEqualTo(
                        new Fence.Seen(
                                Power.UNKNOWN,
                                "agent",
                                "agent status did not end within 1 s and was killed."));
        long child = Long.parseLong(Files.readString(file("child")).strip());
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void whatAnAgentLeavesBehindEndsWithIt() throws IOException {
        Fence fence = agent("sleep 1000 > /dev/null 2>&1 & echo $! > $0.child; echo 'Status: ON'");
        assertThat(fence.look(A, HOST).power()).isEqualTo(Power.ON);
        long child = Long.parseLong(Files.readString(file("child")).strip());
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void secretHasOneLine() throws IOException {
        environment.put("BMC", "one\naction=on");
        assertThat(agent("cat >> $0.input").switchOff(A, HOST).sentence())
                .contains("must be one line");
        assertThat(file("input")).doesNotExist();
    }

    @Test
    void nothingSecretAndNothingThatIsOursIsTakenAsAnOption() {
        for (String key : new String[] {"password", "passwd", "action", "debug_file", "a b"}) {
            assertThatThrownBy(() -> device(Map.of(key, "x")))
                    .as(key)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith(".");
        }
    }

    /** Debian's, which keeps the power of its host in a file. */
    @Test
    void aRealAgentIsUnderstood() throws IOException {
        assumeThat(DUMMY).as("apt-get install fence-agents").isExecutable();
        Path status = folder.resolve("power");
        Files.writeString(status, "on");
        Fence fence =
                fence(
                        new FenceDevice(
                                DUMMY,
                                new TreeMap<>(Map.of("status_file", status.toString())),
                                new TreeMap<>(),
                                timeout,
                                1));
        assertThat(fence.look(A, HOST).power()).isEqualTo(Power.ON);
        fence.switchOff(A, HOST);
        assertThat(fence.look(A, HOST).power()).isEqualTo(Power.OFF);
        assertThat(Files.readString(status)).isEqualTo("off");
    }

    private Path file(String suffix) {
        return folder.resolve("agent." + suffix);
    }

    private Fence agent(String script) throws IOException {
        Path agent = folder.resolve("agent");
        Files.writeString(agent, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
        return fence();
    }

    private Fence fence() {
        return fence(device(Map.of("ip", "10.0.0.1")));
    }

    private FenceDevice device(Map<String, String> options) {
        return new FenceDevice(
                folder.resolve("agent"),
                new TreeMap<>(options),
                new TreeMap<>(Map.of("password", SecretRef.of("env:BMC"))),
                timeout,
                1);
    }

    private Fence fence(FenceDevice device) {
        return new FenceAgents(Map.of(A, Map.of(HOST, device)), this::find);
    }

    private Result<Secret> find(SecretRef reference) {
        return environment.containsKey(reference.name())
                ? Result.ok(new Secret(environment.get(reference.name())))
                : Result.refused("secret-unavailable", reference + " is not set.");
    }
}
