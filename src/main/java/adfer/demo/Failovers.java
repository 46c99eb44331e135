package adfer.demo;

import adfer.api.RunResource;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.cli.Terminal;
import adfer.cli.Terminal.Tone;
import adfer.kernel.GroupId;
import adfer.kernel.RunId;
import adfer.plan.Operation;
import adfer.run.JournalEntry;
import adfer.run.Report;
import adfer.run.Run.StepStatus;
import adfer.service.Views;

import com.fasterxml.jackson.core.type.TypeReference;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runs that bring the services back: started, watched, approved, and timed. */
final class Failovers {
    private static final Duration PLANNING = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofMinutes(5);

    private final Cluster cluster;
    private final Narrator narrator;
    private final boolean killLeader;
    private final Client operator;
    private final Client manager;
    private final Map<GroupId, RunId> runs = new LinkedHashMap<>();
    private final Map<RunId, Long> shown = new LinkedHashMap<>();
    private boolean killed;

    /**
     * @param killLeader whether the leading node is to be killed in the middle of them
     */
    Failovers(Cluster cluster, Narrator narrator, boolean killLeader) {
        this.cluster = cluster;
        this.narrator = narrator;
        this.killLeader = killLeader;
        this.operator = cluster.client(Staff.NIGHT_SHIFT);
        this.manager = cluster.client(Staff.DUTY_MANAGER);
    }

    int size() {
        return runs.size();
    }

    void start(GroupId group) {
        Views.PlanView[] plan = new Views.PlanView[1];
        Cluster.await(
                "a failover of " + group + " can be planned",
                PLANNING,
                () -> {
                    plan[0] = operator.get("/api/v1/plans/failover/" + group, Views.PlanView.class);
                    return plan[0].executable();
                });
        Views.PlanView view = plan[0];
        long tasks =
                view.plan().steps().stream()
                        .mapToLong(step -> step.tasks().size() + step.verify().size())
                        .sum();
        narrator.say(
                Tone.PLAIN,
                "Plan "
                        + view.hash().substring(0, 8)
                        + " for "
                        + view.plan().title()
                        + ": "
                        + tasks
                        + " tasks, about "
                        + Terminal.duration(view.plan().estimate().expected())
                        + ". "
                        + view.plan().dataAge().sentence());
        RunId run =
                operator.post(
                                "/api/v1/runs",
                                new RunResource.StartRequest(
                                        Operation.FAILOVER,
                                        group,
                                        view.hash(),
                                        view.confirmation(),
                                        Optional.of("Fire in data centre A")),
                                RunResource.RunReference.class)
                        .run();
        runs.put(group, run);
        narrator.say(
                Tone.WARN, "night-shift starts run " + run + " for " + view.plan().title() + ".");
    }

    /** Watches, approves what waits for approval, and kills the leading node once if asked to. */
    void watch() {
        Cluster.await(
                "every run is done",
                RECOVERY,
                () -> {
                    boolean allDone = true;
                    for (RunId run : runs.values()) {
                        Views.RunView view =
                                operator.get("/api/v1/runs/" + run, Views.RunView.class);
                        show(run, view);
                        view.steps().stream()
                                .filter(Failovers::waitsForApproval)
                                .forEach(step -> approve(run, step));
                        allDone &= ended(view);
                    }
                    if (killLeader && !killed && someDone()) {
                        kill();
                    }
                    return allDone;
                });
        DemoFailure.unless(
                !killLeader || killed,
                "The runs were over before the leading node could be killed.");
    }

    private static boolean waitsForApproval(Views.StepView step) {
        return step.kind().equals("approve") && step.status() == StepStatus.RUNNING;
    }

    private static boolean ended(Views.RunView view) {
        boolean failed =
                view.steps().stream().anyMatch(step -> step.status() == StepStatus.NEEDS_OPERATOR);
        if (failed) {
            throw new DemoFailure(
                    "Run "
                            + view.summary().id()
                            + " needs a person: "
                            + String.join(" ", view.waiting()));
        }
        return view.summary().phase().ended();
    }

    private void approve(RunId run, Views.StepView step) {
        try {
            manager.post(
                    "/api/v1/runs/" + run + "/decisions",
                    new RunResource.DecisionRequest(
                            "approve",
                            Optional.of(step.id()),
                            Optional.of("The service answers at B")),
                    RunResource.RunReference.class);
        } catch (CliException e) {
            if (e.exitCode() != ExitCode.UNREACHABLE) {
                throw e;
            }
            narrator.say(Tone.FAINT, "Approval is asked again: " + e.getMessage());
        }
    }

    private boolean someDone() {
        Views.Overview overview = Cluster.overview(operator);
        return overview.activeRuns().stream()
                .anyMatch(run -> run.done() > 2 && run.done() < run.total() - 3);
    }

    private void kill() {
        Views.Overview overview = Cluster.overview(operator);
        overview.leader()
                .ifPresent(leader -> {
                    narrator.say(
                            Tone.BAD,
                            "kill -9 of "
                                    + leader
                                    + ", which leads, in the middle of the failover.");
                    cluster.node(leader.value()).kill();
                    killed = true;
                });
    }

    private void show(RunId run, Views.RunView view) {
        long from = shown.getOrDefault(run, 0L);
        if (view.journal() <= from) {
            return;
        }
        List<JournalEntry> journal =
                operator.get(
                        "/api/v1/runs/" + run + "/journal",
                        new TypeReference<List<JournalEntry>>() {});
        journal.stream()
                .filter(entry -> entry.number() > from)
                .forEach(entry -> {
                    switch (entry.what()) {
                        case TASK_STARTED, RUN_STARTED -> {}
                        case TASK_DONE, OWNER_CHANGED ->
                                narrator.say(
                                        Tone.FAINT,
                                        view.summary().group() + ": " + entry.sentence());
                        case TASK_FAILED, TASK_RETRYING, TASK_DOUBTED, TASK_SKIPPED, OPERATOR ->
                                narrator.say(
                                        Tone.WARN,
                                        view.summary().group() + ": " + entry.sentence());
                        case RUN_ENDED ->
                                narrator.say(
                                        Tone.GOOD,
                                        view.summary().group() + ": " + entry.sentence());
                    }
                });
        shown.put(run, (long) journal.size());
    }

    /**
     * From the fire to the last observed step of each: longer than the report's figure, which
     * begins with the verdict.
     */
    Map<GroupId, Duration> took(Instant burned) {
        Map<GroupId, Duration> took = new LinkedHashMap<>();
        runs.forEach((group, run) ->
                took.put(
                        group,
                        operator.get("/api/v1/runs/" + run + "/report", Report.class)
                                .endedAt()
                                .map(end -> Duration.between(burned, end))
                                .orElseThrow(() ->
                                        new DemoFailure("Run " + run + " was not completed."))));
        return took;
    }
}
