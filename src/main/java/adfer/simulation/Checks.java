package adfer.simulation;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.kernel.TaskId;
import adfer.lease.DeadMan;
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
import java.util.stream.Stream;

/** The invariants, looked at as things happen. */
final class Checks {
    private final World world;
    private final TreeMap<String, Epoch> taken = new TreeMap<>();
    private final Epochs epochs = new Epochs();

    /** What guards have stopped and somebody has to start again. */
    private final Set<Machine> debts = new LinkedHashSet<>();

    /** How often each group has changed its owner. */
    private final Map<GroupId, Long> moves = new HashMap<>();

    /** Scripts that may have run: they began, and nobody knows how they ended. */
    private final Set<Script> openScripts = new HashSet<>();

    private record Script(RunId run, TaskId task) {}

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
        world.latest()
                .lease(machine.group())
                .filter(lease -> !world.truth.deceived())
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
        if (moves(machine.group()) != then && !world.truth.deceived()) {
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
        if (!world.history().ordered(order)) {
            throw broken(Invariant.COMMITTED_FIRST, order.task() + " ran before its commit.");
        }
        world.counts.count(Of.SCRIPTS);
        if (!openScripts.add(new Script(order.run(), order.task()))
                && !observed
                && !world.truth.deceived()) {
            throw broken(Invariant.NOT_REPEATED, order.task() + " of " + order.run());
        }
    }

    /** A host is about to be switched off. */
    void fenced(Fencing order) {
        if (!world.history().ordered(order)) {
            throw broken(Invariant.COMMITTED_FIRST, order + " was carried out.");
        }
    }

    /** A guard took in a confirmation. */
    void confirmed(Guard guard, DeadMan before, DeadMan now) {
        now.holds()
                .forEach((group, hold) -> {
                    DeadMan.Hold held = before.holds().get(group);
                    if (held != null && hold.epoch().before(held.epoch())) {
                        throw broken(
                                Invariant.NO_EARLIER_TENURE,
                                guard + " had " + held + " and takes " + hold);
                    }
                });
    }

    /** Whoever acts was told so by the log. */
    void ordered(Machine machine, TaskProgress order) {
        if (!world.history().ordered(order)) {
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
        History history = member.history();
        int last = history.size();
        for (int index = Math.max(1, last - 100); index <= last; index++) {
            if (!member.has(index, history.slot(index))) {
                throw broken(Invariant.NOTHING_LOST, "The new leader has no entry " + index + ".");
            }
        }
    }

    void acknowledged(History history, int index, Slot slot) {
        if (index > history.size() || !history.slot(index).equals(slot)) {
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
    void committed(History history, ClusterState before, int index, Slot slot, Applied applied) {
        boolean over = !history.equals(world.history());
        world.counts.count(Of.ENTRIES);
        slot.entry()
                .ifPresent(entry -> {
                    tell(index, entry.command(), applied.reply());
                    judge(history, before, entry, applied);
                });
        for (Key key : applied.touched()) {
            switch (key.kind()) {
                case GROUP -> changed(history, before, group(applied, key), index);
                case LEASE ->
                        renewed(before.find(key).map(Lease.class::cast), lease(applied, key), over);
                case RUN ->
                        applied.state()
                                .find(key)
                                .map(RunHeader.class::cast)
                                .ifPresent(this::changed);
                case ATTESTATION, FENCING -> {
                    if (!over) {
                        List.of(Books.A, Books.B)
                                .forEach(site -> world.truth.proven(applied.state(), site));
                    }
                }
                case VERDICT -> judged(history, before, key, applied);
                default -> {}
            }
        }
        applied.touched().stream()
                .filter(key -> key.kind() == Kind.ATTESTATION)
                .flatMap(key -> applied.state().find(key).stream())
                .map(Attestation.class::cast)
                .forEach(world.truth::attested);
    }

    private void judged(History history, ClusterState before, Key key, Applied applied) {
        SiteVerdict now = (SiteVerdict) applied.state().find(key).orElseThrow();
        boolean news = before.verdict(now.site()).filter(v -> v.status() == now.status()).isEmpty();
        if (news) {
            history.automation.judged(applied.state().index(), now.site());
        }
    }

    private void judge(History history, ClusterState before, Entry entry, Applied applied) {
        if (applied.reply() instanceof Reply.Accepted
                && entry.command() instanceof Command.StartRun start) {
            RunHeader header =
                    (RunHeader) applied.state().find(RunHeader.key(start.run())).orElseThrow();
            world.truth.started(start, header);
            if (entry.actor().equals(Autopilot.BY)) {
                history.automation.startedByItself(before, start);
            }
        }
    }

    /** What only an earlier generation knew of is over; those who took over have said so. */
    void founded(History next) {
        ClusterState state = next.latest();
        debts.removeIf(machine ->
                state.group(machine.group())
                        .filter(group -> group.owner().equals(machine.site()))
                        .isEmpty());
        openScripts.removeIf(script ->
                state.run(script.run())
                        .flatMap(run -> run.progress(script.task()))
                        .filter(task ->
                                task.status() == TaskProgress.Status.RUNNING
                                        || task.status() == TaskProgress.Status.DOUBTFUL)
                        .isEmpty());
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
            openScripts.remove(new Script(finish.run(), finish.task()));
        } else if (accepted && command instanceof Command.RegainLease) {
            world.counts.count(Of.REGAINS);
        }
        world.say(
                () -> "[" + index + "] " + brief(command) + (accepted ? "" : " refused: " + reply));
    }

    /** A guard stops what its owner wants to run, and no person has it in hand. */
    void stoppedByGuard(Machine machine) {
        ClusterState state = world.latest();
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
            openScripts.removeIf(script ->
                    script.run().equals(run) && script.task().toString().startsWith(step + "/"));
        }
        if (decision instanceof Decision.Cancel || decision instanceof Decision.Skip) {
            world.latest()
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

    private void changed(History history, ClusterState before, Group now, int index) {
        before.group(now.id())
                .ifPresent(old -> {
                    boolean moved = !old.owner().equals(now.owner());
                    if (now.epoch().before(old.epoch())
                            || (moved && !old.epoch().before(now.epoch()))) {
                        throw broken(Invariant.EPOCHS_RISE, "From " + old + " to " + now + ".");
                    }
                    if (index > history.base() && old.epoch().before(now.epoch())) {
                        epochs.given(history, now.id(), now.epoch());
                    }
                    if (moved) {
                        world.counts.count(Of.OWNER_CHANGES);
                        moves.merge(now.id(), 1L, Long::sum);
                        world.truth.moved(history, before, old, now);
                    }
                });
    }

    private void renewed(Optional<Lease> before, Lease now, boolean over) {
        boolean lapsed = !now.held() && before.filter(Lease::held).isPresent();
        if (!lapsed) {
            world.counts.count(Of.RENEWALS);
            return;
        }
        world.counts.count(Of.LAPSES);
        List<Machine> on = world.fleet.on(now.group(), now.site());
        if (now.provesOff()) {
            world.counts.count(Of.PROVEN_LAPSES);
            if (!on.isEmpty() && !over && !world.truth.deceived()) {
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
        ClusterState state = world.latest();
        return world.scattered().or(() -> unsettled(state));
    }

    private Optional<String> unsettled(ClusterState state) {
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
                                .filter(machine -> owed(state, machine))
                                .findFirst()
                                .map(machine ->
                                        machine
                                                + " was stopped by its guard and isn't started"
                                                + " again: "
                                                + state.lease(machine.group()).orElseThrow()));
    }

    /** Where its site has lost the group, or a person has to put the other site right, it isn't. */
    private boolean owed(ClusterState state, Machine machine) {
        return state.group(machine.group())
                        .filter(group -> group.owner().equals(machine.site()))
                        .isPresent()
                && Stream.of(Books.A, Books.B)
                        .filter(site -> !site.equals(machine.site()))
                        .allMatch(site -> world.fleet.on(machine.group(), site).isEmpty());
    }
}
