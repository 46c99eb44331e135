package adfer.runbook;

import adfer.kernel.StepId;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Which step waits for which, and what follows from it. Unknown steps are left out. */
final class StepGraph {
    private final NavigableMap<StepId, Step> steps = new TreeMap<>();

    StepGraph(List<Step> steps) {
        steps.forEach(step -> this.steps.putIfAbsent(step.id(), step));
    }

    private List<Step> before(Step step) {
        return step.after().stream().filter(steps::containsKey).map(steps::get).toList();
    }

    /** The steps of a cycle, each waiting for the next; empty when there is none. */
    List<StepId> cycle() {
        TreeSet<StepId> cleared = new TreeSet<>();
        for (Step step : steps.values()) {
            List<StepId> cycle = cycle(step, cleared);
            if (!cycle.isEmpty()) {
                return cycle;
            }
        }
        return List.of();
    }

    /** Walks depth first with a stack of its own; a runbook may be one long chain. */
    private List<StepId> cycle(Step from, Set<StepId> cleared) {
        Deque<Step> path = new ArrayDeque<>();
        TreeSet<StepId> onPath = new TreeSet<>();
        path.push(from);
        onPath.add(from.id());
        while (!path.isEmpty()) {
            Step step = path.peek();
            Optional<Step> next =
                    before(step).stream().filter(s -> !cleared.contains(s.id())).findFirst();
            if (next.isEmpty()) {
                cleared.add(step.id());
                onPath.remove(step.id());
                path.pop();
            } else if (onPath.add(next.get().id())) {
                path.push(next.get());
            } else {
                return loop(path, next.get().id());
            }
        }
        return List.of();
    }

    private static List<StepId> loop(Deque<Step> path, StepId end) {
        List<StepId> loop = new ArrayList<>();
        for (Step step : path) {
            loop.add(step.id());
            if (step.id().equals(end)) {
                break;
            }
        }
        Collections.reverse(loop);
        return loop;
    }

    /** The first step of this kind that {@code step} waits for, directly or not. */
    Optional<Step> behind(Step step, Predicate<Step> kind) {
        TreeSet<StepId> seen = new TreeSet<>();
        Deque<Step> open = new ArrayDeque<>(before(step));
        while (!open.isEmpty()) {
            Step next = open.pop();
            if (seen.add(next.id())) {
                if (kind.test(next)) {
                    return Optional.of(next);
                }
                open.addAll(before(next));
            }
        }
        return Optional.empty();
    }
}
