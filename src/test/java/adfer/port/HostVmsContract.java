package adfer.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;
import adfer.port.HostVms.HostVm;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** What every {@link HostVms} keeps to. */
public abstract class HostVmsContract {
    protected static final Duration LONG = Duration.ofSeconds(20);
    private static final Ownership MARK = new Ownership(new GroupId("dept/mail"), new Epoch(7));

    protected final VmId vm = new VmId(UUID.randomUUID().toString());

    protected abstract HostVms vms();

    /** Starts {@link #vm} under that name. */
    protected abstract void run(String name, Optional<Ownership> mark) throws Exception;

    @Test
    void runningVmIsListedWithNameAndMark() throws Exception {
        assertThat(found()).isEmpty();
        run("web-1", Optional.of(MARK));
        assertThat(found()).contains(new HostVm(vm, "web-1", Power.RUNNING, Optional.of(MARK)));
    }

    @Test
    void vmThatAdferHasNeverTouchedBearsNoMark() throws Exception {
        run("web-1", Optional.empty());
        assertThat(found().orElseThrow().mark()).isEmpty();
    }

    @Test
    void vmWithoutPowerIsListedNoMore() throws Exception {
        run("web-1", Optional.of(MARK));
        vms().powerOff(vm, LONG);
        await().until(() -> found().isEmpty());
        vms().powerOff(vm, LONG);
    }

    @Test
    void suspendedVmIsListedAsPausedAndCanBePoweredOff() throws Exception {
        run("web-1", Optional.of(MARK));
        vms().suspend(vm, LONG);
        await().until(() -> found().filter(seen -> seen.power() == Power.PAUSED).isPresent());
        vms().suspend(vm, LONG);
        vms().powerOff(vm, LONG);
        await().until(() -> found().isEmpty());
    }

    @Test
    void nothingHappensToAnUnknownVm() {
        vms().powerOff(vm, LONG);
        vms().suspend(vm, LONG);
        assertThat(found()).isEmpty();
    }

    private Optional<HostVm> found() {
        return vms().list(LONG).stream().filter(seen -> seen.id().equals(vm)).findFirst();
    }
}
