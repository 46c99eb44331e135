package adfer.simulation;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.kernel.TaskId;
import adfer.lease.Lease;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.run.Decision;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;
import adfer.simulation.Counts.Of;
import adfer.simulation.Violation.Invariant;
import adfer.state.Applied;
import adfer.state.Attestation;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Fencing;
import adfer.state.Group;
import adfer.state.Reply;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The invariants, looked at as things happen. */
final class Checks {
    private final World world;
    private final TreeMap<String, Epoch> taken = new TreeMap<>();

    /** What guards have stopped and somebody has to start again. */
    private final Set<Machine> debts = new LinkedHashSet<>();

    /** How often each group has changed its owner. */
    private final Map<GroupId, Long> moves = new HashMap<>();

    /** Scripts that may have run: they began, and nobody knows how they ended. */
    private final Set<String> openScripts = new HashSet<>();

    Checks(World world) {
        this.world = world;
    }

    private static Violation broken(Invariant invariant, String what) {
        return new Violation(invariant, what);
    }

    void turnedOn(Machine machine) {
        List<Machine> there = world.fleet.on(machine.group(), Books.other(machine.site()));
        if (!there.isEmpty() && !world.truth.lied(machine, there)) {
            throw broken(
                    Invariant.NEVER_BOTH, machine + " was started while " + there + " was on.");
        }
        world.truth.turnedOn(machine);
        world.history
                .latest()
                .lease(machine.group())
                .filter(Lease::provesOff)
                .filter(lease -> lease.site().equals(machine.site()))
                .ifPresent(lease -> {
                    throw broken(
                            Invariant.LAPSE_PROVES_OFF,
                            machine + " was started after the lease had lapsed.");
                });
    }

    /** It goes on with the memory that it had when its group had changed its owner so often. */
    void resumed(Machine machine, long then) {
        if (moves(machine.group()) != then) {
            throw broken(
                    Invariant.NO_OLD_MEMORY,
                    machine + " goes on, and its group has been elsewhere since it was suspended.");
        }
    }

    long moves(GroupId group) {
        return moves.getOrDefault(group, 0L);
    }

    /** A script is about to act. */
    void ran(TaskProgress order, boolean observed) {
        if (!world.history.ordered(order)) {
            throw broken(Invariant.COMMITTED_FIRST, order.task() + " ran before its commit.");
        }
        world.counts.count(Of.SCRIPTS);
        if (!openScripts.add(script(order.run(), order.task())) && !observed) {
            throw broken(Invariant.NOT_REPEATED, order.task() + " of " + order.run());
        }
    }

    private static String script(RunId run, TaskId task) {
        return run + "/" + task;
    }

    /** A host is about to be switched off. */
    void fenced(Fencing order) {
        if (!world.history.ordered(order)) {
            throw broken(Invariant.COMMITTED_FIRST, order + " was carried out.");
        }
    }

    /** Whoever acts was told so by the log. */
    void ordered(Machine machine, TaskProgress order) {
        if (!world.history.ordered(order)) {
            throw broken(
                    Invariant.COMMITTED_FIRST,
                    order.task() + " acted on " + machine + " before its start was committed.");
        }
    }

    /** A hypervisor took an order of this epoch. */
    void takenAt(Machine machine, Epoch epoch) {
        Epoch latest = taken.merge(machine.toString(), epoch, Checks::later);
        if (epoch.before(latest)) {
            throw broken(
                    Invariant.STALE_REFUSED,
                    machine + " took an order of epoch " + epoch + " after one of " + latest + ".");
        }
    }

    /** A hypervisor takes the order to stop a machine; it has to come from after its start. */
    void stopped(Machine machine, Epoch epoch) {
        if (machine.on() && machine.startedAt().filter(at -> !at.before(epoch)).isPresent()) {
            throw broken(
                    Invariant.STALE_REFUSED,
                    machine
                            + " was started at "
                            + machine.startedAt().orElseThrow()
                            + " and stopped for "
                            + epoch
                            + ".");
        }
    }

    private static Epoch later(Epoch one, Epoch other) {
        return one.before(other) ? other : one;
    }

    void leads(Member member) {
        int last = world.history.size();
        for (int index = Math.max(1, last - 100); index <= last; index++) {
            if (!member.has(index, world.history.slot(index))) {
                throw broken(Invariant.NOTHING_LOST, "The new leader has no entry " + index + ".");
            }
        }
    }

    void acknowledged(int index, Slot slot) {
        if (index > world.history.size() || !world.history.slot(index).equals(slot)) {
            throw broken(Invariant.NOTHING_LOST, "The answered entry " + index + " is gone.");
        }
    }

    void alike(Node node, Applied mine, Applied first) {
        if (!mine.state().fingerprint().equals(first.state().fingerprint())
                || !mine.reply().equals(first.reply())) {
            throw broken(
                    Invariant.ALIKE,
                    node + " has another state at " + mine.state().index() + " than the others.");
        }
    }

    /** An entry was applied for the first time. */
    void committed(ClusterState before, int index, Slot slot, Applied applied) {
        world.counts.count(Of.ENTRIES);
        slot.entry()
                .ifPresent(entry -> {
                    tell(index, entry.command(), applied.reply());
                    judge(before, entry, applied);
                });
        for (Key key : applied.touched()) {
            switch (key.kind()) {
                case GROUP -> changed(before, group(applied, key));
                case LEASE -> renewed(before.find(key).map(Lease.class::cast), lease(applied, key));
                case RUN ->
                        applied.state()
                                .find(key)
                                .map(RunHeader.class::cast)
                                .ifPresent(this::changed);
                case ATTESTATION, FENCING ->
                        List.of(Books.A, Books.B)
                                .forEach(site -> world.truth.proven(applied.state(), site));
                case VERDICT -> judged(before, key, applied);
                default -> {}
            }
        }
        applied.touched().stream()
                .filter(key -> key.kind() == Kind.ATTESTATION)
                .flatMap(key -> applied.state().find(key).stream())
                .map(Attestation.class::cast)
                .forEach(world.truth::attested);
    }

    private void judged(ClusterState before, Key key, Applied applied) {
        SiteVerdict now = (SiteVerdict) applied.state().find(key).orElseThrow();
        boolean news = before.verdict(now.site()).filter(v -> v.status() == now.status()).isEmpty();
        if (news) {
            world.truth.judged(applied.state().index(), now.site());
        }
    }

    private void judge(ClusterState before, Entry entry, Applied applied) {
        if (applied.reply() instanceof Reply.Accepted
                && entry.command() instanceof Command.StartRun start) {
            RunHeader header =
                    (RunHeader) applied.state().find(RunHeader.key(start.run())).orElseThrow();
            world.truth.started(start, header);
            if (entry.actor().equals(Autopilot.BY)) {
                world.truth.startedByItself(before, start);
            }
        }
    }

    private static Group group(Applied applied, Key key) {
        return (Group) applied.state().find(key).orElseThrow();
    }

    private static Lease lease(Applied applied, Key key) {
        return (Lease) applied.state().find(key).orElseThrow();
    }

    private void tell(int index, Command command, Reply reply) {
        boolean accepted = reply instanceof Reply.Accepted;
        if (accepted && command instanceof Command.StartRun start) {
            world.counts.count(
                    switch (start.plan().operation()) {
                        case MIGRATION -> Of.MIGRATIONS;
                        case FAILOVER -> Of.FAILOVERS;
                        case RESTART -> Of.RESTARTS;
                    });
            if (start.plan().operation() != Operation.RESTART) {
                debts.removeIf(machine -> machine.group().equals(start.plan().group()));
            }
        } else if (accepted && command instanceof Command.Decide(var run, var decision)) {
            forgive(run, decision);
        } else if (accepted && command instanceof Command.FinishTask finish) {
            openScripts.remove(script(finish.run(), finish.task()));
        } else if (accepted && command instanceof Command.RegainLease) {
            world.counts.count(Of.REGAINS);
        }
        world.say(
                () -> "[" + index + "] " + brief(command) + (accepted ? "" : " refused: " + reply));
    }

    /** A guard stops what its owner wants to run, and no person has it in hand. */
    void stoppedByGuard(Machine machine) {
        ClusterState state = world.history.latest();
        state.group(machine.group())
                .filter(group -> group.owner().equals(machine.site()))
                .filter(group ->
                        group.activeRun()
                                .flatMap(state::charter)
                                .map(charter -> charter.plan().operation() == Operation.RESTART)
                                .orElse(true))
                .ifPresent(group -> debts.add(machine));
    }

    /** What ran when its host went down has to be started by a person. */
    void lostPower(Machine machine) {
        if (machine.on()) {
            debts.remove(machine);
        }
    }

    /** What people leave out they don't want. */
    private void forgive(RunId run, Decision decision) {
        if (decision instanceof Decision.Retry(var step)) {
            openScripts.removeIf(script -> script.startsWith(run + "/" + step + "/"));
        }
        if (decision instanceof Decision.Cancel || decision instanceof Decision.Skip) {
            world.history
                    .latest()
                    .charter(run)
                    .ifPresent(charter ->
                            debts.removeIf(
                                    machine -> machine.group().equals(charter.plan().group())));
        }
    }

    private static String brief(Command command) {
        return switch (command) {
            case Command.StartRun start ->
                    "StartRun "
                            + start.run()
                            + ": "
                            + start.plan().operation().word()
                            + " of "
                            + start.plan().group()
                            + " from "
                            + start.plan().source()
                            + " to "
                            + start.plan().target();
            case Command.ChangeInventory ignored -> "ChangeInventory";
            case Command.PublishRunbook publish ->
                    "PublishRunbook "
                            + publish.bundle().group()
                            + ", isolated: "
                            + publish.runbook().automation().isolated();
            default -> command.toString();
        };
    }

    private void changed(ClusterState before, Group now) {
        before.group(now.id())
                .ifPresent(old -> {
                    boolean moved = !old.owner().equals(now.owner());
                    if (now.epoch().before(old.epoch())
                            || (moved && !old.epoch().before(now.epoch()))) {
                        throw broken(Invariant.EPOCHS_RISE, "From " + old + " to " + now + ".");
                    }
                    if (moved) {
                        world.counts.count(Of.OWNER_CHANGES);
                        moves.merge(now.id(), 1L, Long::sum);
                        world.truth.moved(before, world.history.latest(), old, now);
                    }
                });
    }

    private void renewed(Optional<Lease> before, Lease now) {
        boolean lapsed = !now.held() && before.filter(Lease::held).isPresent();
        if (!lapsed) {
            world.counts.count(Of.RENEWALS);
            return;
        }
        world.counts.count(Of.LAPSES);
        List<Machine> on = world.fleet.on(now.group(), now.site());
        if (now.provesOff()) {
            world.counts.count(Of.PROVEN_LAPSES);
            if (!on.isEmpty()) {
                throw broken(
                        Invariant.LAPSE_PROVES_OFF,
                        "The lease of " + now.group() + " lapsed while " + on + " was on.");
            }
        }
    }

    private void changed(RunHeader header) {
        switch (header.phase()) {
            case DONE -> world.counts.count(Of.RUNS_DONE);
            case CANCELLED -> world.counts.count(Of.RUNS_CANCELLED);
            case RUNNING, PAUSED, CANCELLING -> {}
        }
    }

    /** What is not as it should be long after the faults have ended; empty when all is well. */
    Optional<String> unsettled() {
        ClusterState state = world.history.latest();
        return state.groups()
                .filter(group -> group.activeRun().isPresent())
                .findFirst()
                .map(group ->
                        "Run "
                                + group.activeRun().orElseThrow()
                                + " of "
                                + group.id()
                                + " does not end.")
                .or(() ->
                        state.leases()
                                .filter(lease ->
                                        !lease.held()
                                                || (!lease.guarded()
                                                        && !Books.keeps(state, lease.group())))
                                .findFirst()
                                .map(lease ->
                                        "Nobody holds "
                                                + lease.group()
                                                + " under guards: "
                                                + lease))
                .or(() ->
                        debts.stream()
                                .filter(machine -> !machine.on())
                                .findFirst()
                                .map(machine ->
                                        machine
                                                + " was stopped by its guard and isn't started"
                                                + " again: "
                                                + state.lease(machine.group()).orElseThrow()));
    }
}
