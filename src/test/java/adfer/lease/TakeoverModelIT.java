package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

/**
 * The formal model of a takeover, searched by Spin through every state it can reach. {@code
 * docs/SAFETY.md} says under "The model" what it covers.
 */
class TakeoverModelIT {
    @TempDir private Path directory;

    private Spin spin;

    @BeforeEach
    void needsSpin() {
        spin = new Spin("takeover.pml", directory);
    }

    @Test
    void noStateBreaksARule() throws Exception {
        assertThat(spin.statesWithoutFault(List.of())).isGreaterThan(1_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WORD_NOT_DEMANDED", "QUARANTINE_IGNORED", "WORD_OUTLIVED"})
    void withoutARuleBothSitesRun(String mutant) throws Exception {
        assertThat(spin.shortest(mutant))
                .contains("assertion violated  !((running[0]&&running[1]))");
    }

    @Test
    void withoutEpochsAboveAllEarlierOnesALateOrderIsCarriedOut() throws Exception {
        assertThat(spin.shortest("EPOCHS_GO_ON")).contains("assertion violated (markGen[s]!=2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REACH_FAILOVER", "REACH_HOME", "REACH_LOSS"})
    void theModelGetsAsFarAsANewGeneration(String question) throws Exception {
        assertThat(spin.shortest(question)).contains("assertion violated").contains("errors: 1");
    }
}
