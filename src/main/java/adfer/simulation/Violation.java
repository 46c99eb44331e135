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
