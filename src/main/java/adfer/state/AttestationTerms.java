package adfer.state;

import java.time.Duration;

/**
 * What an attestation has to fulfil. It travels with the attestation, so that all nodes judge it
 * alike although each reads a configuration of its own.
 *
 * @param people how many have to say so: 2, or 1 where there is only one
 * @param confirmWithin how long the second one may take, 1 min to 24 h
 * @param provesFor how long it is proof once it is complete, 1 min to 7 d
 */
public record AttestationTerms(int people, Duration confirmWithin, Duration provesFor) {
    public static final AttestationTerms DEFAULT =
            new AttestationTerms(2, Duration.ofMinutes(30), Duration.ofHours(4));

    public AttestationTerms {
        if (people < 1 || people > 2) {
            throw new IllegalArgumentException(
                    "attestation.people must be 1 or 2, not " + people + ".");
        }
        within("confirmWithin", confirmWithin, Duration.ofDays(1));
        within("provesFor", provesFor, Duration.ofDays(7));
    }

    private static void within(String name, Duration value, Duration most) {
        if (value.compareTo(Duration.ofMinutes(1)) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "attestation."
                            + name
                            + " must be 1 min to "
                            + most.toHours()
                            + " h, not "
                            + value.toSeconds()
                            + " s.");
        }
    }
}
