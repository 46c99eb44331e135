package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.plan.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Optional;

class StopTimeTest {
    private static final HostId HOST = new HostId("a-h1");

    private ClusterState state = new Stage().state();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    2399 | false | false | up to 2399 ms, and the leases reckon with 3000 ms (leases.stop).
                    2400 | true  | false | that is close
                    3000 | true  | false | that is close
                    3001 | true  | true  | another site may start its VMs before they are off here
                    """)
    void warnsFromFourFifthsOfWhatTheLeasesReckonWith(
            long took, boolean warns, boolean exceeds, String sentence) {
        measured(took);
        StopTime time = state.stopTime(Stage.A, HOST).orElseThrow();
        assertThat(time.warns()).isEqualTo(warns);
        assertThat(time.exceeds()).isEqualTo(exceeds);
        assertThat(time.sentence()).contains("host a-h1 of site a", sentence);
    }

    @Test
    void onlyNewsLeavesALineInTheTrail() {
        assertThat(measured(900).orElseThrow().sentence()).contains("up to 900 ms");
        assertThat(measured(1200).orElseThrow().sentence()).contains("up to 1200 ms");
        assertThat(state.stopTimes(Stage.A)).hasSize(1);
        assertThat(state.stopTimes(Stage.B)).isEmpty();
    }

    private Optional<AuditEntry> measured(long millis) {
        Entry entry =
                new Entry(
                        "",
                        Actor.system(new NodeId("a1")),
                        Stage.NOW,
                        "",
                        new Command.MeasureStop(
                                Stage.A, HOST, Duration.ofMillis(millis), Duration.ofSeconds(3)));
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied.audit();
    }
}
