package adfer.run;

import static adfer.run.RunRules.problem;

import adfer.kernel.Problem;
import adfer.kernel.StepId;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.JournalEntry.What;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What an operator's word does to a step. */
final class Operator {
    private Operator() {}

    static Optional<Problem> retry(Draft draft, StepId id) {
        return onTasks(
                draft,
                id,
                p -> p.status() == Status.FAILED,
                "has nothing that failed",
                (task, progress) -> {
                    draft.progress(changed(progress, Status.RETRYING, draft));
                    say(
                            draft,
                            task,
                            draft.cause().by().name() + " has " + task.id() + " tried again.");
                    return Optional.empty();
                });
    }

    static Optional<Problem> skip(Draft draft, StepId id) {
        Predicate<TaskProgress> stuck =
                p ->
                        switch (p.status()) {
                            case FAILED, DOUBTFUL, RETRYING -> true;
                            case RUNNING -> p.executor().isEmpty();
                            case DONE, SKIPPED -> false;
                        };
        return onTasks(
                draft,
                id,
                stuck,
                "has nothing that failed or waits for a person",
                (task, progress) -> {
                    boolean safety =
                            task.action() instanceof TaskAction.StopVm
                                    || task.action() instanceof TaskAction.MoveOwnership;
                    if (safety && draft.run().header().proof().isEmpty()) {
                        return problem(
                                "safety-step",
                                "Skipping "
                                        + task.id()
                                        + " could leave the service running at both sites. Attest"
                                        + " first that site "
                                        + draft.run().plan().source()
                                        + " is off.");
                    }
                    draft.progress(changed(progress, Status.SKIPPED, draft));
                    draft.journal(
                            What.TASK_SKIPPED,
                            Optional.of(task.id()),
                            draft.cause().by().name() + " skipped " + task.id() + ".");
                    return Optional.empty();
                });
    }

    static Optional<Problem> approve(Draft draft, StepId id) {
        return onTasks(
                draft,
                id,
                Operator::asksPeople,
                "waits for nobody's word",
                (task, progress) -> {
                    Outcome outcome =
                            new Outcome.Done(
                                    draft.cause().by().name() + " approved " + task.id() + ".",
                                    false);
                    draft.progress(changed(progress, Status.DONE, Optional.of(outcome), draft));
                    say(draft, task, ((Outcome.Done) outcome).sentence());
                    return Optional.empty();
                });
    }

    static Optional<Problem> reject(Draft draft, StepId id) {
        return onTasks(
                draft,
                id,
                Operator::asksPeople,
                "waits for nobody's word",
                (task, progress) -> {
                    Problem no =
                            new Problem(
                                    "rejected",
                                    draft.cause().by().name() + " rejected " + task.id() + ".");
                    draft.progress(
                            changed(
                                    progress,
                                    Status.FAILED,
                                    Optional.of(new Outcome.Failed(no, false)),
                                    draft));
                    say(draft, task, no.sentence());
                    return Optional.empty();
                });
    }

    static Optional<Problem> attest(Draft draft, String words) {
        if (words.isBlank()) {
            return problem(
                    "no-words", "An attestation needs the words that say what was made sure of.");
        }
        Proof proof = new Proof.Attested(draft.cause().by().name(), words, draft.cause().at());
        draft.header(draft.run().header().proven(proof));
        draft.journal(What.OPERATOR, Optional.empty(), proof.sentence() + ".");
        return Optional.empty();
    }

    private static boolean asksPeople(TaskProgress progress) {
        return progress.status() == Status.RUNNING && progress.executor().isEmpty();
    }

    private interface Change {
        Optional<Problem> of(Task task, TaskProgress progress);
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
            return problem("no-such-step", "Run " + run.id() + " has no step " + id + ".");
        }
        List<Task> tasks =
                Run.everyTask(step.get())
                        .filter(task -> run.progress(task.id()).filter(which).isPresent())
                        .toList();
        if (tasks.isEmpty()) {
            return problem(
                    "nothing-to-do", "Step " + id + " of run " + run.id() + " " + otherwise + ".");
        }
        for (Task task : tasks) {
            Optional<Problem> problem = change.of(task, run.progress(task.id()).orElseThrow());
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static TaskProgress changed(TaskProgress p, Status status, Draft draft) {
        return changed(p, status, p.outcome(), draft);
    }

    private static TaskProgress changed(
            TaskProgress p, Status status, Optional<Outcome> outcome, Draft draft) {
        return new TaskProgress(
                p.run(),
                p.task(),
                status,
                p.attempt(),
                0,
                false,
                p.executor(),
                p.epoch(),
                p.startedAt(),
                status.complete() ? Optional.of(draft.cause().at()) : p.endedAt(),
                Optional.empty(),
                outcome,
                p.output());
    }

    private static void say(Draft draft, Task task, String sentence) {
        if (draft.run().header().phase() != Phase.DONE) {
            draft.journal(What.OPERATOR, Optional.of(task.id()), sentence);
        }
    }
}
