package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Check;
import adfer.mesh.Facts;
import adfer.mesh.Row;
import adfer.state.Command;

import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class ContradictionTest {
    private static final SiteId A = new SiteId("a");
    private static final Generation SECOND =
            Generation.FIRST.next(10, new NodeId("b1"), "ab".repeat(32));

    @Test
    void whoeverIsLedByOthersOrInQuarantineContradicts() {
        Command told = new Command.TellRunning(A, new NodeId("a1"), 3);
        assertThat(says(running(3).of(Generation.FIRST, false))).contains(told);
        assertThat(says(running(3).of(Generation.FIRST, true))).contains(told);
        assertThat(says(running(3).of(SECOND, true))).contains(told);
    }

    @Test
    void memberShowsThatItLivesByItsClaims() {
        assertThat(says(running(3).of(SECOND, false))).isEmpty();
    }

    @Test
    void whoRunsNothingOrDoesNotKnowContradictsNobody() {
        assertThat(says(running(0).of(Generation.FIRST, true))).isEmpty();
        assertThat(says(new Facts(Check.SILENT, 1, false).of(Generation.FIRST, true))).isEmpty();
    }

    private static Facts running(int vms) {
        return new Facts(Check.ANSWERS, 1, false).withRunning(Optional.of(vms));
    }

    private static Optional<Command> says(Facts facts) {
        return Contradiction.contradicts(
                SECOND,
                A,
                new Row(new NodeId("a1"), 1, 1, Duration.ZERO, facts, List.of(), TreePMap.empty()));
    }
}
