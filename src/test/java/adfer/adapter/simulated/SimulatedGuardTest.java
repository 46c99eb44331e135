package adfer.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.inventory.Host;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Tenure;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.LeaseTerms;
import adfer.lease.WhenIsolated;
import adfer.port.HypervisorException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

class SimulatedGuardTest {
    private static final HostId HOST = new HostId("a-1");
    private static final GroupId MAIL = new GroupId("mail");
    private static final Ownership MARK = new Ownership(MAIL, new Epoch(3));
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final LeaseTerms SHORT =
            new LeaseTerms(
                    Duration.ofSeconds(2),
                    2_000,
                    Duration.ofMillis(500),
                    Duration.ofMillis(20),
                    Duration.ofMillis(100),
                    Duration.ofMillis(100));

    @TempDir Path directory;
    private Optional<SimulatedHypervisor> site = Optional.empty();
    private Optional<SimulatedGuard> guard = Optional.empty();

    @AfterEach
    void close() {
        guard.ifPresent(SimulatedGuard::close);
        site.ifPresent(SimulatedHypervisor::close);
    }

    @Test
    void nothingIsPoweredOnWithoutALiveLeaseOfItsEpoch() {
        open(SHORT);
        assertThatThrownBy(() -> site().start(vm(), Tenure.first(MARK), LONG))
                .isInstanceOf(HypervisorException.class)
                .hasMessageContaining("holds no live lease of mail at epoch 3");
        renew();
        site().start(vm(), Tenure.first(MARK), LONG);
        assertThat(power()).isEqualTo(Power.RUNNING);
    }

    @Test
    void vmsAreStoppedWhenTheRenewalsEndAndTheTimeThatTakesIsTold() {
        open(SHORT);
        renew();
        site().start(vm(), Tenure.first(MARK), LONG);
        assertThat(guard().longestStops()).isEmpty();
        await().atMost(LONG).until(() -> power() == Power.OFF);
        await().atMost(LONG).until(() -> guard().longestStops().containsKey(HOST));
        var longest = guard().longestStops();
        assertThat(longest.get(HOST)).isPositive().isLessThan(LONG);
        close();
        open(SHORT);
        assertThat(guard().longestStops()).isEqualTo(longest);
    }

    @Test
    void vmsAreStoppedThoughOnlyTheTicketEverNamedThem() {
        open(SHORT);
        renew();
        site().start(vm(), Tenure.first(MARK), LONG);
        guard().close();
        guard = Optional.of(guarding(SHORT, directory.resolve("elsewhere")));
        guard().ask(claims(), LONG);
        await().atMost(LONG).until(() -> power() == Power.OFF);
    }

    @Test
    void siteThatWasAwayForLongerThanItsLeasesFindsItsVmsOff() {
        open(SHORT);
        renew();
        site().start(vm(), Tenure.first(MARK), LONG);
        long until = System.nanoTime() + SHORT.lasts().toNanos();
        close();
        await().atMost(LONG).until(() -> System.nanoTime() - until >= 0);
        open(SHORT);
        assertThat(power()).isEqualTo(Power.OFF);
    }

    @Test
    void siteThatComesBackInTimeGoesOnUntilItsLeaseEnds() {
        LeaseTerms terms =
                new LeaseTerms(
                        Duration.ofSeconds(6),
                        2_000,
                        Duration.ofMillis(500),
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(100));
        open(terms);
        renew();
        site().start(vm(), Tenure.first(MARK), LONG);
        close();
        open(terms);
        await().atMost(LONG).until(() -> power() == Power.RUNNING);
        await().atMost(LONG).until(() -> power() == Power.OFF);
    }

    private void open(LeaseTerms terms) {
        SimulatedGuard.beforeOpening(folder());
        SeedVm seed =
                new SeedVm(
                        "mail-1",
                        HOST,
                        1,
                        512,
                        List.of(),
                        List.of(),
                        Sorted.empty(),
                        Optional.empty(),
                        false);
        site =
                Optional.of(
                        SimulatedHypervisor.open(
                                new SimulatedConfig(
                                        new SiteId("a"),
                                        folder(),
                                        List.of(new Host(HOST, 64, 65_536, true)),
                                        List.of(),
                                        List.of(),
                                        Optional.empty(),
                                        Duration.ZERO,
                                        Timing.INSTANT,
                                        List.of(seed))));
        guard = Optional.of(guarding(terms, folder()));
    }

    private SimulatedGuard guarding(LeaseTerms terms, Path folder) {
        return new SimulatedGuard(terms, site(), new TreeSet<>(List.of(HOST)), folder);
    }

    private Path folder() {
        return directory.resolve("a");
    }

    private SimulatedHypervisor site() {
        return site.orElseThrow();
    }

    private SimulatedGuard guard() {
        return guard.orElseThrow();
    }

    private VmId vm() {
        return site().list().vms().getFirst().id();
    }

    private Power power() {
        return site().list().vms().getFirst().power();
    }

    private List<Claim> claims() {
        return List.of(new Claim(MAIL, MARK.epoch(), WhenIsolated.STOP, List.of(vm())));
    }

    private void renew() {
        await().atMost(LONG)
                .until(() ->
                        guard().confirm(guard().ask(claims(), LONG), claims(), LONG)
                                .containsKey(HOST));
    }
}
