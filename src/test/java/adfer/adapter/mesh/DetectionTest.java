package adfer.adapter.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Judge;
import adfer.mesh.JudgePolicy;
import adfer.mesh.LinkPolicy;
import adfer.mesh.SiteVerdict;
import adfer.mesh.SiteVerdict.Diagnosis;
import adfer.mesh.SiteVerdict.Status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** From a fault to the verdict that a leader at b would commit, in virtual time. */
class DetectionTest {
    private static final SiteId A = new SiteId("a");
    private static final NodeId A1 = new NodeId("a1");
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int ROUNDS = 10;

    private VirtualMesh mesh = mesh(0);
    private Judge judge = new Judge(mesh.topology, JudgePolicy.DEFAULT);
    private final Map<SiteId, SiteVerdict> committed = new TreeMap<>();

    @ParameterizedTest(name = "at a loss of {0} in a thousand each way, within {1} ms")
    @CsvSource({"0, 2900", "20, 3900", "100, 6800"})
    void deadSiteIsCondemned(int lossPerMille, long within) {
        for (int round = 0; round < ROUNDS; round++) {
            begin(round, lossPerMille);
            assertThat(status()).as("round %d", round).isEqualTo(Status.HEALTHY);
            mesh.kill("a1");
            Duration took = until(() -> status() == Status.UNREACHABLE);
            assertThat(took).as("round %d", round).isLessThan(Duration.ofMillis(within));
            assertThat(verdict().diagnosis()).isEqualTo(Diagnosis.SITE_DEAD);
        }
    }

    @Test
    void lossAndJitterCondemnNobody() {
        begin(1, 100);
        until(() -> mesh.now > Duration.ofMinutes(10).toNanos());
        assertThat(status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void observerThatFrozeCondemnsNobody() {
        begin(1, 0);
        for (int i = 1; i < 8; i++) {
            mesh.frozen.add(new NodeId("w1"));
            pass(Duration.ofSeconds(i));
            mesh.frozen.clear();
            pass(Duration.ofSeconds(3));
            assertThat(status()).isNotIn(Status.UNREACHABLE, Status.UNDECIDED);
        }
    }

    @Test
    void healedSiteIsHealthyAgain() {
        begin(1, 0);
        mesh.kill("a1");
        until(() -> status() == Status.UNREACHABLE);
        mesh.start(A1);
        Duration took = until(() -> status() == Status.HEALTHY);
        assertThat(took).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
    }

    private void begin(long seed, int lossPerMille) {
        mesh = mesh(seed);
        judge = new Judge(mesh.topology, JudgePolicy.DEFAULT);
        committed.clear();
        mesh.fate =
                (from, to, path, random) ->
                        random.nextInt(1000) < lossPerMille
                                ? -1
                                : 2_000_000L + random.nextInt(20_000_000);
        pass(Duration.ofSeconds(45).plusMillis(61L * seed));
    }

    private static VirtualMesh mesh(long seed) {
        return new VirtualMesh(VirtualMesh.threeSites(), LinkPolicy.DEFAULT, seed).startAll();
    }

    private SiteVerdict verdict() {
        SiteVerdict verdict = committed.get(A);
        if (verdict == null) {
            throw new AssertionError("no verdict yet");
        }
        return verdict;
    }

    private Status status() {
        return verdict().status();
    }

    private void pass(Duration time) {
        long end = mesh.now + time.toNanos();
        until(() -> mesh.now >= end);
    }

    private Duration until(BooleanSupplier holds) {
        long start = mesh.now;
        do {
            mesh.pass(TICK);
            var judgement = judge.judge(mesh.matrix("b1"), committed, Instant.EPOCH);
            judge = judgement.next();
            committed.putAll(judgement.verdicts());
            assertThat(mesh.now - start).isLessThan(Duration.ofHours(1).toNanos());
        } while (!holds.getAsBoolean());
        return Duration.ofNanos(mesh.now - start);
    }
}
