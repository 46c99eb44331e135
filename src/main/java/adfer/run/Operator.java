package adfer.run;

import static adfer.run.RunRules.problem;

import adfer.kernel.Epoch;
import adfer.kernel.Problem;
import adfer.kernel.StepId;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.JournalEntry.What;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What an operator's word does to a step. It concerns the step's own tasks while the run goes
 * forward, and what takes them back once it is cancelled.
 */
final class Operator {
    private Operator() {}

    static Optional<Problem> retry(Draft draft, StepId id) {
        return onTasks(
                draft,
                id,
                p -> p.status() == Status.FAILED,
                "has nothing that failed",
                (task, progress) -> {
                    draft.progress(
                            progress.decided(
                                    Status.RETRYING, progress.outcome(), draft.cause().at()));
                    draft.say(Optional.of(task.id()), "has " + task.id() + " tried again");
                });
    }

    static Optional<Problem> approve(Draft draft, StepId id) {
        return onTasks(
                draft,
                id,
                Operator::asksPeople,
                "waits for nobody's word",
                (task, progress) -> {
                    String did = "approved " + task.id();
                    Outcome yes = new Outcome.Done(draft.sentence(did), false);
                    draft.progress(
                            progress.decided(Status.DONE, Optional.of(yes), draft.cause().at()));
                    draft.say(Optional.of(task.id()), did);
                });
    }

    static Optional<Problem> reject(Draft draft, StepId id) {
        return onTasks(
                draft,
                id,
                Operator::asksPeople,
                "waits for nobody's word",
                (task, progress) -> {
                    String did = "rejected " + task.id();
                    Outcome no =
                            new Outcome.Failed(new Problem("rejected", draft.sentence(did)), false);
                    draft.progress(
                            progress.decided(Status.FAILED, Optional.of(no), draft.cause().at()));
                    draft.say(Optional.of(task.id()), did);
                });
    }

    static Optional<Problem> skip(Draft draft, StepId id) {
        Run run = draft.run();
        Optional<PlannedStep> step = run.step(id);
        if (step.isEmpty()) {
            return noSuchStep(run, id);
        }
        if (draft.cause().reason().isBlank()) {
            return problem("no-reason", "Say why step " + id + " is to be skipped.");
        }
        List<Task> stuck =
                mine(run, step.get())
                        .filter(task -> run.progress(task.id()).filter(Operator::stuck).isPresent())
                        .toList();
        List<Task> skipped = stuck.isEmpty() ? cannotBegin(run, step.get()) : stuck;
        if (skipped.isEmpty()) {
            return nothingToDo(run, id, "has nothing that failed or waits for a person");
        }
        Optional<Problem> unsafe =
                skipped.stream().flatMap(task -> unsafe(run, task).stream()).findFirst();
        if (unsafe.isEmpty()) {
            skipped.forEach(task -> skip(draft, task));
        }
        return unsafe;
    }

    private static boolean stuck(TaskProgress progress) {
        return switch (progress.status()) {
            case FAILED, DOUBTFUL, RETRYING -> true;
            case RUNNING -> progress.executor().isEmpty();
            case DONE, SKIPPED -> false;
        };
    }

    /**
     * What a step whose turn it is has not begun although nothing of it is under way: no node of
     * its site may be left that could.
     */
    private static List<Task> cannotBegin(Run run, PlannedStep step) {
        boolean turn = Turn.of(run).stream().anyMatch(share -> share.step().id().equals(step.id()));
        boolean underWay =
                mine(run, step)
                        .anyMatch(task ->
                                run.status(task.id()).filter(Status.RUNNING::equals).isPresent());
        return turn && !underWay
                ? mine(run, step).filter(task -> run.progress(task.id()).isEmpty()).toList()
                : List.of();
    }

    private static Optional<Problem> unsafe(Run run, Task task) {
        if (task.action() instanceof TaskAction.MoveOwnership) {
            return problem(
                    "safety-step",
                    "The ownership of a group is never skipped: it moves, or the run is"
                            + " cancelled.");
        }
        boolean forward = run.header().phase() != Phase.CANCELLING;
        if (forward
                && task.action() instanceof TaskAction.StopVm
                && run.header().proof().isEmpty()) {
            return problem(
                    "safety-step",
                    "Skipping "
                            + task.id()
                            + " could leave the service running at both sites. Make sure that site "
                            + run.plan().source()
                            + " is off, and attest it first: adfer attest "
                            + run.plan().source()
                            + ".");
        }
        return Optional.empty();
    }

    private static void skip(Draft draft, Task task) {
        Run run = draft.run();
        Instant at = draft.cause().at();
        draft.progress(
                run.progress(task.id())
                        .map(p -> p.decided(Status.SKIPPED, p.outcome(), draft.cause().at()))
                        .orElseGet(() -> neverBegun(run, task, at)));
        draft.journal(
                What.TASK_SKIPPED, Optional.of(task.id()), draft.sentence("skipped " + task.id()));
    }

    private static TaskProgress neverBegun(Run run, Task task, Instant at) {
        return new TaskProgress(
                run.id(),
                task.id(),
                Status.SKIPPED,
                0,
                0,
                false,
                Optional.empty(),
                Epoch.NONE,
                at,
                Optional.of(at),
                Optional.empty(),
                Optional.empty(),
                "");
    }

    /** Lets go of the questions that a cancelled run has put to people. */
    static void askNoMore(Draft draft) {
        draft.run()
                .running()
                .filter(Operator::asksPeople)
                .toList()
                .forEach(p -> {
                    draft.progress(p.decided(Status.SKIPPED, p.outcome(), draft.cause().at()));
                    draft.journal(
                            What.TASK_SKIPPED,
                            Optional.of(p.task()),
                            p.task() + " is not waited for any more.");
                });
    }

    private static boolean asksPeople(TaskProgress progress) {
        return progress.status() == Status.RUNNING && progress.executor().isEmpty();
    }

    private interface Change {
        void to(Task task, TaskProgress progress);
    }

    private static Optional<Problem> onTasks(
            Draft draft,
            StepId id,
            Predicate<TaskProgress> which,
            String otherwise,
            Change change) {
        Run run = draft.run();
        Optional<PlannedStep> step = run.step(id);
        if (step.isEmpty()) {
            return noSuchStep(run, id);
        }
        List<Task> tasks =
                mine(run, step.get())
                        .filter(task -> run.progress(task.id()).filter(which).isPresent())
                        .toList();
        if (tasks.isEmpty()) {
            return nothingToDo(run, id, otherwise);
        }
        tasks.forEach(task -> change.to(task, run.progress(task.id()).orElseThrow()));
        return Optional.empty();
    }

    private static Stream<Task> mine(Run run, PlannedStep step) {
        return run.header().phase() == Phase.CANCELLING
                ? Turn.undo(run, step).stream()
                : Run.forwardTasks(step);
    }

    private static Optional<Problem> noSuchStep(Run run, StepId id) {
        return problem("no-such-step", "Run " + run.id() + " has no step " + id + ".");
    }

    private static Optional<Problem> nothingToDo(Run run, StepId id, String otherwise) {
        return problem(
                "nothing-to-do", "Step " + id + " of run " + run.id() + " " + otherwise + ".");
    }
}
