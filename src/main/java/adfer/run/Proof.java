package adfer.run;

import adfer.kernel.Epoch;
import adfer.kernel.SiteId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

    /**
     * Every host of the site was switched off by its power fence, and seen off.
     *
     * @param hosts which, by which agent and node
     * @param index the log index at which the last one was known to be off
     */
    record PowerFence(SiteId site, List<String> hosts, long index, Instant at) implements Proof {
        public PowerFence {
            hosts = List.copyOf(hosts);
        }

        @Override
        public String sentence() {
            return "Every host of site "
                    + site
                    + " was switched off by its power fence and seen off: "
                    + String.join(", ", hosts);
        }
    }

    /**
     * People say so, in typed words, and answer for it.
     *
     * @param confirmedBy the second person; empty where one person's word is configured to suffice
     * @param at when it was complete
     * @param index the log index at which it was said first
     */
    record Attested(
            SiteId site,
            String by,
            String words,
            Optional<String> confirmedBy,
            Instant at,
            long index)
            implements Proof {
        public Attested {
            if (words.isBlank()) {
                throw new IllegalArgumentException("an attestation needs words");
            }
        }

        @Override
        public String sentence() {
            return by
                    + " attested that site "
                    + site
                    + " is off: \""
                    + words
                    + "\", "
                    + confirmedBy
                            .map(second -> "and " + second + " confirmed it")
                            .orElse("alone, as one person's word is configured to suffice");
        }
    }
}
