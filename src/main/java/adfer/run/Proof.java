package adfer.run;

import java.time.Instant;

/**
 * What a change of owner stands on: why the source can't be running the group any more. A lease
 * that ran out and a power fence join here.
 */
public sealed interface Proof {
    String sentence();

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
