package adfer.simulation;

/** An invariant that did not hold. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Invariant invariant;

    Violation(Invariant invariant, String what) {
        super(what);
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }

    /** What must always hold. */
    enum Invariant {
        NEVER_BOTH("No group has VMs on in two sites."),
        LAPSE_PROVES_OFF("When a lease lapses as a proof, no VM of its group is on at its site."),
        EPOCHS_RISE("Epochs never fall, and rise with each change of owner."),
        COMMITTED_FIRST("No effect without a committed start."),
        NOTHING_LOST("What was committed or acknowledged stays."),
        ALIKE("Equal index means equal fingerprint."),
        STALE_REFUSED("A hypervisor refuses orders of an epoch that is over."),
        PROVEN_IS_OFF("What a fence or an honest word proves off has no VM on."),
        TWO_PEOPLE("It takes two people to attest."),
        LIES_END("What people overlooked ends with the lease that guards count."),
        NO_FAILOVER_WITHOUT_PROOF("No failover begins without a proof."),
        BY_ITSELF_AS_ALLOWED("What is done by itself is what the runbook and the rules allow."),
        NO_OLD_MEMORY("No VM goes on with its memory after another site has had the group."),
        NO_TAKEOVER_BESIDE_A_LEADER("Nobody takes over where a leader is known."),
        NO_EARLIER_TENURE("A guard lets no earlier tenure go on after a later one."),
        NOT_REPEATED(
                "A script that may have run is repeated only where a look or a person says so."),
        ENDS("Once the faults have ended, every run ends and every lease is held.");

        private final String sentence;

        Invariant(String sentence) {
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }
}
