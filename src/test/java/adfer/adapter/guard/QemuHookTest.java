package adfer.adapter.guard;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.DeadMan;
import adfer.lease.LeaseTerms;
import adfer.lease.WhenIsolated;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The hook for libvirt, run by the plain shell as libvirt does. */
@EnabledOnOs(OS.LINUX)
class QemuHookTest {
    private static final Path SCRIPT = Path.of("src/main/resources/adfer/guard/qemu-hook.sh");
    private static final String VM = "6b0f1d0a-2f5e-4c55-9f0e-1f6f1f3a7c01";
    private static final String MARK =
            """
            <adfer:vm xmlns:adfer="https://adfer.dev/libvirt/1">
              <adfer:label key="service" value="catalogue"/>
              <adfer:ownership group='dept/mail' epoch="7"/>
            </adfer:vm>
            """;

    @TempDir Path folder;
    private Path holds = Path.of("");
    private Path hook = Path.of("");

    private record Outcome(int code, String err) {}

    @BeforeEach
    void install() throws IOException {
        holds = folder.resolve("the guard's holds");
        hook =
                Files.writeString(
                        folder.resolve("qemu"),
                        Files.readString(SCRIPT)
                                .replace("@HOLDS@", holds.toString().replace("'", "'\\''")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepare", "start", "started"})
    void markedVmStartsOnlyWhileItsGroupIsHeldAtItsEpoch(String operation) throws Exception {
        hold("dept/mail 7 STOP " + in(Duration.ofMinutes(5)));
        assertThat(ask(operation, "begin", MARK)).isEqualTo(new Outcome(0, ""));
        hold("dept/mail 7 STOP " + in(Duration.ofMillis(-1)));
        Outcome refused = ask(operation, "begin", MARK);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .isEqualTo(
                        "adfer: VM web-1 is not started on this host: its group dept/mail has no"
                                + " lease here at epoch 7.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dept/mail 6", "dept/mail 70", "mail 7", "dept/mai. 7"})
    void holdOfAnotherGroupOrEpochDoesNotCount(String other) throws Exception {
        hold(other + " STOP " + in(Duration.ofMinutes(5)) + " " + VM);
        assertThat(ask("prepare", "begin", MARK).code()).isEqualTo(1);
    }

    @Test
    void holdOfAnotherBootDoesNotCount() throws Exception {
        hold("dept/mail 7 STOP " + in(Duration.ofMinutes(5)));
        Files.writeString(
                holds, Files.readString(holds).replace(BootClock.bootId(), "another-boot"));
        assertThat(ask("prepare", "begin", MARK).code()).isEqualTo(1);
    }

    @Test
    void withoutAGuardMarkedVmsDoNotStartAndOthersDo() throws Exception {
        assertThat(ask("prepare", "begin", MARK).err()).contains("the guard has no holds");
        assertThat(ask("prepare", "begin", "")).isEqualTo(new Outcome(0, ""));
        Files.writeString(holds, "adfer-holds 1\n");
        assertThat(ask("prepare", "begin", MARK).code()).isEqualTo(1);
    }

    @Test
    void vmThatIsOnlyListedNeedsALeaseToo() throws Exception {
        hold("mail 3 KEEP " + in(Duration.ofMinutes(5)) + " other " + VM);
        assertThat(ask("prepare", "begin", "").code()).isZero();
        hold("mail 3 KEEP 5 other " + VM);
        assertThat(ask("prepare", "begin", "").err()).contains("its group mail has no lease here");
        hold("mail 3 KEEP 5 other " + VM + "9");
        assertThat(ask("prepare", "begin", "").code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<adfer:ownership group='mail'/>",
                "<adfer:ownership epoch='7'/>",
                "<adfer:ownership group='mail' epoch='7'/><adfer:ownership group='x' epoch='7'/>"
            })
    void markThatCanNotBeReadRefuses(String owner) throws Exception {
        hold("mail 7 STOP " + in(Duration.ofMinutes(5)));
        String mark =
                "<adfer:vm xmlns:adfer='https://adfer.dev/libvirt/1'>" + owner + "</adfer:vm>";
        assertThat(ask("prepare", "begin", mark).err()).contains("who owns it can't be read");
    }

    @Test
    void labelsAloneProtectNothing() throws Exception {
        String labels =
                "<adfer:vm xmlns:adfer='https://adfer.dev/libvirt/1'><adfer:label key='a'"
                        + " value='b'/></adfer:vm>";
        assertThat(ask("prepare", "begin", labels).code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stopped end", "release end", "reconnect begin", "migrate begin"})
    void everythingElseIsLetThrough(String operation) throws Exception {
        String[] words = operation.split(" ", -1);
        assertThat(ask(words[0], words[1], MARK)).isEqualTo(new Outcome(0, ""));
    }

    /** So that guard and hook can't come to mean different things by the file. */
    @Test
    void hookReadsWhatTheGuardWrites() throws Exception {
        var terms = LeaseTerms.DEFAULT;
        var deadMan = DeadMan.unarmed(terms).issued(1, BootClock.open().getAsLong());
        var claim =
                new Claim(
                        new GroupId("dept/mail"),
                        new Epoch(7),
                        WhenIsolated.STOP,
                        List.of(new VmId(VM)));
        var confirmed = (Result.Ok<DeadMan.Taken>) deadMan.confirmed(1, List.of(claim));
        new HoldFile(folder, BootClock.bootId())
                .save(confirmed.value().next(), Duration.ZERO, List.of());
        Files.move(folder.resolve(HoldFile.NAME), holds);
        assertThat(ask("prepare", "begin", MARK)).isEqualTo(new Outcome(0, ""));
    }

    private static String in(Duration time) {
        return Long.toString(BootClock.open().getAsLong() + time.toNanos());
    }

    private void hold(String hold) throws IOException {
        Files.writeString(
                holds,
                "adfer-holds 1\nboot %s\nlongest-stop 0\nhold %s\nend\n"
                        .formatted(BootClock.bootId(), hold));
    }

    private Outcome ask(String operation, String sub, String metadata) throws Exception {
        String xml =
                """
                <domain type='kvm' id='3'>
                  <name>web-1</name>
                  <uuid>%s</uuid>
                  <metadata>%s<other uuid='x'/></metadata>
                  <devices/>
                </domain>
                """
                        .formatted(VM, metadata);
        Process shell =
                new ProcessBuilder("sh", hook.toString(), "web-1", operation, sub, "-").start();
        try (var in = shell.getOutputStream()) {
            in.write(xml.getBytes(UTF_8));
        } catch (IOException e) {
            // It does not read what it needs not.
            assertThat(e.getMessage()).containsAnyOf("pipe", "closed");
        }
        String err = new String(shell.getErrorStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Outcome(shell.exitValue(), err);
    }
}
