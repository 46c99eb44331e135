package adfer.adapter.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.with;

import adfer.adapter.guard.Message.Ask;
import adfer.adapter.guard.Message.Confirm;
import adfer.adapter.guard.Message.No;
import adfer.adapter.guard.Message.Taken;
import adfer.adapter.guard.Message.Ticket;
import adfer.inventory.Power;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.LeaseTerms;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** The guard's loop, on a clock that the test moves. */
class GuardTest {
    /** A tick of a millisecond, so that the loop is quick to see that the clock was moved. */
    private static final LeaseTerms TERMS =
            new LeaseTerms(
                    Duration.ofSeconds(10),
                    2_000,
                    Duration.ofSeconds(3),
                    Duration.ofMillis(1),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1));

    private static final String MAIL = "mail";

    private final FakeHost host = new FakeHost();
    private final AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
    private Optional<Guard> guard = Optional.empty();

    @TempDir Path folder;

    @AfterEach
    void close() {
        guard.ifPresent(Guard::close);
    }

    @Test
    void vmIsStoppedWhenRenewalsEnd() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("boot");
        pass(TERMS.lasts().minusMillis(1));
        awaitTicks();
        assertThat(host.power("vm-1")).contains(Power.RUNNING);
        pass(Duration.ofMillis(1));
        soon().until(() -> host.power("vm-1").isEmpty());
    }

    @Test
    void vmGoesOnWhileRenewalsCome() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("boot");
        for (int second = 0; second < 30; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(confirm(ticket(), WhenIsolated.STOP, "vm-1")).isInstanceOf(Taken.class);
            awaitTicks();
        }
        assertThat(host.power("vm-1")).contains(Power.RUNNING);
    }

    @Test
    void vmIsSuspendedWhereItsGroupWantsThat() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.SUSPEND, "vm-1");
        start("boot");
        pass(TERMS.lasts());
        soon().until(() -> host.power("vm-1").equals(Optional.of(Power.PAUSED)));
        awaitTicks();
        pass(TERMS.length());
        awaitTicks();
        assertThat(host.power("vm-1")).contains(Power.PAUSED);
        assertThat(host.killed()).isEmpty();
    }

    @Test
    void vmThatIsToBeKeptAndOneThatIsNobodysGoOn() {
        host.run("vm-1", MAIL, 5);
        host.run("vm-2");
        renewBeforeStart(WhenIsolated.KEEP, "vm-1");
        start("boot");
        pass(TERMS.length());
        awaitTicks();
        assertThat(host.power("vm-1")).contains(Power.RUNNING);
        assertThat(host.power("vm-2")).contains(Power.RUNNING);
    }

    @Test
    void unmarkedVmOfAGroupIsStoppedAsWell() {
        host.run("vm-2");
        renewBeforeStart(WhenIsolated.STOP, "vm-2");
        start("boot");
        pass(TERMS.lasts());
        soon().until(() -> host.power("vm-2").isEmpty());
    }

    @Test
    void markedVmWithoutAnyLeaseIsStoppedAtOnce() {
        host.run("vm-1", "leftover", 3);
        start("boot");
        soon().until(() -> host.power("vm-1").isEmpty());
    }

    @Test
    void processesAreKilledWhenTheHypervisorHangs() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("boot");
        host.hang();
        pass(TERMS.lasts());
        awaitTicks();
        assertThat(host.killed()).isEmpty();
        pass(TERMS.stop().dividedBy(3));
        soon().until(() -> host.killed().contains(new VmId("vm-1")));
    }

    @Test
    void processesOfVmsNeverListedAreKilledWhenTheHypervisorHangs() {
        host.run("vm-1");
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        host.hang();
        start("boot");
        pass(TERMS.lasts());
        awaitTicks();
        pass(TERMS.stop().dividedBy(3));
        soon().until(() -> host.killed().contains(new VmId("vm-1")));
    }

    @Test
    void processIsKilledWhenTheHypervisorListsButDoesNotStop() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("boot");
        host.refuseToStop();
        pass(TERMS.lasts());
        awaitTicks();
        pass(TERMS.stop().dividedBy(3));
        soon().until(() -> host.killed().contains(new VmId("vm-1")));
    }

    @Test
    void guardWhoseHypervisorHangsHandsOutNoTicket() {
        start("boot");
        host.hang();
        awaitTicks();
        pass(TERMS.stopped());
        soon().until(() ->
                answer(new Ask(List.of())) instanceof No no && no.code().equals("not-armed"));
    }

    @Test
    void guardThatDoesNotLookHandsOutNoTicket() {
        Guard idle = guard("boot");
        assertThat(idle.answer(new Ask(List.of()))).isInstanceOf(No.class);
    }

    @Test
    void longestStopIsMeasuredAndToldWithTheTicketAndKept() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("boot");
        host.refuseToStop();
        pass(TERMS.lasts());
        awaitTicks();
        pass(Duration.ofMillis(1_200));
        soon().until(() -> host.power("vm-1").isEmpty());
        soon().until(() ->
                answer(new Ask(List.of())) instanceof Ticket(_, Duration longest, _)
                        && longest.equals(Duration.ofMillis(1_200)));
        confirm(ticket(), WhenIsolated.STOP, "vm-1");
        close();
        start("boot");
        soon().until(() ->
                answer(new Ask(List.of())) instanceof Ticket(_, Duration longest, _)
                        && longest.equals(Duration.ofMillis(1_200)));
    }

    @Test
    void whatItHadToStopIsToldWithTheTicketUntilItRunsAgain() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("boot");
        assertThat(stopped()).isEmpty();
        pass(TERMS.lasts());
        soon().until(() -> host.power("vm-1").isEmpty());
        soon().untilAsserted(() -> assertThat(stopped()).satisfiesExactly(this::isOfTheFifthEpoch));
        assertThat(confirm(ticket(), WhenIsolated.STOP, "vm-1")).isInstanceOf(Taken.class);
        host.run("vm-1", MAIL, 5);
        pass(TERMS.stopped());
        soon().until(() -> stopped().isEmpty());
        assertThat(host.power("vm-1")).contains(Power.RUNNING);
    }

    @Test
    void whatWasOnWhenItsHostWentDownIsToldAfterTheBoot() {
        host.run("vm-1", MAIL, 5);
        host.run("vm-2");
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("boot");
        assertThat(confirm(ticket(), WhenIsolated.STOP, "vm-1")).isInstanceOf(Taken.class);
        close();
        host.goDown();
        start("another boot");
        assertThat(stopped()).satisfiesExactly(this::isOfTheFifthEpoch);
        assertThat(confirm(ticket(), WhenIsolated.STOP, "vm-1")).isInstanceOf(Taken.class);
        host.run("vm-1", MAIL, 5);
        pass(TERMS.stopped());
        soon().until(() -> stopped().isEmpty());
        assertThat(host.power("vm-1")).contains(Power.RUNNING);
    }

    @Test
    void whatWasOffWhenTheHostWentDownIsNotTold() {
        start("boot");
        assertThat(confirm(ticket(), WhenIsolated.STOP, "vm-1")).isInstanceOf(Taken.class);
        close();
        start("another boot");
        assertThat(stopped()).isEmpty();
    }

    private void isOfTheFifthEpoch(Stopped stop) {
        assertThat(stop)
                .isEqualTo(
                        new Stopped(
                                new VmId("vm-1"), new GroupId(MAIL), new Epoch(5), stop.since()));
    }

    private List<Stopped> stopped() {
        return answer(new Ask(List.of())) instanceof Ticket(_, _, List<Stopped> stopped)
                ? stopped
                : List.of();
    }

    @Test
    void restartedGuardGoesOnWithItsHolds() {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        pass(TERMS.lasts().minusMillis(1));
        start("boot");
        awaitTicks();
        assertThat(host.power("vm-1")).contains(Power.RUNNING);
        pass(Duration.ofMillis(1));
        soon().until(() -> host.power("vm-1").isEmpty());
    }

    @Test
    void afterABootNothingThatWasHeldGoesOn() {
        host.run("vm-1");
        host.run("vm-2");
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        start("another boot");
        soon().until(() -> host.power("vm-1").isEmpty());
        assertThat(host.power("vm-2")).contains(Power.RUNNING);
    }

    @Test
    void holdLongerThanALeaseIsCutDownAlsoInTheFile() throws IOException {
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        Path file = folder.resolve(HoldFile.NAME);
        long until = clock.get() + TERMS.lasts().toNanos();
        String kept = Files.readString(file);
        assertThat(kept).contains(" " + until + " ");
        Files.writeString(file, kept.replace(" " + until + " ", " " + (until + 1_000) + " "));
        start("boot");
        assertThat(file).hasContent(kept);
    }

    @Test
    void damagedFileIsPutAsideAndWhatIsMarkedStopped() throws IOException {
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        Path file = folder.resolve(HoldFile.NAME);
        Files.writeString(file, Files.readString(file).replace("end\n", ""));
        start("boot");
        soon().until(() -> host.power("vm-1").isEmpty());
        assertThat(folder.resolve(HoldFile.NAME + ".damaged")).exists();
    }

    @Test
    void confirmationThatCanNotBeKeptIsNotTakenIn() throws IOException {
        Files.createDirectory(folder.resolve(HoldFile.NAME + ".new"));
        start("boot");
        assertThat(confirm(ticket(), WhenIsolated.STOP, "vm-1"))
                .isInstanceOfSatisfying(
                        No.class, no -> assertThat(no.code()).isEqualTo("not-kept"));
    }

    @Test
    void watchdogIsFedOnlyWhileVmsStopInTimeAndPutToRestAtTheEnd() throws IOException {
        Path device = Files.createFile(folder.resolve("watchdog"));
        host.run("vm-1", MAIL, 5);
        renewBeforeStart(WhenIsolated.STOP, "vm-1");
        guard =
                Optional.of(
                        new Guard(
                                TERMS,
                                clock::get,
                                host,
                                names -> new TreeSet<>(names.keySet()),
                                new HoldFile(folder, "boot"),
                                Optional.of(Watchdog.open(device.toString(), TERMS.stop()))));
        guard.get().start();
        long fed = Files.size(device);
        soon().until(() -> Files.size(device) > fed);
        host.refuseToStop();
        pass(TERMS.lasts());
        awaitTicks();
        pass(TERMS.stop().plusMillis(1));
        awaitTicks();
        long starved = Files.size(device);
        awaitTicks();
        assertThat(Files.size(device)).isEqualTo(starved);
        close();
        assertThat(Files.readString(device)).endsWith("V");
    }

    /** A guard before this one, on the same disk, took in a renewal at this very moment. */
    private void renewBeforeStart(WhenIsolated when, String... vms) {
        FakeHost idle = new FakeHost();
        try (Guard earlier =
                new Guard(
                        TERMS,
                        clock::get,
                        idle,
                        idle,
                        new HoldFile(folder, "boot"),
                        Optional.empty())) {
            guard = Optional.of(earlier);
            earlier.start();
            assertThat(confirm(ticket(), when, vms)).isInstanceOf(Taken.class);
        }
        guard = Optional.empty();
    }

    private static ConditionFactory soon() {
        return with().pollInterval(Duration.ofMillis(2)).await();
    }

    private Guard guard(String boot) {
        return new Guard(
                TERMS, clock::get, host, host, new HoldFile(folder, boot), Optional.empty());
    }

    private void start(String boot) {
        Guard started = guard(boot);
        guard = Optional.of(started);
        started.start();
        awaitTicks();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** Returns when the loop has seen the clock as it is now. */
    private void awaitTicks() {
        long seen = guard.orElseThrow().ticks();
        soon().until(() -> guard.orElseThrow().ticks() > seen + 3);
    }

    private Message answer(Message message) {
        return guard.orElseThrow().answer(message);
    }

    private long ticket() {
        soon().until(() -> answer(new Ask(List.of())) instanceof Ticket);
        return ((Ticket) answer(new Ask(List.of()))).ticket();
    }

    private Message confirm(long ticket, WhenIsolated when, String... vms) {
        return answer(
                new Confirm(
                        ticket,
                        List.of(
                                new Claim(
                                        new GroupId(MAIL),
                                        new Epoch(5),
                                        when,
                                        Arrays.stream(vms).map(VmId::new).toList()))));
    }
}
