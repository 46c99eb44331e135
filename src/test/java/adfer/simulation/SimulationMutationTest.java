package adfer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** That each safeguard is missed when it is taken out, within a stated number of seeds. */
class SimulationMutationTest {
    @ParameterizedTest(name = "{0} within {1} seeds: {2}")
    @CsvSource({
        "WAIT_TOO_SHORT, 10, LAPSE_PROVES_OFF",
        "START_BEFORE_COMMIT, 10, COMMITTED_FIRST",
        "QUORUM_OF_ONE, 30, NOTHING_LOST",
        "GUARD_STOPS_NOTHING, 10, LAPSE_PROVES_OFF",
        "STALE_EPOCH_TAKEN, 50, STALE_REFUSED",
        "COUNTED_FROM_THE_ANSWER, 200, LAPSE_PROVES_OFF",
        "START_CHECKED_BY_THE_NODE_ONLY, 100, LAPSE_PROVES_OFF",
        "FORGETFUL_GUARD, 150, LAPSE_PROVES_OFF",
        "ARMED_BY_CONFIRMATION_ONLY, 100, LAPSE_PROVES_OFF",
        "NO_ALLOWANCE, 150, LAPSE_PROVES_OFF",
        "SILENT_GUARDS_COUNTED, 200, LAPSE_PROVES_OFF",
        "LAPSE_NAMES_NO_RENEWAL, 100, LAPSE_PROVES_OFF",
        "ONE_WORD, 10, TWO_PEOPLE",
        "WORD_WITHOUT_INDEX, 100, PROVEN_IS_OFF",
        "STARTED_WITHOUT_PROOF, 50, NO_FAILOVER_WITHOUT_PROOF",
        "SIGN_OF_LIFE_IGNORED, 10, PROVEN_IS_OFF",
        "FENCE_BELIEVED, 120, PROVEN_IS_OFF",
        "LOOK_WITHOUT_INDEX, 150, PROVEN_IS_OFF",
        "KEEP_TAKEN_AS_PROOF, 20, LAPSE_PROVES_OFF",
        "KEEP_TICKET_FORGOTTEN, 50, LAPSE_PROVES_OFF",
        "KEEP_NOT_HEEDED, 250, LAPSE_PROVES_OFF",
        "KEPT_UNTIL_CONFIRMED, 250, LAPSE_PROVES_OFF",
        "SCRIPT_REPEATED, 50, NOT_REPEATED",
        "HOLDS_OUTLIVE_THE_BOOT, 50, LAPSE_PROVES_OFF",
        "HOST_UNKNOWN, 60, PROVEN_IS_OFF",
        "NO_DWELL, 50, BY_ITSELF_AS_ALLOWED",
        "WORD_UNCHECKED, 150, PROVEN_IS_OFF",
        "WORD_STRETCHED, 200, TWO_PEOPLE",
        "TAKEOVER_BESIDE_A_LEADER, 50, NO_TAKEOVER_BESIDE_A_LEADER",
        "QUARANTINE_IGNORED, 50, NEVER_BOTH",
        "OLD_LEASES_PROVE, 100, NO_FAILOVER_WITHOUT_PROOF",
        "EPOCHS_GO_ON, 100, EPOCHS_RISE",
        "OLD_CONFIRMATIONS_COUNT, 150, NO_EARLIER_TENURE",
    })
    void missingSafeguardIsNoticed(Mutation mutation, int seeds, String invariant) {
        TreeSet<String> broken = new TreeSet<>();
        for (long seed = 1; seed <= seeds && !broken.contains(invariant); seed++) {
            Simulation.run(seed, List.of(mutation), false, Optional.empty())
                    .failure()
                    .ifPresent(failure -> broken.add(failure.invariant()));
        }
        assertThat(broken).contains(invariant);
    }
}
