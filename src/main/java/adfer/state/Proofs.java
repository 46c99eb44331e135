package adfer.state;

import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.run.Proof;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What proves that a site doesn't run a group any more, as the state knows it. */
public final class Proofs {
    private Proofs() {}

    /** The best proof there is: what was observed needs nobody's word. */
    public static Optional<Proof> of(ClusterState state, GroupId group, SiteId source) {
        return leaseRanOut(state, group, source)
                .or(() -> state.attestation(source).flatMap(said -> said.proof(state.now())));
    }

    private static Optional<Proof> leaseRanOut(ClusterState state, GroupId group, SiteId source) {
        return state.lease(group)
                .filter(Lease::provesOff)
                .filter(lease -> lease.site().equals(source))
                .flatMap(lease ->
                        lease.lapsedAt()
                                .map(when ->
                                        new Proof.LeaseRanOut(lease.site(), lease.epoch(), when)));
    }

    /** What to do where there is none, in sentences. */
    public static String missing(ClusterState state, GroupId group, SiteId source) {
        return Stream.of(
                        Optional.of(
                                "A failover of "
                                        + group
                                        + " needs proof that site "
                                        + source
                                        + " is off."),
                        lease(state, group, source),
                        attestation(state, source))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(" "));
    }

    private static Optional<String> lease(ClusterState state, GroupId group, SiteId source) {
        return state.lease(group)
                .filter(lease -> lease.site().equals(source))
                .map(lease ->
                        lease.held()
                                ? lease.guarded()
                                        ? "Its lease has not run out yet; wait some seconds."
                                        : "Its lease has not run out yet, and not every guard there"
                                                + " was armed, so that it will prove nothing."
                                : "Its lease ran out, but not every guard there was armed.");
    }

    private static Optional<String> attestation(ClusterState state, SiteId source) {
        String anew =
                "Make sure that the site is off, then attest it: adfer attest " + source + ".";
        return Optional.of(
                state.attestation(source)
                        .map(said ->
                                switch (said.standing(state.now())) {
                                    case WAITS, PROVES -> said.sentence(state.now());
                                    case EXPIRED, VOID -> said.sentence(state.now()) + " " + anew;
                                })
                        .orElse(anew));
    }
}
