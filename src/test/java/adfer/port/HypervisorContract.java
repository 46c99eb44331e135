package adfer.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.VmId;
import adfer.port.HypervisorException.Code;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What holds for every hypervisor. */
public abstract class HypervisorContract {
    protected static final GroupId GROUP = new GroupId("library-catalogue");
    protected static final Duration LONG = Duration.ofSeconds(30);
    protected static final Duration GRACEFUL = Duration.ofSeconds(20);

    /** The same for all calls of one test, and without the VMs of {@link #source}. */
    protected abstract Hypervisor hypervisor();

    /** A VM as the other site knows it, with one card at least. */
    protected abstract Vm source();

    /** The same, asking for more than the host has. */
    protected abstract Vm oversized();

    protected abstract HostId host();

    /** The cards of {@link #source} as they are to be here. */
    protected abstract List<Nic> nics();

    /** Has the host start a defined VM by itself, as somebody who knows nothing of Adfer may. */
    protected abstract void letItsHostStart(VmId vm);

    /** Lets a running VM stand still, with its memory. */
    protected abstract void suspend(VmId vm);

    /** The cards of {@link #source} with another address. */
    protected abstract List<Nic> otherNics();

    protected static Ownership epoch(long epoch) {
        return new Ownership(GROUP, new Epoch(epoch));
    }

    /** Of a site that was given the group with this epoch. */
    protected static Tenure tenure(long epoch) {
        return Tenure.first(epoch(epoch));
    }

    protected static void refused(Code code, ThrowingCallable call) {
        HypervisorException refusal = catchThrowableOfType(HypervisorException.class, call);
        assertThat(refusal).as("refusal with " + code).isNotNull();
        assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
        assertThat(refusal.getMessage()).isNotBlank();
    }

    protected Vm found() {
        return hypervisor().find(source().id()).orElseThrow();
    }

    private void define(long epoch) {
        hypervisor().define(source(), host(), nics(), tenure(epoch));
    }

    @Test
    void definedVmIsOffAndHasWhatItsSourceHadWithTheCardsOfThisSite() {
        define(3);

        Vm vm = found();
        assertThat(vm.name()).isEqualTo(source().name());
        assertThat(vm.power()).isEqualTo(Power.OFF);
        assertThat(vm.vcpus()).isEqualTo(source().vcpus());
        assertThat(vm.memoryMib()).isEqualTo(source().memoryMib());
        assertThat(vm.labels()).isEqualTo(source().labels());
        assertThat(vm.nics()).isEqualTo(nics());
        assertThat(vm.host()).contains(host());
        assertThat(vm.ownership()).contains(epoch(3));
        assertThat(vm.disks())
                .extracting(disk -> disk.device() + disk.path())
                .isEqualTo(source().disks().stream().map(d -> d.device() + d.path()).toList());
    }

    @Test
    void listShowsEachVmAsFindDoesAndTheHostItMayUse() {
        define(1);

        assertThat(hypervisor().list().vms()).contains(found());
        assertThat(hypervisor().list().hosts()).anyMatch(h -> h.id().equals(host()));
        for (Nic nic : nics()) {
            assertThat(hypervisor().list().networks()).anyMatch(n -> n.id().equals(nic.network()));
        }
    }

    @Test
    void unknownVmIsNotFoundCannotStartAndCountsAsStopped() {
        VmId nobody = new VmId("00000000-0000-4000-8000-000000000000");

        assertThat(hypervisor().find(nobody)).isEmpty();
        refused(Code.NO_SUCH_VM, () -> hypervisor().start(nobody, tenure(1), LONG));
        hypervisor().stop(nobody, epoch(1), GRACEFUL, LONG);
        hypervisor().undefine(nobody);
    }

    @Test
    void definingAgainChangesNothing() {
        define(2);
        Vm first = found();

        define(2);

        assertThat(found()).isEqualTo(first);
    }

    @Test
    void aVmThatIsOffCanBeDefinedAnew() {
        define(2);

        hypervisor().define(source(), host(), otherNics(), tenure(3));

        assertThat(found().nics()).isEqualTo(otherNics());
        assertThat(found().ownership()).contains(epoch(3));
    }

    @Test
    void definitionFromHereIsEnoughToDefineTheVmAgain() {
        define(2);
        Vm here = found();
        hypervisor().undefine(here.id());

        hypervisor().define(here, host(), nics(), tenure(3));

        assertThat(found().nics()).isEqualTo(here.nics());
        assertThat(found().labels()).isEqualTo(here.labels());
        assertThat(found().disks()).isEqualTo(here.disks());
    }

    @Test
    void startReturnsOnceTheVmRunsAndMayBeRepeated() {
        define(1);

        hypervisor().start(source().id(), tenure(1), LONG);

        assertThat(found().power()).isEqualTo(Power.RUNNING);
        hypervisor().start(source().id(), tenure(1), LONG);
        assertThat(found().power()).isEqualTo(Power.RUNNING);
    }

    @Test
    void aRunningVmKeepsItsDefinition() {
        define(1);
        hypervisor().start(source().id(), tenure(1), LONG);

        define(1);
        refused(Code.NOT_OFF, () -> hypervisor().define(source(), host(), otherNics(), tenure(1)));
        refused(Code.NOT_OFF, () -> hypervisor().undefine(source().id()));

        assertThat(found().nics()).isEqualTo(nics());
        assertThat(found().power()).isEqualTo(Power.RUNNING);
    }

    @Test
    void stopReturnsOnceTheVmIsOffAndMayBeRepeated() {
        define(1);
        hypervisor().start(source().id(), tenure(1), LONG);

        hypervisor().stop(source().id(), epoch(1), GRACEFUL, LONG);

        assertThat(found().power()).isEqualTo(Power.OFF);
        hypervisor().stop(source().id(), epoch(1), GRACEFUL, LONG);
        assertThat(found().power()).isEqualTo(Power.OFF);
    }

    @Test
    void noGraceMeansForcedOff() {
        define(1);
        hypervisor().start(source().id(), tenure(1), LONG);

        hypervisor().stop(source().id(), epoch(1), Duration.ZERO, LONG);

        assertThat(found().power()).isEqualTo(Power.OFF);
    }

    @Test
    void earlierEpochIsRefusedWhateverItAsks() {
        define(5);

        refused(Code.STALE_EPOCH, () -> define(4));
        refused(Code.STALE_EPOCH, () -> hypervisor().start(source().id(), tenure(4), LONG));
        assertThat(found().power()).isEqualTo(Power.OFF);

        hypervisor().start(source().id(), tenure(5), LONG);
        refused(Code.STALE_EPOCH, () -> hypervisor().stop(source().id(), epoch(4), GRACEFUL, LONG));
        assertThat(found().power()).isEqualTo(Power.RUNNING);
        assertThat(found().ownership()).contains(epoch(5));
    }

    @Test
    void stopLeavesAMarkThatRefusesTheFormerOwner() {
        define(1);
        hypervisor().start(source().id(), tenure(1), LONG);

        hypervisor().stop(source().id(), epoch(2), GRACEFUL, LONG);

        assertThat(found().ownership()).contains(epoch(2));
        refused(Code.STALE_EPOCH, () -> hypervisor().start(source().id(), tenure(1), LONG));
        assertThat(found().power()).isEqualTo(Power.OFF);
    }

    @Test
    void stopOfAVmThatIsOffLeavesTheMarkToo() {
        define(1);

        hypervisor().stop(source().id(), epoch(2), GRACEFUL, LONG);

        assertThat(found().ownership()).contains(epoch(2));
    }

    @Test
    void startOfARunningVmRaisesItsMark() {
        define(1);
        hypervisor().start(source().id(), tenure(1), LONG);

        hypervisor().start(source().id(), tenure(3), LONG);

        assertThat(found().ownership()).contains(epoch(3));
    }

    @Test
    void suspendedVmGoesOnWithItsMemoryWhereNoOtherSiteHasHadItsGroup() {
        Queue<Power> seen = suspended();
        Tenure later = new Tenure(epoch(4), new Epoch(1));

        hypervisor().define(source(), host(), nics(), later);
        hypervisor().start(source().id(), later, LONG);

        assertThat(found().power()).isEqualTo(Power.RUNNING);
        assertThat(found().ownership()).contains(epoch(4));
        assertThat(seen).doesNotContain(Power.OFF);
    }

    @Test
    void suspendedVmStartsFromItsDisksWhereAnotherSiteHasHadItsGroup() {
        Queue<Power> seen = suspended();
        Tenure later = new Tenure(epoch(4), new Epoch(3));

        hypervisor().define(source(), host(), nics(), later);
        hypervisor().start(source().id(), later, LONG);

        assertThat(found().power()).isEqualTo(Power.RUNNING);
        assertThat(found().ownership()).contains(epoch(4));
        await().untilAsserted(() -> assertThat(seen).contains(Power.OFF));
    }

    @Test
    void startAloneDropsAnOldMemoryAsWell() {
        Queue<Power> seen = suspended();

        hypervisor().start(source().id(), tenure(3), LONG);

        assertThat(found().power()).isEqualTo(Power.RUNNING);
        await().untilAsserted(() -> assertThat(seen).contains(Power.OFF));
    }

    /** Started at epoch 1, and standing still; with the changes of power from then on. */
    private Queue<Power> suspended() {
        define(1);
        hypervisor().start(source().id(), tenure(1), LONG);
        suspend(source().id());
        await().until(() -> found().power() == Power.PAUSED);
        Queue<Power> seen = new ConcurrentLinkedQueue<>();
        hypervisor()
                .onChange((vm, power) -> {
                    if (vm.equals(source().id())) {
                        seen.add(power);
                    }
                });
        return seen;
    }

    @Test
    void whateverMarksAVmTakesItsStartOutOfItsHostsHands() {
        define(1);
        assertThat(found().autostart()).isFalse();

        letItsHostStart(source().id());
        assertThat(found().autostart()).isTrue();
        assertThat(hypervisor().list().vms()).contains(found());
        define(1);
        assertThat(found().autostart()).as("defined again").isFalse();

        letItsHostStart(source().id());
        hypervisor().start(source().id(), tenure(1), LONG);
        assertThat(found().autostart()).as("started").isFalse();

        letItsHostStart(source().id());
        hypervisor().start(source().id(), tenure(1), LONG);
        assertThat(found().autostart()).as("running already").isFalse();

        letItsHostStart(source().id());
        define(1);
        assertThat(found().autostart()).as("defined while it runs").isFalse();

        letItsHostStart(source().id());
        hypervisor().stop(source().id(), epoch(1), Duration.ZERO, LONG);
        assertThat(found().autostart()).as("stopped").isFalse();

        letItsHostStart(source().id());
        hypervisor().stop(source().id(), epoch(1), Duration.ZERO, LONG);
        assertThat(found().autostart()).as("off already").isFalse();
    }

    @Test
    void anotherGroupMayTakeOver() {
        define(5);
        Ownership other = new Ownership(new GroupId("web-site"), new Epoch(1));

        hypervisor().start(source().id(), Tenure.first(other), LONG);

        assertThat(found().ownership()).contains(other);
    }

    @Test
    void undefinedVmIsGoneAndMayBeUndefinedAgain() {
        define(1);

        hypervisor().undefine(source().id());

        assertThat(hypervisor().find(source().id())).isEmpty();
        assertThat(hypervisor().list().vms()).noneMatch(vm -> vm.id().equals(source().id()));
        hypervisor().undefine(source().id());
    }

    @Test
    void definitionForAnUnknownPlaceIsRefused() {
        refused(
                Code.INVALID,
                () -> hypervisor().define(source(), new HostId("nowhere"), nics(), tenure(1)));
        assertThat(hypervisor().find(source().id())).isEmpty();
    }

    @Test
    void whatDoesNotFitIsNotStarted() {
        hypervisor().define(oversized(), host(), List.of(), tenure(1));

        refused(Code.NO_CAPACITY, () -> hypervisor().start(oversized().id(), tenure(1), LONG));

        assertThat(hypervisor().find(oversized().id()).orElseThrow().power()).isEqualTo(Power.OFF);
    }

    @Test
    void manyWhoStartTheSameVmAllSucceed() throws Exception {
        define(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> starts =
                    threads.invokeAll(
                            IntStream.range(0, 8)
                                    .<Callable<Boolean>>mapToObj(i ->
                                            () -> {
                                                hypervisor().start(source().id(), tenure(1), LONG);
                                                return true;
                                            })
                                    .toList());
            for (Future<Boolean> start : starts) {
                assertThat(start.get()).isTrue();
            }
        }
        assertThat(found().power()).isEqualTo(Power.RUNNING);
    }

    @Test
    void listenersHearOfStartAndStop() {
        record Heard(VmId vm, Power power) {}
        Queue<Heard> heard = new ConcurrentLinkedQueue<>();
        hypervisor().onChange((vm, power) -> heard.add(new Heard(vm, power)));
        define(1);

        hypervisor().start(source().id(), tenure(1), LONG);
        await().untilAsserted(
                        () -> assertThat(heard).contains(new Heard(source().id(), Power.RUNNING)));
        heard.clear();

        hypervisor().stop(source().id(), epoch(1), Duration.ZERO, LONG);
        await().untilAsserted(
                        () -> assertThat(heard).contains(new Heard(source().id(), Power.OFF)));
    }

    @Test
    void closedHypervisorSaysSo() {
        hypervisor().close();

        refused(Code.UNREACHABLE, () -> hypervisor().list());
        refused(Code.UNREACHABLE, () -> hypervisor().find(source().id()));
        hypervisor().close();
    }

    /** For those who make a VM look as if it came from elsewhere. */
    protected static Vm with(Vm vm, String definition) {
        return new Vm(
                vm.id(),
                vm.name(),
                Optional.empty(),
                vm.power(),
                vm.vcpus(),
                vm.memoryMib(),
                vm.disks(),
                vm.nics(),
                vm.labels(),
                vm.ownership(),
                definition);
    }
}
