package adfer.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class DetectionTest {
    @Test
    void verdictThatCallsASiteLostCountsOnceUntilItIsTakenBack() {
        assertThat(
                        Detection.alarms(
                                List.of(
                                        "Site a is degraded: some packets are lost.",
                                        "Site a is unreachable: nobody hears it.",
                                        "Site a is unreachable: still nobody hears it.",
                                        "Site b is unreachable: nobody hears it.",
                                        "Site a is healthy: all hear it.",
                                        "Site a is unreachable: nobody hears it.")))
                .isEqualTo(3);
    }

    @Test
    void noOtherVerdictCounts() {
        assertThat(
                        Detection.alarms(
                                List.of(
                                        "Site a is undecided: who hears it is not agreed.",
                                        "Site a is degraded: a link is unreachable.")))
                .isZero();
    }
}
