package adfer.simulation;

import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.plan.Operation;
import adfer.run.Proof;
import adfer.run.RunHeader;
import adfer.simulation.Counts.Of;
import adfer.simulation.Violation.Invariant;
import adfer.state.Attestation;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Fencing;
import adfer.state.Group;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what the state believes with what is so: proofs with the VMs that are on. Whoever
 * attests without having looked brings about a declared double fault; what comes of that is counted
 * apart, and must not last.
 */
final class Truth {
    private final World world;
    private final Map<GroupId, Lie> lies = new HashMap<>();
    private boolean deceived;
    private long partedAt;

    /** A group was taken from a site on the word of people who had not looked. */
    private record Lie(SiteId from, long at) {}

    Truth(World world) {
        this.world = world;
    }

    /** A generation was founded, and those who answered for it had made sure, or had not. */
    void founded(List<SiteId> lost, boolean madeSure) {
        if (!madeSure) {
            deceived = true;
            lost.forEach(site ->
                    Books.GROUPS.forEach(
                            group -> lies.put(group, new Lie(site, world.events.now()))));
        }
    }

    /** A node takes part no more in a generation that is over. */
    void parted() {
        partedAt = world.events.now();
    }

    /**
     * Whether an earlier generation may go on, or has just done so, since somebody said that it
     * can't without having made sure.
     */
    boolean deceived() {
        boolean parting = world.events.now() - partedAt <= world.profile.terms().waits().toNanos();
        return deceived && (parting || world.nodes.stream().anyMatch(this::goesOnApart));
    }

    private boolean goesOnApart(Node node) {
        return !node.belonging().quarantined()
                && !node.belonging().generation().equals(world.generations.latest());
    }

    /** Whether what runs of the group at one of the sites does so against a word. */
    boolean lied(Machine machine, List<Machine> there) {
        Lie lie = lies.get(machine.group());
        boolean lied =
                deceived()
                        || (lie != null
                                && (machine.site().equals(lie.from())
                                        || there.stream()
                                                .allMatch(m -> m.site().equals(lie.from()))));
        if (lied) {
            world.counts.count(Of.OVERLAPS_BY_A_LIE);
            world.say(() -> machine + " and " + there + " run, since people did not look");
        }
        return lied;
    }

    /** Nothing starts at a site that is proven off. */
    void turnedOn(Machine machine) {
        proof(world.latest(), machine.site())
                .filter(proof -> !deceived())
                .ifPresent(proof -> {
                    throw new Violation(
                            Invariant.PROVEN_IS_OFF, machine + " was started, but: " + proof);
                });
    }

    /** A power fence or an honest word that the state takes for a proof now. */
    private static Optional<String> proof(ClusterState state, SiteId site) {
        List<HostId> hosts =
                state.fencings(site)
                        .filter(fencing -> fencing.standing() == Fencing.Standing.OFF)
                        .map(Fencing::host)
                        .toList();
        boolean fenced =
                !hosts.isEmpty() && state.hosts(site).allMatch(host -> hosts.contains(host.id()));
        return fenced
                ? Optional.of("the hosts " + hosts + " were fenced.")
                : state.attestation(site)
                        .filter(said -> Witnesses.sure(said.words()))
                        .flatMap(said -> said.proof(state.now()))
                        .map(Proof::sentence);
    }

    /** A proof came or went. */
    void proven(ClusterState state, SiteId site) {
        Optional<String> proof = proof(state, site);
        List<Machine> on =
                proof.isPresent()
                        ? Books.GROUPS.stream()
                                .flatMap(group -> world.fleet.on(group, site).stream())
                                .toList()
                        : List.of();
        if (!on.isEmpty() && !deceived()) {
            throw new Violation(
                    Invariant.PROVEN_IS_OFF, on + " is on, but: " + proof.orElseThrow());
        }
    }

    void attested(Attestation said) {
        boolean complete = said.end().isEmpty() && said.confirmation().isPresent();
        boolean alone =
                said.terms().people() < world.attesting().people()
                        || said.confirmation()
                                .filter(second -> same(second.by().name(), said.by().name()))
                                .isPresent();
        if (alone) {
            throw new Violation(Invariant.TWO_PEOPLE, said.toString());
        }
        if (complete) {
            boolean seen = Witnesses.sure(said.words());
            world.counts.count(seen ? Of.ATTESTED_SEEN : Of.ATTESTED_UNSEEN);
        }
    }

    private static boolean same(String one, String other) {
        return one.strip().equalsIgnoreCase(other.strip());
    }

    /** A group has another owner. */
    void moved(History history, ClusterState earlier, Group before, Group now) {
        lies.remove(now.id());
        before.activeRun()
                .flatMap(earlier::run)
                .filter(run -> run.plan().source().equals(before.owner()))
                .flatMap(run -> run.header().proof())
                .filter(proof -> outdated(history, earlier, now.id(), proof))
                .ifPresent(proof -> {
                    throw new Violation(
                            Invariant.NO_FAILOVER_WITHOUT_PROOF,
                            now.id() + " moves on what only an earlier generation knew: " + proof);
                });
        before.activeRun()
                .flatMap(earlier::run)
                .flatMap(run -> run.header().proof())
                .filter(proof -> unseen(proof, before.owner()))
                .ifPresent(proof -> {
                    lies.put(now.id(), new Lie(before.owner(), world.events.now()));
                    world.say(() -> now.id() + " was moved on a word that nobody has checked");
                    if (earlier.lease(now.id()).filter(Lease::guarded).isPresent()) {
                        world.events.after(
                                world.profile.terms().waits().toNanos(),
                                () -> ended(now.id(), before.owner()));
                    }
                });
    }

    private static boolean unseen(Proof proof, SiteId from) {
        return proof instanceof Proof.Attested said
                && said.site().equals(from)
                && !Witnesses.sure(said.words());
    }

    /** Guards that were armed end what people have overlooked. */
    private void ended(GroupId group, SiteId from) {
        Lie lie = lies.get(group);
        if (lie == null || deceived() || world.faults.guardsFailed(from, lie.at())) {
            return;
        }
        List<Machine> on = world.fleet.on(group, from);
        if (!on.isEmpty()) {
            throw new Violation(
                    Invariant.LIES_END, on + " still runs a lease's time after it was moved.");
        }
    }

    /** A run began; nobody but the rules can have allowed what was done by itself. */
    void started(Command.StartRun start, RunHeader header) {
        boolean failover = start.plan().operation() == Operation.FAILOVER;
        boolean nobodySaidSo =
                header.proof().orElse(null) instanceof Proof.Attested said
                        && !Witnesses.said(said.words());
        if (failover && (header.proof().isEmpty() || nobodySaidSo)) {
            throw new Violation(Invariant.NO_FAILOVER_WITHOUT_PROOF, start.run() + " has none.");
        }
        header.proof()
                .ifPresent(proof ->
                        world.counts.count(
                                switch (proof) {
                                    case Proof.LeaseRanOut ignored -> Of.FAILOVERS_BY_LEASE;
                                    case Proof.PowerFence ignored -> Of.FAILOVERS_BY_FENCE;
                                    case Proof.Attested ignored -> Of.FAILOVERS_BY_WORD;
                                }));
    }

    /** Whether it is from before this generation began. */
    private static boolean outdated(
            History history, ClusterState earlier, GroupId group, Proof proof) {
        if (earlier.index() < history.base()) {
            return false;
        }
        return switch (proof) {
            case Proof.LeaseRanOut lease ->
                    history.state(history.base())
                            .group(group)
                            .filter(then -> !then.epoch().before(lease.epoch()))
                            .filter(then -> history.base() > 0)
                            .isPresent();
            case Proof.PowerFence fence -> fence.index() < history.base();
            case Proof.Attested said -> said.index() < history.base();
        };
    }
}
