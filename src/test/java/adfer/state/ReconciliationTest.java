package adfer.state;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;
import static adfer.state.LeftoversTest.off;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;
import adfer.mesh.NodeSession;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Stage;
import adfer.run.TaskProgress.Executor;
import adfer.state.Reconciliation.Standing;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class ReconciliationTest {
    private static final VmId DB = new VmId("id-db-1");
    private static final VmId WEB = new VmId("id-web-1");
    private static final Duration WITHIN = Duration.ofMinutes(2);
    private static final Executor B1 = new Executor(new NodeId("b1"), 7);

    private final Stage stage = new Stage();
    private ClusterState state =
            stage.put(new At.VmAt(B, Stage.vm("db-1", 11, "db", 8192)))
                    .put(new At.VmAt(B, off("web-1").withAutostart(true)))
                    .put(session("a1", A))
                    .put(session("b1", B))
                    .state();
    private Instant now = NOW;

    @Test
    void orderNamesWhatIsLeftOverOfWhatWasShown() {
        assertThat(order(B1, false, DB, new VmId("nothing"))).isEmpty();
        assertThat(one().vms()).containsExactly(DB);
        assertThat(one().epoch()).isEqualTo(state.group(CATALOGUE).orElseThrow().epoch());
        assertThat(one().standing(state)).isEqualTo(Standing.UNDER_WAY);
        assertThat(finish(true)).isEmpty();
        assertThat(one().standing(state)).isEqualTo(Standing.DONE);
        assertThat(finish(true)).contains("stale-reconciliation");
        assertThat(order(B1, false, DB, WEB)).isEmpty();
    }

    @Test
    void nothingLeftOverAndAnExecutorThatIsNotAtTheSiteAreRefused() {
        assertThat(order(B1, false, new VmId("nothing"))).contains("nothing-left-over");
        assertThat(order(new Executor(B1.node(), 6), false, DB)).contains("no-such-node");
        assertThat(order(new Executor(new NodeId("a1"), 7), false, DB)).contains("no-such-node");
    }

    @Test
    void whatRunsNowhereElseIsNotUndefined() {
        assertThat(order(B1, true, DB, WEB)).isEmpty();
        finish(true);
        apply(new Command.ChangeInventory(List.of(new At.VmAt(A, off("web-1"))), List.of()));
        assertThat(order(B1, true, DB, WEB)).contains("no-copy-runs");
        assertThat(order(B1, true, DB)).isEmpty();
    }

    @Test
    void oneIsUnderWayUntilItsExecutorIsGoneOrSilentForTooLong() {
        order(B1, false, DB);
        assertThat(order(B1, false, DB)).contains("reconciling");
        now = NOW.plus(WITHIN);
        apply(new Command.ChangeInventory(List.of(), List.of()));
        assertThat(one().standing(state)).isEqualTo(Standing.IN_DOUBT);
        assertThat(order(B1, false, DB)).isEmpty();
        apply(
                new Command.AnnounceNode(
                        new NodeSession(
                                B1.node(), B, 8, NOW, "1", "", true, Sorted.empty(), List.of())));
        assertThat(one().standing(state)).isEqualTo(Standing.IN_DOUBT);
        assertThat(one().sentence(state)).contains("Order it again");
    }

    @Test
    void groupIsNotMovedToASiteWhileThatIsPutRight() {
        apply(new Command.ChangeInventory(List.of(new At.VmAt(B, off("db-1"))), List.of()));
        order(B1, false, WEB);
        Plan plan = stage.put(new At.VmAt(B, off("db-1"))).plan(Operation.MIGRATION);
        assertThat(apply(new Command.StartRun(new RunId("r1"), plan))).contains("reconciling");
        finish(false);
        assertThat(apply(new Command.StartRun(new RunId("r1"), plan))).isEmpty();
        assertThat(order(B1, false, WEB)).contains("nothing-left-over");
    }

    private static NodeSession session(String node, SiteId site) {
        return new NodeSession(
                new NodeId(node), site, 7, NOW, "1", "", true, Sorted.empty(), List.of());
    }

    private Reconciliation one() {
        return state.reconciliation(B, CATALOGUE).orElseThrow();
    }

    private Optional<String> order(Executor executor, boolean undefine, VmId... vms) {
        return apply(new Command.OrderReconcile(B, List.of(vms), undefine, executor, WITHIN));
    }

    private Optional<String> finish(boolean done) {
        return apply(
                new Command.FinishReconcile(B, CATALOGUE, one().order(), done, "It was seen."));
    }

    /** The code with which it was refused. */
    private Optional<String> apply(Command command) {
        Entry entry = new Entry("", new Actor("jane", "cli"), now, "", command);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied.reply() instanceof Reply.Rejected(long ignored, var problem)
                ? Optional.of(problem.code())
                : Optional.empty();
    }
}
