package adfer.plan;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.vm;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;

import org.junit.jupiter.api.Test;

import java.util.List;

class PlanDiffTest {
    private final Plan shown = new Stage().plan(Operation.MIGRATION);

    private List<String> since(Stage stage) {
        return PlanDiff.between(shown, stage.plan(Operation.MIGRATION));
    }

    @Test
    void namesTheVmThatGoesElsewhere() {
        assertThat(
                        since(
                                new Stage()
                                        .put(
                                                new At.HostAt(
                                                        B,
                                                        new Host(
                                                                new HostId("b-h1"),
                                                                32,
                                                                65_536,
                                                                false)))))
                .contains("db-1 goes to host b-h2 instead of b-h1.");
    }

    @Test
    void namesNewVmsAndThoseThatAreGone() {
        Stage stage =
                new Stage()
                        .remove(new At.VmAt(A, vm("web-2", 22, "web", 2048)))
                        .put(new At.VmAt(A, vm("web-3", 23, "web", 2048)));
        assertThat(since(stage))
                .contains(
                        "Step stop no longer handles web-2.",
                        "Step stop now handles web-3, too.",
                        "Step web no longer handles web-2.",
                        "Step web now handles web-3, too.");
    }

    @Test
    void namesStepsOfANewRunbook() {
        String longer =
                Stage.RUNBOOK
                        + """
                          - id: tell
                            pause: 1m
                            after: [web]
                        """;
        assertThat(since(new Stage().runbook(longer)))
                .containsExactly(
                        "Another version of the runbook has been published.", "Step tell is new.");
    }

    @Test
    void namesANewObstacle() {
        Stage stage =
                new Stage().remove(new At.NetworkAt(B, new Network(new NetworkId("vlan-120"), "")));
        assertThat(since(stage))
                .containsExactly(
                        "New obstacle: Site b has no network vlan-120, which vlan-20 is mapped"
                                + " to.");
    }

    @Test
    void saysWhenTheSourceIsLostMeanwhile() {
        Plan reachable = new Stage().plan(Operation.FAILOVER);
        Plan lost = new Stage().lost(A).plan(Operation.FAILOVER);
        assertThat(PlanDiff.between(reachable, lost))
                .contains(
                        "Site a can't be reached any more.",
                        "Step stop is skipped now: Site a can't be reached.");
        assertThat(PlanDiff.between(lost, reachable))
                .contains("Site a can be reached again.", "Step stop is no longer skipped.");
    }

    @Test
    void saysWhenTheGroupHasMovedMeanwhile() {
        assertThat(since(new Stage().owner(A, 5)))
                .contains("The group's epoch was 1 and is 5 now.");
    }
}
