package adfer.runbook;

import adfer.kernel.Spans;
import adfer.kernel.StepId;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Finds objectives that can't be met for the pauses alone, before any inventory is known. */
final class Pauses {
    private final Table top;
    private final Runbook runbook;
    private final StepGraph graph;
    private final Findings findings;

    Pauses(Table top, Runbook runbook, StepGraph graph, Findings findings) {
        this.top = top;
        this.runbook = runbook;
        this.graph = graph;
        this.findings = findings;
    }

    void check() {
        Duration bound = longest();
        if (bound.compareTo(runbook.objectives().rto()) > 0) {
            findings.warning(
                    top.at("objectives"),
                    "rto-out-of-reach",
                    "The pauses alone take "
                            + Spans.format(bound)
                            + ", longer than the RTO of "
                            + Spans.format(runbook.objectives().rto())
                            + ".",
                    "Shorten the pauses, or promise less.");
        }
    }

    private Duration longest() {
        if (!graph.cycle().isEmpty()) {
            return Duration.ZERO;
        }
        TreeMap<StepId, Duration> ends = new TreeMap<>();
        TreeMap<StepId, Step> left = new TreeMap<>();
        runbook.steps().forEach(step -> left.putIfAbsent(step.id(), step));
        while (!left.isEmpty()) {
            List<Step> ready =
                    left.values().stream()
                            .filter(step -> step.after().stream().noneMatch(left::containsKey))
                            .toList();
            for (Step step : ready) {
                Duration start =
                        step.after().stream()
                                .map(id -> ends.getOrDefault(id, Duration.ZERO))
                                .max(Duration::compareTo)
                                .orElse(Duration.ZERO);
                ends.put(step.id(), start.plus(pause(step).orElse(Duration.ZERO)));
                left.remove(step.id());
            }
        }
        return ends.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    private static Optional<Duration> pause(Step step) {
        return step.action() instanceof Action.Pause pause ? pause.time() : Optional.empty();
    }
}
