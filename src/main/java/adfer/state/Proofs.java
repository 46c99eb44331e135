package adfer.state;

import adfer.inventory.Host;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.mesh.NodeSession;
import adfer.run.Proof;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What proves that a site doesn't run a group any more, as the state knows it. */
public final class Proofs {
    private Proofs() {}

    /** The best proof there is: what was observed needs nobody's word. */
    public static Optional<Proof> of(ClusterState state, GroupId group, SiteId source) {
        return leaseRanOut(state, group, source)
                .or(() -> powerFence(state, source))
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

    /**
     * Every host that the inventory knows has to have been seen off, and the site to be silent
     * since.
     */
    static Optional<Proof> powerFence(ClusterState state, SiteId source) {
        List<Host> hosts = state.hosts(source).toList();
        List<Fencing> off =
                hosts.stream()
                        .flatMap(host -> state.fencing(source, host.id()).stream())
                        .filter(fencing -> fencing.standing() == Fencing.Standing.OFF)
                        .toList();
        if (hosts.isEmpty() || off.size() < hosts.size()) {
            return Optional.empty();
        }
        Fencing last =
                off.stream()
                        .max(Comparator.comparingLong(one -> one.outcome().orElseThrow().index()))
                        .orElseThrow();
        return Optional.of(
                new Proof.PowerFence(
                        source,
                        off.stream().map(Proofs::told).toList(),
                        last.outcome().orElseThrow().index(),
                        last.outcome().orElseThrow().at()));
    }

    private static String told(Fencing fencing) {
        return fencing.host()
                + " ("
                + fencing.outcome().orElseThrow().agent()
                + " at node "
                + fencing.executor().node()
                + ")";
    }

    /**
     * The hosts of a site for which no node elsewhere has a power fence. While there are any, or no
     * host is known, fencing the others proves nothing.
     */
    public static List<HostId> unfenced(ClusterState state, SiteId site) {
        return state.hosts(site)
                .map(Host::id)
                .filter(host -> fencers(state, site, host).findAny().isEmpty())
                .toList();
    }

    /** The nodes of other sites that have a power fence for a host. */
    public static Stream<NodeSession> fencers(ClusterState state, SiteId site, HostId host) {
        return state.sessions()
                .filter(session -> !session.site().equals(site))
                .filter(session -> session.fences().getOrDefault(site, List.of()).contains(host));
    }

    private static Optional<String> fence(ClusterState state, SiteId source) {
        List<Fencing> tried = state.fencings(source).toList();
        boolean configured =
                state.sessions().anyMatch(session -> session.fences().containsKey(source));
        List<HostId> unfenced = unfenced(state, source);
        if (!configured && tried.isEmpty()) {
            return Optional.empty();
        }
        Stream<String> failed =
                tried.stream()
                        .filter(fencing -> fencing.standing() != Fencing.Standing.OFF)
                        .map(Fencing::sentence);
        String next =
                !unfenced.isEmpty()
                        ? "There is no power fence for "
                                + unfenced.stream()
                                        .map(HostId::value)
                                        .collect(Collectors.joining(", "))
                                + ", so fencing proves nothing."
                        : tried.stream().anyMatch(f -> f.standing() == Fencing.Standing.UNDER_WAY)
                                ? "Wait for it."
                                : "Fence it: adfer fence " + source + ".";
        return Optional.of(Stream.concat(failed, Stream.of(next)).collect(Collectors.joining(" ")));
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
                        fence(state, source),
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
                                        ? "Its lease has not run out; it does some seconds after"
                                                + " the site falls silent."
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
