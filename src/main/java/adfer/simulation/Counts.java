package adfer.simulation;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How often things happened; a simulation in which little happens proves little. */
public final class Counts {
    /** What is counted. */
    public enum Of {
        NODE_CRASHES,
        NODE_FREEZES,
        GUARD_CRASHES,
        GUARD_FREEZES,
        CUTS,
        HYPERVISOR_HANGS,
        POWER_LOSSES,
        HOSTS_CUT,
        ELECTIONS,
        ENTRIES,
        VM_STARTS,
        REFUSED_STARTS,
        GUARD_STOPS,
        GUARD_SUSPENDS,
        RESUMED,
        MEMORIES_DROPPED,
        RENEWALS,
        LAPSES,
        PROVEN_LAPSES,
        REGAINS,
        RESTARTS,
        MIGRATIONS,
        FAILOVERS,
        FAILOVERS_BY_LEASE,
        FAILOVERS_BY_FENCE,
        FAILOVERS_BY_WORD,
        FAILOVERS_BY_ITSELF,
        FENCES,
        ATTESTED_SEEN,
        ATTESTED_UNSEEN,
        OVERLAPS_BY_A_LIE,
        SCRIPTS,
        OWNER_CHANGES,
        RUNS_DONE,
        RUNS_CANCELLED,
        DOUBTS,
        TAKEOVERS,
        TAKEOVERS_BY_A_LIE,
        ENTRIES_LEFT_BEHIND,
        QUARANTINES,
        REJOINS,
        WORDS_CONTRADICTED;

        /** As people read it. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final Map<Of, Long> counts = new EnumMap<>(Of.class);

    void count(Of what) {
        counts.merge(what, 1L, Long::sum);
    }

    void count(Of what, long times) {
        counts.merge(what, times, Long::sum);
    }

    public void add(Counts other) {
        other.counts.forEach((what, times) -> counts.merge(what, times, Long::sum));
    }

    public long of(Of what) {
        return counts.getOrDefault(what, 0L);
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
