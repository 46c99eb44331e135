package adfer.adapter.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.kernel.VmId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Real processes that bear the arguments of QEMU. */
@EnabledOnOs(OS.LINUX)
class QemuProcessesTest {
    private final List<Process> started = new ArrayList<>();
    private final String uuid = UUID.randomUUID().toString();
    private final VmId vm = new VmId(uuid);
    private final QemuProcesses processes = new QemuProcesses();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void processOfTheVmIsKilledAndNoOther() throws IOException {
        Process wanted = qemu("-name", "guest=web-1,debug-threads=on", "-uuid", uuid);
        Process namesake = qemu("-name", "guest=web-1", "-uuid", UUID.randomUUID().toString());
        Process other = qemu("-S", uuid);
        assertThat(kill("web-1")).isTrue();
        await().until(() -> !wanted.isAlive());
        assertThat(namesake.isAlive()).isTrue();
        assertThat(other.isAlive()).isTrue();
        assertThat(kill("web-1")).isFalse();
    }

    @Test
    void uuidInCapitalsIsTheSame() throws IOException {
        Process wanted = qemu("-uuid", uuid.toUpperCase(Locale.ROOT));
        assertThat(kill("")).isTrue();
        await().until(() -> !wanted.isAlive());
    }

    @Test
    void withoutAUuidTheNameDecides() throws IOException {
        String name = "a, b " + uuid;
        Process wanted = qemu("-name", "guest=" + name.replace(",", ",,") + ",x=y");
        Process other = qemu("-name", "guest=" + name + "9");
        assertThat(kill("")).isFalse();
        assertThat(kill(name)).isTrue();
        await().until(() -> !wanted.isAlive());
        assertThat(other.isAlive()).isTrue();
    }

    /** Whether a process was there. */
    private boolean kill(String name) {
        return processes.kill(new TreeMap<>(Map.of(vm, name))).contains(vm);
    }

    /** Returns when it has become what it is to be. */
    private Process qemu(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("tail", "-f", "/dev/null", "--"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        started.add(process);
        await().until(() ->
                process.info().command().filter(path -> path.endsWith("tail")).isPresent());
        return process;
    }
}
