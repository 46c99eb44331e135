package adfer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.simulation.Simulation.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * That nothing unsafe happens whatever goes wrong, and that everything ends. {@code
 * -Dadfer.seeds=N} tries more worlds, {@code -Dadfer.seed=S} begins at another one.
 */
class SimulationTest {
    private static final List<Counts.Of> MUST_HAPPEN =
            List.of(
                    Counts.Of.NODE_CRASHES,
                    Counts.Of.NODE_FREEZES,
                    Counts.Of.GUARD_CRASHES,
                    Counts.Of.GUARD_FREEZES,
                    Counts.Of.CUTS,
                    Counts.Of.ELECTIONS,
                    Counts.Of.VM_STARTS,
                    Counts.Of.GUARD_STOPS,
                    Counts.Of.PROVEN_LAPSES,
                    Counts.Of.REGAINS,
                    Counts.Of.RESTARTS,
                    Counts.Of.MIGRATIONS,
                    Counts.Of.POWER_LOSSES,
                    Counts.Of.FENCES,
                    Counts.Of.GUARD_SUSPENDS,
                    Counts.Of.SCRIPTS,
                    Counts.Of.RUNS_CANCELLED);

    private static final List<Counts.Of> MUST_HAPPEN_SOMETIMES =
            List.of(
                    Counts.Of.FAILOVERS_BY_LEASE,
                    Counts.Of.FAILOVERS_BY_FENCE,
                    Counts.Of.FAILOVERS_BY_WORD,
                    Counts.Of.FAILOVERS_BY_ITSELF,
                    Counts.Of.ATTESTED_SEEN,
                    Counts.Of.ATTESTED_UNSEEN,
                    Counts.Of.TAKEOVERS,
                    Counts.Of.TAKEOVERS_BY_A_LIE,
                    Counts.Of.QUARANTINES,
                    Counts.Of.REJOINS);

    @Test
    @Timeout(900)
    void nothingUnsafeHappensAndEverythingEnds() {
        int seeds = Integer.getInteger("adfer.seeds", 1_000);
        long first = Long.getLong("adfer.seed", 1);
        List<Outcome> outcomes =
                LongStream.range(first, first + seeds)
                        .parallel()
                        .mapToObj(seed -> Simulation.run(seed, false))
                        .toList();
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.failure().isPresent())
                .extracting(outcome -> "seed " + outcome.seed() + ": " + outcome.failure())
                .isEmpty();
        Counts all = new Counts();
        outcomes.forEach(outcome -> all.add(outcome.counts()));
        if (seeds >= 100) {
            assertThat(MUST_HAPPEN).allMatch(what -> all.of(what) >= seeds / 3);
            assertThat(MUST_HAPPEN_SOMETIMES).allMatch(what -> all.of(what) >= seeds / 100);
        }
    }

    @Test
    void seedRepeatsItself() {
        Outcome once = Simulation.traced(3, false);
        Outcome again = Simulation.traced(3, false);
        assertThat(again.trace()).isEqualTo(once.trace()).hasSizeGreaterThan(100);
        assertThat(again.hash()).isEqualTo(once.hash());
        assertThat(Simulation.run(3, false).hash()).as("untold").isEqualTo(once.hash());
        assertThat(Simulation.run(4, false).hash()).isNotEqualTo(once.hash());
    }

    @Test
    void failureSaysWhatWasBrokenAndWhatLedToIt() {
        Outcome outcome =
                LongStream.rangeClosed(1, 10)
                        .mapToObj(seed ->
                                Simulation.run(
                                        seed,
                                        List.of(Mutation.GUARD_STOPS_NOTHING),
                                        false,
                                        Optional.of(new java.util.ArrayList<>())))
                        .filter(run -> run.failure().isPresent())
                        .findFirst()
                        .orElseThrow();
        assertThat(outcome.failure().orElseThrow().invariant()).isEqualTo("LAPSE_PROVES_OFF");
        assertThat(outcome.trace().getLast()).contains("LapseLeases");
    }
}
