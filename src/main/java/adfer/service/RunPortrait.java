package adfer.service;

import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.Engine;
import adfer.run.Proof;
import adfer.run.Report;
import adfer.run.Run;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;
import adfer.run.Workers;
import adfer.state.ClusterState;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Draws what people are shown of a run. */
final class RunPortrait {
    private RunPortrait() {}

    static Views.RunSummary summary(Run run) {
        Plan plan = run.plan();
        List<Task> forward =
                plan.steps().stream()
                        .flatMap(step ->
                                Stream.concat(step.tasks().stream(), step.verify().stream()))
                        .toList();
        boolean needsOperator =
                !run.header().phase().ended()
                        && (run.header().phase() == RunHeader.Phase.PAUSED
                                || plan.steps().stream()
                                        .anyMatch(step ->
                                                run.stepStatus(step) == StepStatus.NEEDS_OPERATOR)
                                || asksPeople(run).findAny().isPresent());
        return new Views.RunSummary(
                run.id(),
                plan.operation(),
                plan.group(),
                plan.title(),
                plan.source(),
                plan.target(),
                run.header().phase(),
                run.charter().at(),
                run.header().endedAt(),
                needsOperator,
                count(run, forward, TaskProgress.Status.DONE),
                count(run, forward, TaskProgress.Status.SKIPPED),
                forward.size());
    }

    private static int count(Run run, List<Task> tasks, TaskProgress.Status status) {
        return (int)
                tasks.stream()
                        .filter(task -> run.status(task.id()).filter(status::equals).isPresent())
                        .count();
    }

    /** Tasks that nobody but a person can end. */
    static Stream<Task> asksPeople(Run run) {
        return run.tasks().values().stream()
                .filter(progress ->
                        progress.status() == TaskProgress.Status.RUNNING
                                && progress.executor().isEmpty())
                .flatMap(progress -> run.task(progress.task()).stream())
                .filter(task ->
                        switch (task.action()) {
                            case TaskAction.Approve ignored -> true;
                            case TaskAction.Wait wait -> wait.time().isEmpty();
                            case TaskAction.StopVm ignored -> false;
                            case TaskAction.StartVm ignored -> false;
                            case TaskAction.RunScript ignored -> false;
                            case TaskAction.Ask ignored -> false;
                            case TaskAction.MoveOwnership ignored -> false;
                        });
    }

    static Views.RunView run(ClusterState state, Run run, Workers workers, Instant now) {
        List<String> waiting = new ArrayList<>(Engine.next(run, workers, now).waiting());
        asksPeople(run)
                .forEach(task ->
                        waiting.add(
                                switch (task.action()) {
                                    case TaskAction.Approve approve ->
                                            "Step "
                                                    + stepOf(run, task)
                                                    + " waits for a "
                                                    + approve.role()
                                                    + ": "
                                                    + approve.message();
                                    case TaskAction.Wait wait ->
                                            "Step "
                                                    + stepOf(run, task)
                                                    + " is a pause: "
                                                    + wait.message();
                                    case TaskAction.StopVm ignored -> "";
                                    case TaskAction.StartVm ignored -> "";
                                    case TaskAction.RunScript ignored -> "";
                                    case TaskAction.Ask ignored -> "";
                                    case TaskAction.MoveOwnership ignored -> "";
                                }));
        run.plan().steps().stream()
                .filter(step -> run.stepStatus(step) == StepStatus.NEEDS_OPERATOR)
                .forEach(step ->
                        waiting.add(
                                "Step "
                                        + step.id()
                                        + " failed: "
                                        + failure(run, step)
                                        + " Retry it, skip it, or cancel the run."));
        return new Views.RunView(
                summary(run),
                run.charter().by().toString(),
                run.charter().reason(),
                run.plan().hash(),
                run.plan().rto(),
                run.charter().outageSince().orElse(run.charter().at()),
                run.plan().estimate().expected(),
                run.header().proof().map(Proof::sentence),
                run.plan().steps().stream().map(step -> step(run, step)).toList(),
                waiting,
                run.header().journal(),
                state.index());
    }

    static String stepOf(Run run, Task task) {
        return run.stepOf(task.id()).map(step -> step.id().value()).orElse("?");
    }

    private static String failure(Run run, PlannedStep step) {
        return tasks(step)
                .flatMap(task -> run.progress(task.id()).stream())
                .filter(progress -> progress.status() == TaskProgress.Status.FAILED)
                .flatMap(progress -> progress.outcome().stream())
                .map(Report::sentence)
                .findFirst()
                .orElse("");
    }

    private static Stream<Task> tasks(PlannedStep step) {
        return Stream.of(step.tasks(), step.verify(), step.undo()).flatMap(List::stream);
    }

    private static Views.StepView step(Run run, PlannedStep step) {
        List<Task> shown =
                Stream.concat(
                                Stream.concat(step.tasks().stream(), step.verify().stream()),
                                step.undo().stream()
                                        .filter(task -> run.progress(task.id()).isPresent()))
                        .toList();
        List<TaskProgress> progress =
                shown.stream().flatMap(task -> run.progress(task.id()).stream()).toList();
        StepStatus status = run.stepStatus(step);
        boolean over = status != StepStatus.RUNNING && status != StepStatus.WAITING;
        return new Views.StepView(
                step.id(),
                step.title(),
                step.kind(),
                step.after(),
                status,
                step.skipped()
                        .orElseGet(() ->
                                status == StepStatus.NEEDS_OPERATOR ? failure(run, step) : ""),
                asksPeople(run).anyMatch(shown::contains),
                progress.stream().map(TaskProgress::startedAt).min(Instant::compareTo),
                progress.stream()
                        .flatMap(task -> task.endedAt().stream())
                        .max(Instant::compareTo)
                        .filter(end -> over),
                shown.stream().map(task -> task(run, task)).toList());
    }

    private static Views.TaskView task(Run run, Task task) {
        Optional<TaskProgress> progress = run.progress(task.id());
        return new Views.TaskView(
                task.id(),
                progress.map(p -> p.status().name()).orElse("WAITING"),
                progress.map(TaskProgress::attempt).orElse(0),
                progress.flatMap(TaskProgress::executor).map(TaskProgress.Executor::node),
                progress.map(TaskProgress::startedAt),
                progress.flatMap(TaskProgress::endedAt),
                progress.flatMap(TaskProgress::outcome).map(Report::sentence).orElse(""),
                progress.map(TaskProgress::output).orElse(""));
    }
}
