package adfer.plan;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;
import static adfer.plan.Stage.vm;
import static adfer.plan.Stage.with;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;

import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static Readiness of(Stage stage) {
        return Readiness.of(CATALOGUE, stage.state(), NOW);
    }

    @Test
    void aHealthySourceIsTakenAsLost() {
        Readiness readiness = of(new Stage());
        assertThat(readiness.level()).isEqualTo(Readiness.Level.READY);
        Plan plan = readiness.plan().orElseThrow();
        assertThat(plan.sourceReachable()).isFalse();
        assertThat(plan.steps().getFirst().skipped()).isPresent();
    }

    @Test
    void whatIsOnlyWorseThanItShouldBeIsAWarning() {
        Readiness readiness =
                of(new Stage().put(new At.VmAt(A, with(vm("db-1", 11, "db", 1), Power.OFF))));
        assertThat(readiness.level()).isEqualTo(Readiness.Level.READY_WITH_WARNINGS);
        assertThat(readiness.warnings()).extracting(Problem::code).containsExactly("vm-off");
    }

    @Test
    void aLostTargetMeansNotReady() {
        Readiness readiness = of(new Stage().lost(B));
        assertThat(readiness.level()).isEqualTo(Readiness.Level.NOT_READY);
        assertThat(readiness.obstacles())
                .extracting(Problem::code)
                .containsExactly("target-not-reachable");
    }

    @Test
    void anUnknownGroupIsNotReady() {
        Readiness readiness = Readiness.of(new GroupId("nobody"), new Stage().state(), NOW);
        assertThat(readiness.level()).isEqualTo(Readiness.Level.NOT_READY);
        assertThat(readiness.plan()).isEmpty();
    }
}
