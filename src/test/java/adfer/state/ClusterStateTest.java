package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Samples;
import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class ClusterStateTest {
    private final List<Entity> everything = everything();

    @Test
    void theFingerprintDependsOnWhatIsThereNotOnHowItCame() {
        ClusterState forward = with(ClusterState.EMPTY, everything);
        List<Entity> shuffled = new ArrayList<>(forward.entities().values());
        Collections.shuffle(shuffled, new Random(1));
        ClusterState detour = with(ClusterState.EMPTY, shuffled);
        for (Kind kind : Kind.values()) {
            Entity passing = Samples.of(Entities.type(kind), 1_000);
            if (forward.find(passing.key()).isEmpty()) {
                detour = detour.with(passing).without(passing.key());
            }
        }
        assertThat(detour).isEqualTo(forward);
        assertThat(detour.fingerprint()).isEqualTo(forward.fingerprint());
        assertThat(of(shuffled)).isEqualTo(forward);
    }

    @Test
    void everyDifferenceShowsInTheFingerprint() {
        ClusterState state = of(everything);
        for (Entity entity : state.entities().values()) {
            assertThat(state.without(entity.key()).fingerprint()).isNotEqualTo(state.fingerprint());
        }
        At.Sweep sweep = Samples.of(At.Sweep.class, 5);
        At.Sweep later =
                new At.Sweep(sweep.site(), sweep.at().plusNanos(1), sweep.vms(), sweep.problem());
        assertThat(state.with(sweep).fingerprint()).isNotEqualTo(state.with(later).fingerprint());
    }

    @Test
    void theAuditTrailIsPartOfTheFingerprint() {
        ClusterState one = ClusterState.of(1, Instant.EPOCH, 1, "head", everything);
        assertThat(ClusterState.of(1, Instant.EPOCH, 2, "head", everything).fingerprint())
                .isNotEqualTo(one.fingerprint());
        assertThat(ClusterState.of(1, Instant.EPOCH, 1, "other", everything).fingerprint())
                .isNotEqualTo(one.fingerprint());
    }

    @Test
    void aReplacedEntityLeavesNoTrace() {
        At.HostAt before = Samples.of(At.HostAt.class, 1);
        Host host = before.host();
        At.HostAt after =
                new At.HostAt(
                        before.site(),
                        new Host(host.id(), host.vcpus(), host.memoryMib(), !host.usable()));
        ClusterState state = of(List.of(before));
        assertThat(state.with(after).with(before)).isEqualTo(state);
        assertThat(state.without(before.key())).isEqualTo(of(List.of()));
        assertThat(state.without(new Key(Kind.VM, "nowhere/none"))).isSameAs(state);
    }

    @Test
    void lookingUnderAPrefixTakesNoNeighbours() {
        ClusterState state = of(everything);
        At.VmAt vm = state.all(Kind.VM, At.VmAt.class).findFirst().orElseThrow();
        assertThat(state.vms(vm.site())).contains(vm.vm());
        assertThat(state.under(Kind.VM, vm.site() + "/", At.VmAt.class))
                .allMatch(found -> found.site().equals(vm.site()));
        for (Kind kind : Kind.values()) {
            assertThat(state.all(kind, Entity.class)).hasSize(state.count(kind));
            assertThat(state.all(kind, Entity.class))
                    .allMatch(found -> Entities.type(kind).isInstance(found));
        }
    }

    /**
     * Runs are kept put together while they are open, which must never differ from the entities.
     */
    @Test
    void anOpenRunIsAlwaysWhatItsEntitiesSay() {
        Random random = new Random(7);
        List<Entity> parts = new ArrayList<>();
        for (long seed = 0; seed < 60; seed++) {
            RunId run = new RunId("run-" + seed % 4);
            parts.add(charter(run, seed));
            parts.add(header(run, seed));
            parts.add(task(run, seed));
            parts.add(task(run, seed + 1_000));
        }
        ClusterState state = ClusterState.EMPTY;
        for (int i = 0; i < 600; i++) {
            Entity part = parts.get(random.nextInt(parts.size()));
            state = random.nextInt(4) == 0 ? state.without(part.key()) : state.with(part);
            for (int run = 0; run < 4; run++) {
                RunId id = new RunId("run-" + run);
                assertThat(state.run(id)).isEqualTo(OpenRuns.assemble(id, state.entities()));
            }
            assertThat(state.open()).isEqualTo(OpenRuns.of(state.entities()));
        }
        assertThat(state.run(new RunId("run-9"))).isEmpty();
    }

    private static RunCharter charter(RunId run, long seed) {
        RunCharter sample = Samples.of(RunCharter.class, seed);
        return new RunCharter(
                run,
                sample.plan(),
                sample.bundle(),
                sample.sources(),
                sample.by(),
                sample.reason(),
                sample.at(),
                sample.outageSince());
    }

    private static RunHeader header(RunId run, long seed) {
        RunHeader sample = Samples.of(RunHeader.class, seed);
        return new RunHeader(
                run, sample.phase(), sample.journal(), sample.proof(), sample.endedAt());
    }

    private static TaskProgress task(RunId run, long seed) {
        TaskProgress sample = Samples.of(TaskProgress.class, seed);
        return new TaskProgress(
                run,
                sample.task(),
                sample.status(),
                sample.attempt(),
                sample.tries(),
                sample.recovering(),
                sample.executor(),
                sample.epoch(),
                sample.startedAt(),
                sample.endedAt(),
                sample.notBefore(),
                sample.outcome(),
                sample.output());
    }

    private static List<Entity> everything() {
        List<Entity> entities = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Samples.of(Entities.type(kind), 1, 10).forEach(entities::add);
        }
        return entities;
    }

    private static ClusterState of(List<Entity> entities) {
        return ClusterState.of(0, Instant.EPOCH, 0, AuditEntry.GENESIS, entities);
    }

    private static ClusterState with(ClusterState before, List<Entity> entities) {
        ClusterState state = before;
        for (Entity entity : entities) {
            state = state.with(entity);
        }
        return state;
    }
}
