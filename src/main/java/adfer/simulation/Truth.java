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
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Fencing;
import adfer.state.Group;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares what the state believes with what is so: proofs with the VMs that are on, and what was
 * done by itself with what was allowed. Whoever attests without having looked brings about a
 * declared double fault; what comes of that is counted apart, and must not last.
 */
final class Truth {
    private final World world;
    private final Map<GroupId, Lie> lies = new HashMap<>();
    private final Map<SiteId, TreeMap<Long, Long>> verdicts = new HashMap<>();
    private final Set<GroupId> movedByItself = new HashSet<>();

    /** A group was taken from a site on the word of people who had not looked. */
    private record Lie(SiteId from, long at) {}

    Truth(World world) {
        this.world = world;
    }

    /** Whether what runs of the group at one of the sites does so against a word. */
    boolean lied(Machine machine, List<Machine> there) {
        Lie lie = lies.get(machine.group());
        boolean lied =
                lie != null
                        && (machine.site().equals(lie.from())
                                || there.stream().allMatch(m -> m.site().equals(lie.from())));
        if (lied) {
            world.counts.count(Of.OVERLAPS_BY_A_LIE);
            world.say(() -> machine + " and " + there + " run, since people did not look");
        }
        return lied;
    }

    /** Nothing starts at a site that is proven off. */
    void turnedOn(Machine machine) {
        proof(world.history.latest(), machine.site())
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
                        .filter(said -> said.words().equals(Witnesses.SEEN))
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
        if (!on.isEmpty()) {
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
            boolean seen = said.words().equals(Witnesses.SEEN);
            world.counts.count(seen ? Of.ATTESTED_SEEN : Of.ATTESTED_UNSEEN);
        }
    }

    private static boolean same(String one, String other) {
        return one.strip().equalsIgnoreCase(other.strip());
    }

    /** A group has another owner. */
    void moved(ClusterState earlier, ClusterState state, Group before, Group now) {
        lies.remove(now.id());
        before.activeRun()
                .flatMap(state::run)
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
                && !said.words().equals(Witnesses.SEEN);
    }

    /** Guards that were armed end what people have overlooked. */
    private void ended(GroupId group, SiteId from) {
        Lie lie = lies.get(group);
        if (lie == null || world.faults.guardsFailed(from, lie.at())) {
            return;
        }
        List<Machine> on = world.fleet.on(group, from);
        if (!on.isEmpty()) {
            throw new Violation(
                    Invariant.LIES_END, on + " still runs a lease's time after it was moved.");
        }
    }

    void judged(long index, SiteId site) {
        verdicts.computeIfAbsent(site, s -> new TreeMap<>()).put(index, world.events.now());
    }

    /** A run began; nobody but the rules can have allowed what was done by itself. */
    void started(Command.StartRun start, RunHeader header) {
        boolean failover = start.plan().operation() == Operation.FAILOVER;
        boolean nobodySaidSo =
                header.proof().orElse(null) instanceof Proof.Attested said
                        && !Witnesses.WORDS.contains(said.words());
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

    void startedByItself(ClusterState before, Command.StartRun start) {
        if (start.plan().operation() != Operation.FAILOVER) {
            return;
        }
        world.counts.count(Of.FAILOVERS_BY_ITSELF);
        SiteId source = start.plan().source();
        GroupId group = start.plan().group();
        var automation = before.runbook(group).orElseThrow().runbook().automation();
        if (!movedByItself.add(group)) {
            throw notAllowed(group + " was moved by itself twice within the hour.");
        }
        boolean storm =
                before.openRuns()
                        .filter(run -> run.charter().by().equals(Autopilot.BY))
                        .filter(run -> run.plan().operation() == Operation.FAILOVER)
                        .anyMatch(run -> !run.plan().source().equals(source));
        if (storm) {
            throw notAllowed("Two sites' groups are moved by themselves at once.");
        }
        long since =
                Optional.ofNullable(verdicts.get(source))
                        .map(times -> times.floorEntry(start.plan().asOfIndex()))
                        .map(Map.Entry::getValue)
                        .orElse(world.events.now());
        Duration stood = Duration.ofNanos(world.events.now() - since);
        if (stood.compareTo(least(automation.dwell())) < 0) {
            throw notAllowed(
                    group + " was moved after " + stood + ", not " + automation.dwell() + ".");
        }
    }

    /** What the slowest clock that is allowed takes for a time. */
    private Duration least(Duration time) {
        long nanos = time.toNanos();
        return Duration.ofNanos(nanos - nanos / 1_000_000 * world.profile.drift() * 2);
    }

    private static Violation notAllowed(String what) {
        return new Violation(Invariant.BY_ITSELF_AS_ALLOWED, what);
    }
}
