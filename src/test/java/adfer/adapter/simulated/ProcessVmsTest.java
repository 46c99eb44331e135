package adfer.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.inventory.Ownership;
import adfer.port.HostVms;
import adfer.port.HostVmsContract;
import adfer.port.HypervisorException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

@EnabledOnOs(OS.LINUX)
class ProcessVmsTest extends HostVmsContract {
    private Optional<Process> process = Optional.empty();

    @TempDir Path folder;

    @AfterEach
    void end() {
        process.ifPresent(Process::destroyForcibly);
    }

    @Override
    protected HostVms vms() {
        return new ProcessVms(folder);
    }

    @Override
    protected void run(String name, Optional<Ownership> mark) throws IOException {
        Process started = new ProcessBuilder("tail", "-f", "/dev/null").start();
        process = Optional.of(started);
        String lines = "name=" + name + "\npid=" + started.pid() + "\n";
        Files.writeString(
                folder.resolve(vm + ".vm"),
                lines
                        + mark.map(m -> "group=" + m.group() + "\nepoch=" + m.epoch() + "\n")
                                .orElse(""));
    }

    @Test
    void hungFolderAnswersNothingInTime() throws IOException {
        Files.createFile(folder.resolve("hung"));
        assertThatThrownBy(() -> vms().list(Duration.ofMillis(50)))
                .isInstanceOf(HypervisorException.class);
    }
}
