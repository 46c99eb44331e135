package adfer.simulation;

import adfer.kernel.Generation;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.run.TaskProgress;
import adfer.simulation.Violation.Invariant;
import adfer.state.Applied;
import adfer.state.ClusterState;
import adfer.state.Entry;
import adfer.state.Fencing;
import adfer.state.Transition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What was committed in a generation, as whoever applied it first saw it. All others must see the
 * same. Most nodes take over what the first one made of an entry; one of them, the auditor,
 * computes it itself.
 */
final class History {
    private final World world;
    private final Sabotage sabotage;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Applied> results = new ArrayList<>();
    private final int known;
    private final int base;
    final Automation automation;

    /** Whatever was ordered in any generation. */
    private final Set<String> ordered;

    /** Of the first generation. */
    History(World world) {
        this.world = world;
        this.sabotage = new Sabotage(world);
        this.automation = new Automation(world);
        this.ordered = new HashSet<>();
        this.known = 0;
        this.base = 0;
    }

    /**
     * Of a later one, which takes over all that its founder has.
     *
     * @param log all that is in its log
     * @param first the first entry of the new generation, made from what it takes over
     * @param founder who votes alone
     */
    History(
            World world,
            History before,
            List<Slot> log,
            Function<ClusterState, Entry> first,
            int founder) {
        this.world = world;
        this.sabotage = new Sabotage(world);
        this.known = before.shared(log);
        this.automation = before.automation.until(known);
        this.ordered = before.ordered;
        this.base = log.size() + 1;
        results.addAll(before.results.subList(0, known));
        log.forEach(slot -> slots.add(slot.given()));
        for (int index = known + 1; index <= log.size(); index++) {
            results.add(transition(state(index - 1), index, slot(index)));
        }
        slots.add(
                new Slot(
                        0,
                        Optional.of(first.apply(state(log.size()))),
                        Optional.of(new TreeSet<>(Set.of(founder)))));
        results.add(transition(state(base - 1), base, slot(base)));
    }

    /** How much of a log was committed here. */
    private int shared(List<Slot> log) {
        int index = 0;
        while (index < Math.min(size(), log.size()) && slots.get(index).equals(log.get(index))) {
            index++;
        }
        return index;
    }

    /** What it takes over that was never committed is looked at as if it were now. */
    void begin() {
        for (int index = known + 1; index <= base; index++) {
            tell(index);
        }
    }

    private Applied take(int index, Slot slot) {
        results.add(transition(state(index - 1), index, slot));
        tell(index);
        return results.get(index - 1);
    }

    private void tell(int index) {
        Applied applied = results.get(index - 1);
        world.checks.committed(this, state(index - 1), index, slot(index), applied);
        remember(applied);
    }

    /** The index at which it begins, with what went before as its picture; 0 for the first. */
    int base() {
        return base;
    }

    Generation generation() {
        return state(base).generation();
    }

    /** All that it begins with. */
    List<Slot> given() {
        return List.copyOf(slots.subList(0, base));
    }

    /** Whether all that was applied up to an index is the same here. */
    boolean keeps(History before, int upTo) {
        for (int index = 1; index <= upTo; index++) {
            if (!slot(index).entry().equals(before.slot(index).entry())
                    || !state(index).fingerprint().equals(before.state(index).fingerprint())) {
                return false;
            }
        }
        return true;
    }

    int size() {
        return slots.size();
    }

    Slot slot(int index) {
        return slots.get(index - 1);
    }

    /** The state after an entry; index 0 is the empty one. */
    ClusterState state(int index) {
        return index == 0 ? ClusterState.EMPTY : results.get(index - 1).state();
    }

    ClusterState latest() {
        return state(slots.size());
    }

    /** What an entry makes of the state before it. */
    Applied apply(Node node, ClusterState before, int index, Slot slot) {
        if (index > slots.size()) {
            slots.add(slot);
            return take(index, slot);
        }
        if (!slot(index).equals(slot)) {
            throw new Violation(
                    Invariant.NOTHING_LOST,
                    node + " applies another entry at " + index + " than was applied before");
        }
        Applied first = results.get(index - 1);
        if (node.number == world.auditor()) {
            world.checks.alike(node, transition(before, index, slot), first);
        }
        return first;
    }

    private Applied transition(ClusterState before, int index, Slot slot) {
        return slot.entry()
                .map(entry -> sabotage.apply(before, index, entry))
                .orElseGet(() ->
                        new Applied(
                                Transition.skip(before, index),
                                new adfer.state.Reply.Accepted(index),
                                new TreeSet<>(),
                                Optional.empty()));
    }

    private void remember(Applied applied) {
        for (Key key : applied.touched()) {
            if (key.kind() == Kind.FENCING
                    && applied.state().find(key).orElse(null) instanceof Fencing fencing) {
                ordered.add(fencing.key() + "/" + fencing.order());
            }
            if (key.kind() == Kind.TASK
                    && applied.state().find(key).orElse(null) instanceof TaskProgress progress
                    && progress.status() == TaskProgress.Status.RUNNING) {
                ordered.add(name(progress));
            }
        }
    }

    /** Whether this very order to fence was committed before. */
    boolean ordered(Fencing fencing) {
        return ordered.contains(fencing.key() + "/" + fencing.order());
    }

    /** Whether this very attempt was committed before. */
    boolean ordered(TaskProgress progress) {
        return ordered.contains(name(progress));
    }

    private static String name(TaskProgress progress) {
        return progress.run()
                + "/"
                + progress.task()
                + "/"
                + progress.attempt()
                + " at "
                + progress.epoch();
    }
}
