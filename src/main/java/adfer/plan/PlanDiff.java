package adfer.plan;

import adfer.kernel.Problem;
import adfer.kernel.StepId;
import adfer.kernel.VmId;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has changed between two plans of one operation, in sentences for whoever confirms. */
public final class PlanDiff {
    /** More sentences than this help nobody; a last one counts the rest. */
    public static final int MAX = 40;

    private final Plan shown;
    private final Plan now;
    private final List<String> changes = new ArrayList<>();

    private PlanDiff(Plan shown, Plan now) {
        this.shown = shown;
        this.now = now;
    }

    /** Empty when the plans have one hash. */
    public static List<String> between(Plan shown, Plan now) {
        if (shown.hash().equals(now.hash())) {
            return List.of();
        }
        PlanDiff diff = new PlanDiff(shown, now);
        diff.circumstances();
        diff.refusals();
        diff.steps();
        return diff.sentences();
    }

    private List<String> sentences() {
        if (changes.isEmpty()) {
            return List.of("Details of the plan have changed.");
        }
        if (changes.size() <= MAX) {
            return List.copyOf(changes);
        }
        List<String> first = new ArrayList<>(changes.subList(0, MAX));
        first.add("And " + (changes.size() - MAX) + " changes more.");
        return List.copyOf(first);
    }

    private void circumstances() {
        changed("The operation", shown.operation().word(), now.operation().word());
        changed("The source", "site " + shown.source(), "site " + now.source());
        changed("The target", "site " + shown.target(), "site " + now.target());
        changed("The group's epoch", shown.from(), now.from());
        if (!shown.runbookHash().equals(now.runbookHash())) {
            changes.add("Another version of the runbook has been published.");
        }
        if (shown.sourceReachable() != now.sourceReachable()) {
            changes.add(
                    "Site "
                            + now.source()
                            + (now.sourceReachable()
                                    ? " can be reached again."
                                    : " can't be reached any more."));
        }
        changed("The RTO", shown.rto(), now.rto());
        changed("The RPO", shown.rpo(), now.rpo());
    }

    private void changed(String what, Object before, Object after) {
        if (!before.equals(after)) {
            changes.add(what + " was " + before + " and is " + after + " now.");
        }
    }

    private void refusals() {
        for (Problem problem : now.refusals()) {
            if (!shown.refusals().contains(problem)) {
                changes.add("New obstacle: " + problem.sentence());
            }
        }
        for (Problem problem : shown.refusals()) {
            if (!now.refusals().contains(problem)) {
                changes.add("No obstacle any more: " + problem.sentence());
            }
        }
    }

    private void steps() {
        Map<StepId, PlannedStep> before = byId(shown);
        Map<StepId, PlannedStep> after = byId(now);
        before.keySet().stream()
                .filter(id -> !after.containsKey(id))
                .forEach(id -> changes.add("Step " + id + " is gone."));
        after.forEach((id, step) -> {
            PlannedStep old = before.get(id);
            if (old == null) {
                changes.add("Step " + id + " is new.");
            } else if (!old.equals(step)) {
                step(old, step);
            }
        });
        if (!List.copyOf(before.keySet()).equals(List.copyOf(after.keySet()))
                && before.keySet().equals(after.keySet())) {
            changes.add("The steps stand in another order.");
        }
    }

    private static Map<StepId, PlannedStep> byId(Plan plan) {
        LinkedHashMap<StepId, PlannedStep> byId = new LinkedHashMap<>();
        plan.steps().forEach(step -> byId.put(step.id(), step));
        return byId;
    }

    private void step(PlannedStep old, PlannedStep step) {
        int before = changes.size();
        if (old.skipped().isEmpty() && step.skipped().isPresent()) {
            changes.add("Step " + step.id() + " is skipped now: " + step.skipped().get());
            return;
        }
        if (old.skipped().isPresent() && step.skipped().isEmpty()) {
            changes.add("Step " + step.id() + " is no longer skipped.");
            return;
        }
        vms(old, step);
        if (!old.after().equals(step.after())) {
            changes.add("Step " + step.id() + " waits for other steps than before.");
        }
        if (changes.size() == before) {
            changes.add("Details of step " + step.id() + " have changed.");
        }
    }

    private void vms(PlannedStep old, PlannedStep step) {
        Map<VmId, Task> before = byVm(old);
        Map<VmId, Task> after = byVm(step);
        before.forEach((vm, task) -> {
            if (!after.containsKey(vm)) {
                changes.add("Step " + step.id() + " no longer handles " + name(task) + ".");
            }
        });
        after.forEach((vm, task) -> {
            Task was = before.get(vm);
            if (was == null) {
                changes.add("Step " + step.id() + " now handles " + name(task) + ", too.");
            } else if (was.action() instanceof TaskAction.StartVm from
                    && task.action() instanceof TaskAction.StartVm to
                    && !from.equals(to)) {
                start(from, to);
            }
        });
    }

    private void start(TaskAction.StartVm from, TaskAction.StartVm to) {
        if (!from.host().equals(to.host())) {
            changes.add(
                    to.name() + " goes to host " + to.host() + " instead of " + from.host() + ".");
        }
        if (!from.nics().equals(to.nics())) {
            changes.add("The networks or addresses of " + to.name() + " have changed.");
        }
    }

    private static Map<VmId, Task> byVm(PlannedStep step) {
        TreeMap<VmId, Task> byVm = new TreeMap<>();
        for (Task task : step.tasks()) {
            switch (task.action()) {
                case TaskAction.StartVm start -> byVm.put(start.vm(), task);
                case TaskAction.StopVm stop -> byVm.put(stop.vm(), task);
                case TaskAction.RunScript ignored -> {}
                case TaskAction.Ask ignored -> {}
                case TaskAction.Approve ignored -> {}
                case TaskAction.Wait ignored -> {}
                case TaskAction.MoveOwnership ignored -> {}
            }
        }
        return byVm;
    }

    private static String name(Task task) {
        return switch (task.action()) {
            case TaskAction.StartVm start -> start.name();
            case TaskAction.StopVm stop -> stop.name();
            case TaskAction.RunScript script -> script.path();
            case TaskAction.Ask ask -> ask.check().probe().toString();
            case TaskAction.Approve approve -> approve.role();
            case TaskAction.Wait wait -> wait.message();
            case TaskAction.MoveOwnership move -> move.group().value();
        };
    }
}
