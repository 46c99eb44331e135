package adfer.simulation;

import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.run.TaskProgress;
import adfer.simulation.Violation.Invariant;
import adfer.state.Applied;
import adfer.state.ClusterState;
import adfer.state.Fencing;
import adfer.state.Transition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was committed, as whoever applied it first saw it. All others must see the same. Most nodes
 * take over what the first one made of an entry; one of them, the auditor, computes it itself.
 */
final class History {
    private final World world;
    private final Sabotage sabotage;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Applied> results = new ArrayList<>();
    private final TreeMap<String, Long> ordered = new TreeMap<>();
    private final Set<String> fences = new HashSet<>();

    History(World world) {
        this.world = world;
        this.sabotage = new Sabotage(world);
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
            Applied applied = transition(before, index, slot);
            results.add(applied);
            world.checks.committed(before, index, slot, applied);
            remember(applied);
            return applied;
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
                fences.add(fencing.key() + "/" + fencing.order());
            }
            if (key.kind() == Kind.TASK
                    && applied.state().find(key).orElse(null) instanceof TaskProgress progress
                    && progress.status() == TaskProgress.Status.RUNNING) {
                ordered.put(name(progress), progress.epoch().value());
            }
        }
    }

    /** Whether this very order to fence was committed before. */
    boolean ordered(Fencing fencing) {
        return fences.contains(fencing.key() + "/" + fencing.order());
    }

    /** Whether this very attempt was committed before. */
    boolean ordered(TaskProgress progress) {
        return Long.valueOf(progress.epoch().value()).equals(ordered.get(name(progress)));
    }

    private static String name(TaskProgress progress) {
        return progress.run() + "/" + progress.task() + "/" + progress.attempt();
    }
}
