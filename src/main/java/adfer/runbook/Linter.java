package adfer.runbook;

import adfer.kernel.Spans;
import adfer.kernel.StepId;
import adfer.runbook.StepReader.Read;
import adfer.runbook.Yaml.Place;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Judges a runbook that reads well, but may not run well. Every rule is one method, or a class
 * where it takes more.
 */
final class Linter {
    private final Table top;
    private final Runbook runbook;
    private final List<Read> steps;
    private final Scripts scripts;
    private final Findings findings;
    private final StepGraph graph;

    Linter(Table top, Runbook runbook, List<Read> steps, Folder folder, Findings findings) {
        this.top = top;
        this.runbook = runbook;
        this.steps = steps;
        this.scripts = new Scripts(folder, findings);
        this.findings = findings;
        this.graph = new StepGraph(runbook.steps());
    }

    void lint() {
        new Literals(findings).check(top.yaml());
        duplicates();
        unknownSteps();
        cycles();
        for (Read read : steps) {
            switch (read.step().action()) {
                case Action.StopVms stop -> stop(read, stop);
                case Action.StartVms start -> start(read, start);
                case Action.Script script -> script(read, script);
                case Action.Probe ignored -> {}
                case Action.Approve ignored -> prompt(read);
                case Action.Pause pause -> {
                    if (pause.time().isEmpty()) {
                        prompt(read);
                    }
                }
            }
            scripts.check(read);
            placeholders(read);
            observes(read);
            undo(read);
        }
        boolean allRead = steps.size() == top.oneOrMany("steps").size();
        if (allRead && !steps.isEmpty()) {
            stopsAndStarts();
            new Pauses(top, runbook, graph, findings).check();
        }
        new Coverage(runbook, findings).check(steps);
    }

    private void duplicates() {
        TreeSet<StepId> seen = new TreeSet<>();
        for (Read read : steps) {
            StepId id = read.step().id();
            if (read.table().has("id") && !seen.add(id)) {
                findings.error(
                        read.table().valuePlace("id"),
                        "duplicate-step",
                        "There is a step '" + id + "' already.",
                        "Give this one another id.");
            }
            if (id.value().equals("ownership") || id.value().startsWith("undo.")) {
                findings.error(
                        read.table().valuePlace("id"),
                        "reserved-id",
                        "'ownership' and 'undo.*' name what Adfer itself adds.",
                        "Give this step another id.");
            }
        }
    }

    private void unknownSteps() {
        SortedSet<String> ids = writtenIds();
        for (Read read : steps) {
            for (Yaml item : read.table().oneOrMany("after")) {
                if (item instanceof Yaml.Text(Place place, String id) && !ids.contains(id)) {
                    findings.error(
                            place,
                            "unknown-step",
                            "There is no step '" + Table.shown(id) + "' to wait for.",
                            Nearest.suggestion(id, ids));
                }
            }
        }
    }

    /** Also of steps that could not be read, whose absence is no fault of those that wait. */
    private SortedSet<String> writtenIds() {
        TreeSet<String> ids = new TreeSet<>();
        for (Yaml item : top.oneOrMany("steps")) {
            if (item instanceof Yaml.Fields fields
                    && fields.field("id").map(Yaml.Field::value).orElse(fields)
                            instanceof Yaml.Text text) {
                ids.add(text.value());
            }
        }
        return ids;
    }

    private void cycles() {
        List<StepId> cycle = graph.cycle();
        if (cycle.isEmpty()) {
            return;
        }
        List<String> words = new ArrayList<>();
        cycle.forEach(id -> words.add(id.value()));
        words.add(cycle.getFirst().value());
        steps.stream()
                .filter(read -> read.step().id().equals(cycle.getFirst()))
                .findFirst()
                .ifPresent(read ->
                        findings.error(
                                read.table().at("after"),
                                "cycle",
                                "These steps wait for each other: "
                                        + String.join(" after ", words)
                                        + ".",
                                "Remove one of these 'after'."));
    }

    private void stop(Read read, Action.StopVms stop) {
        Step step = read.step();
        if (stop.at() == Side.TARGET) {
            findings.warning(
                    read.action().place(),
                    "stop-at-target",
                    "Step '"
                            + step.id()
                            + "' stops VMs at the target, where none of them runs yet.",
                    "Write 'at: source', or remove the step.");
        }
        if (step.timeout().compareTo(stop.graceful()) < 0) {
            findings.error(
                    read.table().at("timeout"),
                    "timeout-too-short",
                    "The timeout of "
                            + Spans.format(step.timeout())
                            + " ends before the graceful time of "
                            + Spans.format(stop.graceful())
                            + ".",
                    "Leave 'timeout' out, or make it longer.");
        }
        graph.behind(step, Linter::actsAtTarget)
                .filter(ignored -> stop.at() == Side.SOURCE)
                .ifPresent(before ->
                        findings.error(
                                read.table().at("after"),
                                "stop-after-start",
                                "Step '"
                                        + step.id()
                                        + "' stops VMs at the source after step '"
                                        + before.id()
                                        + "' has acted at the target, and both sites would run at"
                                        + " once.",
                                "Let everything at the target wait for the stop."));
    }

    private static boolean actsAtTarget(Step step) {
        return switch (step.action()) {
            case Action.StartVms start -> start.at() == Side.TARGET;
            case Action.Script script -> script.at() == Side.TARGET;
            case Action.StopVms ignored -> false;
            case Action.Probe ignored -> false;
            case Action.Approve ignored -> false;
            case Action.Pause ignored -> false;
        };
    }

    private void start(Read read, Action.StartVms start) {
        if (start.at() == Side.SOURCE) {
            findings.error(
                    read.action().place(),
                    "start-at-source",
                    "Step '" + read.step().id() + "' starts VMs at the site that gives them up.",
                    "Write 'at: target'. What was stopped is started again by cancelling the run.");
        } else if (!read.table().has("verify")) {
            findings.warning(
                    read.table().place(),
                    "start-without-verify",
                    "Step '"
                            + read.step().id()
                            + "' counts as done when its VMs run, whether they serve or not.",
                    "Add 'verify: { tcp: \"{vm}:PORT\", within: 2m }', for example.");
        }
    }

    private void script(Read read, Action.Script script) {
        Step step = read.step();
        if (!read.givesTimeout()) {
            findings.warning(
                    read.action().place(),
                    "script-without-timeout",
                    "Nothing says how long script '"
                            + script.run()
                            + "' may run; it is killed after "
                            + Spans.format(step.timeout())
                            + ".",
                    "Add 'timeout'.");
        }
        if (!read.table().has("undo")) {
            findings.warning(
                    read.table().place(),
                    "script-without-undo",
                    "Cancelling the run leaves what step '" + step.id() + "' has done.",
                    "Add 'undo', or write 'undo: none' if there is nothing to take back.");
        }
        if (step.observe().isEmpty()) {
            boolean repeats = step.retry().attempts() > 1;
            findings.warning(
                    read.table().at(repeats ? "retry" : "id"),
                    repeats ? "retry-without-observe" : "script-without-observe",
                    repeats
                            ? "Step '"
                                    + step.id()
                                    + "' is repeated without looking whether it has worked."
                            : "When the node that runs step '"
                                    + step.id()
                                    + "' dies, nobody can tell whether it has worked, and a person"
                                    + " must decide.",
                    "Add 'observe: { script: FILE }' that ends with 0 when the effect is there.");
        }
    }

    private void prompt(Read read) {
        if (!read.givesTimeout()) {
            findings.warning(
                    read.action().place(),
                    "prompt-without-timeout",
                    "Step '" + read.step().id() + "' waits for a person without a bound.",
                    "Add 'timeout', after which the run calls for help.");
        }
    }

    /** {@code {vm}} means something only where a step handles VMs. */
    private void placeholders(Read read) {
        Step step = read.step();
        boolean handlesVms =
                step.action() instanceof Action.StartVms || step.action() instanceof Action.StopVms;
        boolean misplaced =
                (!handlesVms && step.verify().stream().anyMatch(Linter::perVm))
                        || step.observe().filter(Linter::perVm).isPresent()
                        || (step.action() instanceof Action.Probe probe && perVm(probe.check()));
        if (misplaced) {
            findings.error(
                    read.table().place(),
                    "misplaced-placeholder",
                    "{vm} stands in step '" + step.id() + "', which handles no VMs.",
                    "Name the VM, or use {vm} in 'verify' of vm.start and vm.stop.");
        }
    }

    private static boolean perVm(Check check) {
        return Placeholders.perVm(check.probe());
    }

    private void observes(Read read) {
        boolean script = read.step().action() instanceof Action.Script;
        if (!script && read.step().observe().isPresent()) {
            findings.warning(
                    read.table().at("observe"),
                    "observe-not-needed",
                    "'observe' is for scripts; what this step does is observed anyway.",
                    "Remove it.");
        }
        if (read.table().oneOrMany("observe").size() > 1) {
            findings.error(
                    read.table().at("observe"),
                    "bad-value",
                    "'observe' is one check.",
                    "Put several questions into one script.");
        }
    }

    private void undo(Read read) {
        boolean none = read.table().value("undo").filter(StepReader::isNone).isPresent();
        boolean vms =
                read.step().action() instanceof Action.StartVms
                        || read.step().action() instanceof Action.StopVms;
        if (none && vms) {
            findings.error(
                    read.table().valuePlace("undo"),
                    "bad-undo",
                    "A cancelled run always stops what it started and starts what it stopped.",
                    "Remove 'undo: none'.");
        } else if (vms
                && read.step().undo().filter(undo -> !opposes(read.step(), undo)).isPresent()) {
            findings.error(
                    read.table().valuePlace("undo"),
                    "bad-undo",
                    "This leaves what the step did: a cancelled run always stops what it started"
                            + " and starts what it stopped.",
                    "Remove 'undo', or have it do the opposite of the step at the same side.");
        }
    }

    private static boolean opposes(Step step, Step.Undo undo) {
        return switch (step.action()) {
            case Action.StartVms start ->
                    undo.action() instanceof Action.StopVms stop && stop.at() == start.at();
            case Action.StopVms stop ->
                    undo.action() instanceof Action.StartVms start && start.at() == stop.at();
            default -> true;
        };
    }

    private void stopsAndStarts() {
        boolean stops =
                runbook.steps().stream()
                        .anyMatch(step ->
                                step.action() instanceof Action.StopVms stop
                                        && stop.at() == Side.SOURCE);
        boolean starts =
                runbook.steps().stream()
                        .anyMatch(step ->
                                step.action() instanceof Action.StartVms start
                                        && start.at() == Side.TARGET);
        if (!stops) {
            findings.error(
                    top.at("steps"),
                    "never-stopped",
                    "No step stops the VMs at the source, so no planned migration is possible.",
                    "Add a step 'vm.stop: { at: source }' with 'when: source.reachable'.");
        }
        if (!starts) {
            findings.error(
                    top.at("steps"),
                    "never-started",
                    "No step starts VMs at the target.",
                    "Add a step 'vm.start: { at: target }'.");
        }
    }
}
