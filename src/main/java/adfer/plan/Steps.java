package adfer.plan;

import adfer.inventory.Vm;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.runbook.Action;
import adfer.runbook.Selector;
import adfer.runbook.Side;
import adfer.runbook.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns a runbook's steps into planned ones, and puts the change of owner between what stops the
 * source and what acts at the target.
 */
final class Steps {
    static final StepId OWNERSHIP = new StepId(PlannedStep.OWNERSHIP);

    private static final Duration OWNERSHIP_TIMEOUT = Duration.ofSeconds(30);

    private final Scene scene;
    private final List<Step> steps;
    private final TreeMap<StepId, Step> byId = new TreeMap<>();
    private final TreeMap<StepId, Optional<String>> skipped = new TreeMap<>();
    private final TreeMap<StepId, List<StepId>> after = new TreeMap<>();

    private Steps(Scene scene) {
        this.scene = scene;
        steps = scene.runbook().steps();
        for (Step step : steps) {
            byId.put(step.id(), step);
            skipped.put(step.id(), skipped(step));
        }
    }

    /** Empty for the change of owner, which no runbook has. */
    private Optional<Step> step(StepId id) {
        return Optional.ofNullable(byId.get(id));
    }

    private Optional<String> reason(StepId id) {
        return skipped.getOrDefault(id, Optional.empty());
    }

    private List<StepId> after(StepId id) {
        return after.getOrDefault(id, List.of());
    }

    /** The steps in an order in which each comes after those it waits for. */
    static List<PlannedStep> plan(Scene scene) {
        Steps steps = new Steps(scene);
        List<PlannedStep> planned = new ArrayList<>();
        List<StepId> order = steps.ordered();
        steps.waitForOwnership(order);
        for (StepId id : order) {
            planned.add(steps.step(id).map(steps::planned).orElseGet(steps::ownership));
        }
        return planned;
    }

    private Optional<String> skipped(Step step) {
        if (inPlace() && !startsAtTarget(step)) {
            return Optional.of("A restart in place starts VMs and does nothing else.");
        }
        Optional<String> unmet = step.when().flatMap(this::unmet);
        if (unmet.isPresent()) {
            return unmet;
        }
        boolean atSource = Tasks.side(step.action()) == Side.SOURCE && !scene.reachable();
        return atSource
                ? Optional.of(
                        "Site "
                                + scene.source().id()
                                + " can't be reached, so nothing can be done there.")
                : Optional.empty();
    }

    private Optional<String> unmet(Step.Condition condition) {
        SiteId source = scene.source().id();
        return switch (condition) {
            case SOURCE_REACHABLE ->
                    scene.reachable()
                            ? Optional.empty()
                            : Optional.of("Site " + source + " can't be reached.");
            case SOURCE_UNREACHABLE ->
                    scene.reachable()
                            ? Optional.of("Site " + source + " can be reached.")
                            : Optional.empty();
            case MIGRATION ->
                    scene.operation() == Operation.MIGRATION
                            ? Optional.empty()
                            : Optional.of("This step belongs to planned migrations alone.");
            case FAILOVER ->
                    scene.operation() == Operation.FAILOVER
                            ? Optional.empty()
                            : Optional.of("This step belongs to failovers alone.");
        };
    }

    private boolean inPlace() {
        return scene.operation() == Operation.RESTART;
    }

    private static boolean startsAtTarget(Step step) {
        return step.action() instanceof Action.StartVms start && start.at() == Side.TARGET;
    }

    private List<StepId> stops() {
        return steps.stream().filter(Steps::stopsSource).map(Step::id).toList();
    }

    private static boolean stopsSource(Step step) {
        return step.action() instanceof Action.StopVms stop && stop.at() == Side.SOURCE;
    }

    private static boolean actsAtTarget(Step step) {
        return (step.action() instanceof Action.StartVms || step.action() instanceof Action.Script)
                && Tasks.side(step.action()) == Side.TARGET;
    }

    /**
     * As close to the runbook's own order as dependencies allow, with the change of owner right
     * after the last stop. Steps of a cycle, which a linted runbook has none of, are left out.
     */
    private List<StepId> ordered() {
        TreeMap<StepId, Integer> position = new TreeMap<>();
        steps.forEach(step -> position.put(step.id(), 2 * position.size()));
        int lastStop = stops().stream().mapToInt(position::get).max().orElse(-2);
        if (!inPlace()) {
            position.put(OWNERSHIP, lastStop + 1);
        }

        TreeMap<StepId, Integer> waits = new TreeMap<>();
        TreeMap<StepId, List<StepId>> followers = new TreeMap<>();
        position.keySet()
                .forEach(id -> {
                    List<StepId> before =
                            before(id).stream().filter(position::containsKey).distinct().toList();
                    waits.put(id, before.size());
                    before.forEach(
                            b -> followers.computeIfAbsent(b, k -> new ArrayList<>()).add(id));
                });
        PriorityQueue<StepId> ready =
                new PriorityQueue<>(java.util.Comparator.comparing(position::get));
        waits.forEach((id, count) -> {
            if (count == 0) {
                ready.add(id);
            }
        });
        List<StepId> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            StepId next = ready.remove();
            order.add(next);
            for (StepId follower : followers.getOrDefault(next, List.of())) {
                if (waits.merge(follower, -1, Integer::sum) == 0) {
                    ready.add(follower);
                }
            }
        }
        if (order.size() < position.size()) {
            scene.remarks().refuse("cycle", "Steps of the runbook wait for each other.");
        }
        return order;
    }

    /** What must be complete before a step, as far as order is concerned. */
    private List<StepId> before(StepId id) {
        List<StepId> before = new ArrayList<>(written(id));
        if (actsAtTarget(id)) {
            before.add(OWNERSHIP);
        }
        return before;
    }

    /**
     * What a step waits for as the runbook says it, and the change of owner as the rule says it.
     */
    private List<StepId> written(StepId id) {
        return step(id).map(Step::after).orElseGet(this::stops);
    }

    private boolean actsAtTarget(StepId id) {
        return step(id).filter(Steps::actsAtTarget).isPresent();
    }

    /**
     * Settles what each step waits for. A skipped step is complete at once and holds nobody back,
     * so whoever waits for it waits for what it would have waited for. The change of owner is added
     * where it isn't implied.
     */
    private void waitForOwnership(List<StepId> order) {
        TreeSet<StepId> behind = new TreeSet<>(List.of(OWNERSHIP));
        for (StepId id : order) {
            LinkedHashSet<StepId> all = new LinkedHashSet<>();
            for (StepId before : written(id)) {
                all.add(before);
                if (reason(before).isPresent()) {
                    all.addAll(after(before));
                }
            }
            boolean implied = all.stream().anyMatch(b -> behind.contains(b) && reason(b).isEmpty());
            if (actsAtTarget(id) && !implied && !inPlace()) {
                all.add(OWNERSHIP);
                implied = true;
            }
            if (implied) {
                behind.add(id);
            }
            after.put(id, List.copyOf(all));
        }
    }

    private PlannedStep planned(Step step) {
        Optional<String> reason = reason(step.id());
        Tasks tasks = new Tasks(scene, step);
        boolean acts = reason.isEmpty();
        if (acts && !inPlace()) {
            checkSelection(step, tasks.picked());
        }
        return new PlannedStep(
                step.id(),
                step.title(),
                step.action().kind(),
                after(step.id()),
                reason,
                acts ? tasks.forward() : List.of(),
                acts ? tasks.verify() : List.of(),
                acts ? tasks.undo() : List.of(),
                atOnce(step.action()),
                step.action() instanceof Action.StartVms start
                        ? start.perHost()
                        : Integer.MAX_VALUE,
                step.retry());
    }

    private static int atOnce(Action action) {
        return switch (action) {
            case Action.StopVms stop -> stop.atOnce();
            case Action.StartVms start -> start.atOnce();
            case Action.Script ignored -> 1;
            case Action.Probe ignored -> 1;
            case Action.Approve ignored -> 1;
            case Action.Pause ignored -> 1;
        };
    }

    private void checkSelection(Step step, List<Vm> picked) {
        List<Selector> selectors =
                switch (step.action()) {
                    case Action.StopVms stop -> stop.vms();
                    case Action.StartVms start -> start.vms();
                    case Action.Script ignored -> List.<Selector>of();
                    case Action.Probe ignored -> List.<Selector>of();
                    case Action.Approve ignored -> List.<Selector>of();
                    case Action.Pause ignored -> List.<Selector>of();
                };
        if (selectors.isEmpty() || scene.vms().isEmpty()) {
            return;
        }
        List<String> idle = new Picker(selectors).idle(picked);
        if (picked.isEmpty()) {
            scene.remarks()
                    .refuse(
                            "selects-nothing",
                            "Step "
                                    + step.id()
                                    + " selects none of the protected VMs by "
                                    + Remarks.names(idle)
                                    + ": correct the runbook.");
        } else if (!idle.isEmpty()) {
            scene.remarks()
                    .warn(
                            "vm-gone",
                            "Step "
                                    + step.id()
                                    + " names "
                                    + Remarks.names(idle)
                                    + ", which no protected VM answers to any more.");
        }
    }

    /** Taken back only where the source was stopped by this very plan and can be started again. */
    private PlannedStep ownership() {
        SiteId source = scene.source().id();
        SiteId target = scene.target().id();
        boolean stopped = stops().stream().anyMatch(id -> reason(id).isEmpty());
        List<Task> undo =
                scene.reachable() && stopped
                        ? List.of(move("undo.ownership/move", target, source, 2))
                        : List.of();
        return new PlannedStep(
                OWNERSHIP,
                "Site " + target + " takes over from site " + source,
                PlannedStep.OWNERSHIP,
                after(OWNERSHIP),
                Optional.empty(),
                List.of(move("ownership/move", source, target, 1)),
                List.of(),
                undo,
                1,
                1,
                Step.Retry.NONE);
    }

    private Task move(String id, SiteId from, SiteId to, int epochs) {
        var epoch = new adfer.kernel.Epoch(scene.epoch().value() + epochs);
        TaskAction move = new TaskAction.MoveOwnership(scene.runbook().group(), from, to, epoch);
        return new Task(
                new TaskId(id),
                move,
                scene.target().id(),
                0,
                OWNERSHIP_TIMEOUT,
                scene.expected(new TaskId(id), move, OWNERSHIP_TIMEOUT));
    }
}
