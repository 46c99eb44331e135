package adfer.run;

import static adfer.run.Bench.done;
import static adfer.run.Plans.A;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.lease.Overdue;
import adfer.run.RunHeader.Phase;
import adfer.state.Command;

import org.junit.jupiter.api.Test;

import java.util.List;

/** When the source of a run may take up its group anew. */
class RegainTest {
    private static final GroupId GROUP = new GroupId(Bench.GROUP);

    private final Bench bench = Bench.migrating("db");

    @Test
    void sourceThatARunIsTakingTheGroupFromDoesNotTakeItUpAnew() {
        lapse();
        assertThat(bench.refused(regain())).isEqualTo("run-in-progress");
    }

    @Test
    void sourceOfARunThatIsTakenBackTakesItUpAnewSinceItHasToStartThere() {
        bench.step().decide(new Decision.Cancel());
        lapse();
        Epoch before = bench.epoch();
        bench.accepted(regain());
        assertThat(bench.owner()).isEqualTo(A);
        assertThat(bench.epoch()).isGreaterThan(before);
        bench.finish("stop/db", done()).flow();
        assertThat(bench.phase()).isEqualTo(Phase.CANCELLED);
    }

    private void lapse() {
        var lease = bench.state.lease(GROUP).orElseThrow();
        bench.accepted(
                new Command.LapseLeases(
                        List.of(new Overdue(GROUP, lease.epoch(), lease.renewal()))));
    }

    private Command regain() {
        return new Command.RegainLease(GROUP, A, bench.epoch());
    }
}
