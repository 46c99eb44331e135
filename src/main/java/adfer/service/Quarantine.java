package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.audit.Search;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Belonging;
import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.mesh.Topology;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.port.Ledger;
import adfer.port.Memory;
import adfer.port.Succession;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Group;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A node that came back after others had taken over: it takes part in nothing, shows what it has
 * that they have not, and rejoins when a person has looked at it.
 */
public final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    /** How many audit entries are looked through, and how many of them are shown. */
    private static final int MOST = 10_000;

    private static final int SHOWN = 200;

    private final Topology.Node self;
    private final Succession succession;
    private final Replica replica;
    private final Ledger ledger;
    private final Optional<Hypervisor> hypervisor;
    private final Memory memory;
    private final InstantSource clock;
    private final Runnable beginAgain;

    /**
     * @param beginAgain ends this life of the node, so that it comes up as a follower
     */
    public Quarantine(
            Topology.Node self,
            Succession succession,
            Replica replica,
            Ledger ledger,
            Optional<Hypervisor> hypervisor,
            Memory memory,
            InstantSource clock,
            Runnable beginAgain) {
        this.self = self;
        this.succession = succession;
        this.replica = replica;
        this.ledger = ledger;
        this.hypervisor = hypervisor;
        this.memory = memory;
        this.clock = clock;
        this.beginAgain = beginAgain;
    }

    public Generation generation() {
        return succession.belonging().generation();
    }

    /** Why this node is in quarantine, in a sentence; empty when it isn't. */
    public Optional<String> sentence() {
        Belonging belonging = succession.belonging();
        return belonging
                .superseded()
                .map(later ->
                        "QUARANTINE: node "
                                + self.id()
                                + " of generation "
                                + belonging.generation().number()
                                + " takes part in nothing, because node "
                                + later.founder()
                                + " has taken over and the cluster goes on as generation "
                                + later.number()
                                + ". Review with ./adfer rejoin at this node what it has that the"
                                + " cluster has not, then let it rejoin.");
    }

    /** What a person looks at before this node rejoins. */
    public Result<QuarantineView> view(Principal who) {
        // It shows what the audit trail has.
        return Places.allowed(who, Right.READ_AUDIT, Place.CLUSTER).then(ignored -> view());
    }

    private Result<QuarantineView> view() {
        Belonging belonging = succession.belonging();
        return belonging
                .superseded()
                .map(later -> Result.ok(view(belonging.generation(), later)))
                .orElseGet(() ->
                        Result.refused(
                                "not-quarantined",
                                "Node "
                                        + self.id()
                                        + " is not in quarantine; there is nothing to rejoin."));
    }

    private QuarantineView view(Generation own, Generation later) {
        ClusterState state = replica.state();
        Beyond beyond = beyond(later);
        List<QuarantineView.VmLine> vms = new ArrayList<>();
        String problem = "";
        try {
            vms.addAll(vms(state));
        } catch (HypervisorException e) {
            problem = e.problem().sentence();
        }
        return new QuarantineView(
                self.id(),
                self.site(),
                own,
                later,
                sentence().orElse(""),
                state.index(),
                beyond.entries().stream().limit(SHOWN).toList(),
                beyond.entries().size() > SHOWN,
                beyond.parted(),
                succession.beyond(Math.max(replica.appliedIndex(), later.fork())).size(),
                vms,
                problem,
                confirmation(later));
    }

    private String confirmation(Generation later) {
        return "rejoin generation " + later.number() + " with " + self.id();
    }

    /**
     * The audit entries that the later generation doesn't have.
     *
     * @param parted whether no entry here is the one at which that generation began
     */
    record Beyond(List<AuditEntry> entries, boolean parted) {}

    /** Back to the entry whose hash the later generation names, or to its fork. */
    private Beyond beyond(Generation later) {
        return beyond(later, ledger.audit(Search.ALL, Long.MAX_VALUE, MOST));
    }

    /**
     * @param latestFirst this node's audit entries
     */
    static Beyond beyond(Generation later, List<AuditEntry> latestFirst) {
        List<AuditEntry> entries = new ArrayList<>();
        for (AuditEntry entry : latestFirst) {
            if (entry.hash().startsWith(later.head())) {
                return new Beyond(entries, false);
            }
            if (entry.index() > later.fork()) {
                entries.add(entry);
            }
        }
        // This node may have less than the other had; then all it has is there as well.
        boolean behind = latestFirst.isEmpty() || latestFirst.getFirst().index() < later.fork();
        return new Beyond(entries, !behind);
    }

    private List<QuarantineView.VmLine> vms(ClusterState state) {
        if (hypervisor.isEmpty()) {
            return List.of();
        }
        return hypervisor.get().list().vms().stream()
                .filter(vm -> Group.protecting(state, vm).isPresent())
                .sorted(
                        Comparator.comparing((Vm vm) -> vm.power() == Power.OFF)
                                .thenComparing(Vm::name))
                .map(vm ->
                        new QuarantineView.VmLine(
                                vm.id(),
                                vm.name(),
                                vm.power(),
                                Group.protecting(state, vm),
                                vm.ownership().map(Ownership::epoch)))
                .toList();
    }

    /**
     * Lets this node rejoin.
     *
     * @return the generation in which it comes up again in a moment
     */
    public Result<Generation> rejoin(Principal who, String typed) {
        Optional<Problem> forbidden = who.refused(Right.REJOIN, Place.CLUSTER);
        if (forbidden.isPresent()) {
            return new Result.Refused<>(List.of(forbidden.get()));
        }
        Optional<Generation> later = succession.belonging().superseded();
        if (later.isEmpty()) {
            return view().then(ignored -> Result.refused("not-quarantined", "It isn't."));
        }
        if (!typed.strip().equals(confirmation(later.get()))) {
            return Result.refused(
                    "not-confirmed", "Type \"" + confirmation(later.get()) + "\" to confirm.");
        }
        LOG.warn("{} lets this node rejoin {}.", who.actor(), later.get());
        Epoch latest = replica.state().latestEpoch();
        if (!memory.keep(new Homecoming.Order(who.actor(), clock.instant(), latest))) {
            return Result.refused(
                    "not-kept",
                    "Who ordered this can't be kept in the node's data folder; its log says why.");
        }
        succession.join();
        beginAgain.run();
        return Result.ok(later.get());
    }
}
