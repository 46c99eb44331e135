package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

/**
 * The formal model of leases, searched by Spin through every state it can reach. {@code
 * docs/SAFETY.md} says under "The model" what it covers.
 */
class LeaseModelIT {
    @TempDir private Path directory;

    private Spin spin;

    @BeforeEach
    void needsSpin() {
        spin = new Spin("lease.pml", directory);
    }

    @ParameterizedTest
    @CsvSource({"-DEPOCHS=3, 1000000", "-DPOWER, 1000000", "-DKEEPING, 1000000"})
    void noStateBreaksARule(String what, long least) throws Exception {
        List<String> options =
                what.equals("-DKEEPING") ? List.of(what, "-DEPOCHS=2") : List.of(what);

        assertThat(spin.statesWithoutFault(options)).isGreaterThan(least);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROM_COMMIT",
                "GUARD_WITHOUT_DRIFT",
                "GUARD_WITHOUT_STOP",
                "GUARD_WITHOUT_TICK",
                "GUARD_DISABLED",
                "UNARMED_TICKET",
                "UNGUARDED_PROVES",
                "NO_MARGIN",
                "WAIT_WITHOUT_DRIFT",
                "WAIT_INHERITED",
                "LAPSE_UNNAMED",
                "CONFIRM_UNCOMMITTED",
                "LEASE_UNCHECKED",
                "LEASE_CHECKED_EARLY",
                "EPOCH_UNCHECKED",
                "MOVE_UNMARKED",
                "MOVE_RUNNING",
                "DOUBLE_FAULT"
            })
    void withoutARuleBothSitesRun(String mutant) throws Exception {
        assertThat(spin.shortest(mutant, "-DEPOCHS=2", "-DBOTH_ONLY"))
                .contains("assertion violated  !((running[0]&&running[1]))");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEEN_UNLOOKED", "SEEN_LATE", "SEEN_OUTLIVED", "BOOT_REMEMBERED"})
    void withoutARuleOfProofBothSitesRun(String mutant) throws Exception {
        assertThat(spin.shortest(mutant, "-DPOWER", "-DEPOCHS=2", "-DBOTH_ONLY", "-DSOUND_ONLY"))
                .contains("assertion violated  !((running[0]&&running[1]))");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KEEP_PROVES",
                "KEEP_TICKET_FORGOTTEN",
                "KEEP_UNHEEDED",
                "KEPT_UNTIL_CONFIRMED"
            })
    void withoutARuleOfKeepingBothSitesRun(String mutant) throws Exception {
        assertThat(spin.shortest(mutant, "-DKEEPING", "-DEPOCHS=2", "-DBOTH_ONLY", "-DSOUND_ONLY"))
                .contains("assertion violated  !((running[0]&&running[1]))");
    }

    @ParameterizedTest
    @CsvSource({"REACH_POWER, -DPOWER", "REACH_POWER_BACK, -DPOWER", "REACH_KEPT, -DKEEPING"})
    void theModelGetsAsFarAsItsNewerParts(String question, String part) throws Exception {
        assertThat(spin.shortest(question, part, "-DSOUND_ONLY"))
                .contains("assertion violated")
                .contains("errors: 1");
    }

    @Test
    void aSiteThatDoesNotWaitForTheCommitStartsWithoutAnOrder() throws Exception {
        assertThat(spin.shortest("START_UNORDERED", "-DEPOCHS=2", "-DORDER_ONLY"))
                .contains("assertion violated")
                .contains("ordered[s]==epoch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REACH_LAPSE", "REACH_MOVE", "REACH_RETURN"})
    void theModelGetsAsFarAsAFailover(String question) throws Exception {
        assertThat(spin.shortest(question)).contains("assertion violated").contains("errors: 1");
    }
}
