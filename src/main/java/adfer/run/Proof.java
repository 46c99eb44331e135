package adfer.run;

import adfer.kernel.Epoch;
import adfer.kernel.SiteId;

import java.time.Instant;

/** What a change of owner stands on: why the source can't be running the group any more. */
public sealed interface Proof {
    String sentence();

    /**
     * The lease ran out under living guards: each was armed for its last renewal, and has stopped
     * its host's VMs since.
     *
     * @param epoch the tenure that ended with it
     */
    record LeaseRanOut(SiteId site, Epoch epoch, Instant at) implements Proof {
        @Override
        public String sentence() {
            return "The lease of site "
                    + site
                    + " at epoch "
                    + epoch
                    + " ran out under living guards, which have stopped its VMs";
        }
    }

    /** A person says so, in typed words, and answers for it. */
    record Attested(String by, String words, Instant at) implements Proof {
        public Attested {
            if (words.isBlank()) {
                throw new IllegalArgumentException("an attestation needs words");
            }
        }

        @Override
        public String sentence() {
            return by + " attested that the source is off: \"" + words + "\"";
        }
    }
}
