package adfer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict.Diagnosis;
import adfer.mesh.SiteVerdict.Status;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

class JudgeTest {
    private static final SiteId A = new SiteId("a");
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Instant START = Instant.parse("2030-01-01T03:00:00Z");

    private final World world = World.of("a1 b1 w1");
    private final Map<SiteId, SiteVerdict> committed = new TreeMap<>();
    private final List<String> history = new ArrayList<>();
    private Judge judge = new Judge(world.topology, JudgePolicy.DEFAULT);
    private Duration now = Duration.ofHours(1);

    @Test
    void firstVerdictComesSoonAndIsGivenOnce() {
        pass(Duration.ofSeconds(30));
        assertThat(history).containsExactly("0.5 HEALTHY");
        assertThat(held().since()).isEqualTo(START.plusMillis(500));
    }

    @Test
    void deadSiteIsCondemnedAfterTheShortDwell() {
        pass(Duration.ofSeconds(5));
        world.kill("a1");
        pass(Duration.ofSeconds(5));
        assertThat(history).containsExactly("0.5 HEALTHY", "5.5 UNREACHABLE");
    }

    @Test
    void shorterThanTheDwellIsNothing() {
        pass(Duration.ofSeconds(5));
        for (int i = 0; i < 20; i++) {
            world.kill("a1");
            pass(Duration.ofMillis(400));
            world.revive("a1");
            pass(Duration.ofMillis(400));
        }
        assertThat(history).containsExactly("0.5 HEALTHY");
    }

    @Test
    void flappingSiteStaysCondemnedUntilItHolds() {
        pass(Duration.ofSeconds(5));
        for (int i = 0; i < 20; i++) {
            world.kill("a1");
            pass(Duration.ofSeconds(1));
            world.revive("a1");
            pass(Duration.ofSeconds(2));
        }
        pass(Duration.ofSeconds(10));
        assertThat(history).hasSize(3).startsWith("0.5 HEALTHY", "5.5 UNREACHABLE");
        assertThat(held().status()).isEqualTo(Status.HEALTHY);
        assertThat(held().since()).isAfter(START.plusSeconds(65));
    }

    @Test
    void isolatedJudgeLetsTheVerdictStandForAWhile() {
        pass(Duration.ofSeconds(5));
        world.cut("b1", "a1").cut("b1", "w1");
        pass(Duration.ofSeconds(2));
        world.mend();
        pass(Duration.ofSeconds(10));
        assertThat(history).containsExactly("0.5 HEALTHY");
        world.cut("b1", "a1").cut("b1", "w1");
        pass(Duration.ofSeconds(5));
        assertThat(history.getLast()).isEqualTo("20.0 UNDECIDED");
        assertThat(held().diagnosis()).isEqualTo(Diagnosis.OBSERVER_ISOLATED);
    }

    @Test
    void newReasonForTheSameStatusKeepsItsSince() {
        world.cut("a1", "b1", World.VPN);
        pass(Duration.ofSeconds(5));
        SiteVerdict link = held();
        world.hypervisors.put(World.node("a1"), Check.SILENT);
        pass(Duration.ofSeconds(5));
        SiteVerdict hypervisor = held();
        assertThat(link.diagnosis()).isEqualTo(Diagnosis.LINK_DEAD);
        assertThat(hypervisor.diagnosis()).isEqualTo(Diagnosis.HYPERVISOR_DEAD);
        assertThat(hypervisor.since()).isEqualTo(link.since());
    }

    @Test
    void newLeaderRepeatsNothingThatIsCommitted() {
        pass(Duration.ofSeconds(5));
        judge = new Judge(world.topology, JudgePolicy.DEFAULT);
        pass(Duration.ofSeconds(5));
        assertThat(history).hasSize(1);
    }

    private SiteVerdict held() {
        return Objects.requireNonNull(committed.get(A));
    }

    private void pass(Duration time) {
        for (Duration end = now.plus(time); now.compareTo(end) < 0; now = now.plus(TICK)) {
            Duration passed = now.minus(Duration.ofHours(1));
            var judgement = judge.judge(world.matrix("b1", now), committed, START.plus(passed));
            judge = judgement.next();
            for (SiteVerdict verdict : judgement.changed()) {
                committed.put(verdict.site(), verdict);
                if (verdict.site().equals(A)) {
                    history.add(passed.toMillis() / 1000.0 + " " + verdict.status());
                }
            }
            assertThat(judgement.verdicts()).isEqualTo(committed);
        }
    }
}
