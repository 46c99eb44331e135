package adfer.service;

import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.json.JacksonCodec;
import adfer.inventory.At;
import adfer.inventory.Ownership;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.plan.Stage;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

class CensusTest {
    private static final Ownership MARK = new Ownership(CATALOGUE, new Epoch(1));
    private static final Vm DB = Stage.vm("db-1", 11, "db", 8192);
    private static final Vm WEB = Stage.vm("web-1", 12, "web", 8192);

    private final Applies log = new Applies(new JacksonCodec());
    private final MemoryHypervisor site = new MemoryHypervisor();
    private final AtomicLong clock = new AtomicLong();

    @Test
    void whereNobodyLeadsTheHypervisorIsAskedAndOnlyWhatIsProtectedAndRunsCounts() {
        site.has(DB);
        site.start(DB.id(), Tenure.first(MARK), Duration.ZERO);
        site.has(WEB);
        Replica replica = log.replica(ClusterState.EMPTY);
        try (Census census = new Census(B, site, replica, clock::get)) {
            await().until(() -> census.running().equals(Optional.of(1)));
            site.stop(DB.id(), MARK, Duration.ZERO, Duration.ZERO);
            await().until(() -> census.running().equals(Optional.of(0)));
        }
    }

    @Test
    void whereSomebodyLeadsTheInventoryTells() {
        Replica replica = log.replica(listed(""));
        log.leads(Optional.of(replica));
        try (Census census = new Census(B, site, replica, clock::get)) {
            await().until(() -> census.running().equals(Optional.of(1)));
        }
    }

    @Test
    void inventoryThatCouldNotBeListedTellsNothing() {
        Replica replica = log.replica(listed("The hypervisor does not answer."));
        log.leads(Optional.of(replica));
        try (Census census = new Census(B, site, replica, clock::get)) {
            await().during(Duration.ofMillis(200)).until(() -> census.running().isEmpty());
        }
    }

    @Test
    void countThatIsNotRenewedIsForgotten() {
        Replica replica = log.replica(ClusterState.EMPTY);
        Census census = new Census(B, site, replica, clock::get);
        await().until(() -> census.running().equals(Optional.of(0)));
        census.close();
        clock.set(Duration.ofSeconds(4).toNanos());
        assertThat(census.running()).isEmpty();
    }

    private ClusterState listed(String problem) {
        site.has(DB);
        site.start(DB.id(), Tenure.first(MARK), Duration.ZERO);
        Vm running = site.find(DB.id()).orElseThrow();
        return ClusterState.of(
                3,
                NOW,
                0,
                AuditEntry.GENESIS,
                List.of(new At.VmAt(B, running), new At.Sweep(B, NOW, 1, problem)));
    }
}
