package adfer.run;

import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.plan.Operation;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.JournalEntry.What;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The legal transitions of a run, all of them. Whatever isn't legal is refused with a reason and
 * changes nothing.
 */
public final class RunRules {
    private RunRules() {}

    /** When, at which log index and by whom something happens. */
    public record Cause(long index, Instant at, Actor by) {}

    public static RunChange begin(RunCharter charter, Optional<Proof> proof, Cause cause) {
        RunHeader header = new RunHeader(charter.id(), Phase.RUNNING, 0, proof, Optional.empty());
        Draft draft = new Draft(new Run(charter, header, adfer.kernel.Sorted.empty()), cause);
        draft.journal(
                What.RUN_STARTED,
                Optional.empty(),
                charter.by().name()
                        + " started the "
                        + word(charter.plan().operation())
                        + " of "
                        + charter.plan().group()
                        + " from site "
                        + charter.plan().source()
                        + " to site "
                        + charter.plan().target()
                        + ".");
        proof.ifPresent(p -> draft.journal(What.OPERATOR, Optional.empty(), p.sentence() + "."));
        return draft.settled();
    }

    /**
     * @param owner the owner of the group now
     * @param epoch the epoch of the group now
     */
    public static Result<RunChange> start(
            Run run, List<TaskStart> starts, SiteId owner, Epoch epoch, Cause cause) {
        if (run.header().phase().ended()) {
            return ended(run);
        }
        Draft draft = new Draft(run, cause);
        for (TaskStart start : starts) {
            Optional<Problem> problem = startOne(draft, start, owner, epoch);
            if (problem.isPresent()) {
                return new Result.Refused<>(List.of(problem.get()));
            }
        }
        return Result.ok(draft.settled());
    }

    private static Optional<Problem> startOne(
            Draft draft, TaskStart start, SiteId owner, Epoch epoch) {
        Run run = draft.run();
        Optional<Task> planned = run.task(start.task());
        if (planned.isEmpty()) {
            return problem(
                    "no-such-task", "Run " + run.id() + " has no task " + start.task() + ".");
        }
        Optional<TaskProgress> before = run.progress(start.task());
        boolean startable =
                before.map(p -> p.status() == Status.DOUBTFUL || p.status() == Status.RETRYING)
                        .orElse(true);
        int expected = before.map(TaskProgress::attempt).orElse(0) + 1;
        if (!startable || start.attempt() != expected) {
            return problem(
                    "stale-start",
                    "Task " + start.task() + " of run " + run.id() + " has moved on.");
        }
        Task task = planned.get();
        if (task.action() instanceof TaskAction.StartVm && !owner.equals(task.site())) {
            return problem(
                    "not-owner",
                    "Task "
                            + start.task()
                            + " must not start a VM at site "
                            + task.site()
                            + ": the group belongs to site "
                            + owner
                            + ".");
        }
        if (task.action() instanceof TaskAction.MoveOwnership move) {
            return moveOwnership(draft, start, move, epoch);
        }
        draft.progress(running(run, start, before, epoch, draft.cause().at()));
        String where = start.executor().map(e -> " at node " + e.node()).orElse("");
        draft.journal(
                What.TASK_STARTED,
                Optional.of(start.task()),
                "Started " + start.task() + where + ".");
        return Optional.empty();
    }

    private static Optional<Problem> moveOwnership(
            Draft draft, TaskStart start, TaskAction.MoveOwnership move, Epoch epoch) {
        Run run = draft.run();
        Optional<String> unproven = unproven(run, move);
        if (unproven.isPresent()) {
            return problem("source-not-proven-off", unproven.get());
        }
        Instant at = draft.cause().at();
        TaskProgress running = running(run, start, run.progress(start.task()), epoch, at);
        String sentence =
                "Site "
                        + move.to()
                        + " owns "
                        + move.group()
                        + " from here on, at epoch "
                        + epoch.next()
                        + ".";
        draft.progress(ended(running, Status.DONE, new Outcome.Done(sentence, false), "", at));
        draft.journal(What.OWNER_CHANGED, Optional.of(start.task()), sentence);
        draft.move(move);
        return Optional.empty();
    }

    /** Why nobody can be sure that the giving site is off; empty when it is proven. */
    private static Optional<String> unproven(Run run, TaskAction.MoveOwnership move) {
        boolean back = move.to().equals(run.plan().source());
        boolean attested = run.header().proof().isPresent();
        if (!back && (run.plan().operation() == Operation.FAILOVER || attested)) {
            return attested
                    ? Optional.empty()
                    : Optional.of(
                            "Nothing proves that site "
                                    + move.from()
                                    + " is off. Attest it, if you have made sure, or cancel.");
        }
        List<Task> stops =
                run.plan().steps().stream()
                        .flatMap(step -> (back ? step.undo() : step.tasks()).stream())
                        .filter(task ->
                                task.action() instanceof TaskAction.StopVm
                                        && task.site().equals(move.from()))
                        .filter(task ->
                                !back || run.stepOf(task.id()).map(run::begun).orElse(false))
                        .toList();
        return stops.stream()
                .filter(task -> run.status(task.id()).filter(Status.DONE::equals).isEmpty())
                .findFirst()
                .map(task ->
                        "Nobody has observed that "
                                + task.id()
                                + " is off at site "
                                + move.from()
                                + ". Retry it, or attest that the site is off.");
    }

    private static TaskProgress running(
            Run run, TaskStart start, Optional<TaskProgress> before, Epoch epoch, Instant at) {
        return new TaskProgress(
                run.id(),
                start.task(),
                Status.RUNNING,
                start.attempt(),
                before.map(TaskProgress::tries).orElse(0),
                before.filter(p -> p.status() == Status.DOUBTFUL).isPresent(),
                start.executor(),
                epoch,
                at,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "");
    }

    public static Result<RunChange> finish(
            Run run, TaskId task, int attempt, Outcome outcome, String output, Cause cause) {
        Optional<TaskProgress> current =
                run.progress(task)
                        .filter(p -> p.attempt() == attempt)
                        .filter(p -> p.status() == Status.RUNNING || p.status() == Status.DOUBTFUL);
        if (current.isEmpty()) {
            return Result.refused(
                    "stale-outcome",
                    "Attempt "
                            + attempt
                            + " of "
                            + task
                            + " in run "
                            + run.id()
                            + " is over already.");
        }
        Draft draft = new Draft(run, cause);
        Optional<TaskId> about = Optional.of(task);
        TaskProgress progress = current.get();
        switch (outcome) {
            case Outcome.Done done -> {
                draft.progress(ended(progress, Status.DONE, outcome, output, cause.at()));
                draft.journal(What.TASK_DONE, about, done.sentence());
            }
            case Outcome.Failed failed -> fail(draft, progress, failed, output);
            case Outcome.Unsure unsure -> {
                draft.progress(ended(progress, Status.FAILED, outcome, output, cause.at()));
                draft.journal(What.TASK_FAILED, about, unsure.problem().sentence());
            }
        }
        return Result.ok(draft.settled());
    }

    private static void fail(
            Draft draft, TaskProgress progress, Outcome.Failed failed, String output) {
        Optional<TaskId> about = Optional.of(progress.task());
        var retry =
                draft.run()
                        .stepOf(progress.task())
                        .map(PlannedStep::retry)
                        .orElse(adfer.runbook.Step.Retry.NONE);
        int tries = progress.tries() + 1;
        TaskProgress ended = ended(progress, Status.FAILED, failed, output, draft.cause().at());
        if (!failed.retryable() || tries >= retry.attempts()) {
            draft.progress(with(ended, Status.FAILED, tries, Optional.empty()));
            draft.journal(What.TASK_FAILED, about, failed.problem().sentence());
            return;
        }
        Duration pause = retry.backoff().multipliedBy(Math.min(10, 1L << Math.min(tries - 1, 4)));
        draft.progress(
                with(ended, Status.RETRYING, tries, Optional.of(draft.cause().at().plus(pause))));
        draft.journal(
                What.TASK_RETRYING,
                about,
                failed.problem().sentence()
                        + " Attempt "
                        + (tries + 1)
                        + " of "
                        + retry.attempts()
                        + " follows in "
                        + pause.toSeconds()
                        + " s.");
    }

    private static TaskProgress ended(
            TaskProgress p, Status status, Outcome outcome, String output, Instant at) {
        return new TaskProgress(
                p.run(),
                p.task(),
                status,
                p.attempt(),
                p.tries(),
                p.recovering(),
                p.executor(),
                p.epoch(),
                p.startedAt(),
                Optional.of(at),
                Optional.empty(),
                Optional.of(outcome),
                output.isEmpty() ? p.output() : output);
    }

    private static TaskProgress with(
            TaskProgress p, Status status, int tries, Optional<Instant> notBefore) {
        return new TaskProgress(
                p.run(),
                p.task(),
                status,
                p.attempt(),
                tries,
                p.recovering(),
                p.executor(),
                p.epoch(),
                p.startedAt(),
                p.endedAt(),
                notBefore,
                p.outcome(),
                p.output());
    }

    /** Keeps what a running attempt has printed so far. */
    public static Result<RunChange> report(
            Run run, TaskId task, int attempt, String output, Cause cause) {
        Optional<TaskProgress> current =
                run.progress(task)
                        .filter(p -> p.attempt() == attempt && p.status() == Status.RUNNING);
        if (current.isEmpty()) {
            return Result.refused(
                    "stale-output", "Attempt " + attempt + " of " + task + " is over already.");
        }
        TaskProgress p = current.get();
        Draft draft = new Draft(run, cause);
        draft.progress(
                new TaskProgress(
                        p.run(),
                        p.task(),
                        p.status(),
                        p.attempt(),
                        p.tries(),
                        p.recovering(),
                        p.executor(),
                        p.epoch(),
                        p.startedAt(),
                        p.endedAt(),
                        p.notBefore(),
                        p.outcome(),
                        output));
        return Result.ok(draft.settled());
    }

    public static Result<RunChange> doubt(Run run, List<TaskId> tasks, String reason, Cause cause) {
        Draft draft = new Draft(run, cause);
        for (TaskId task : tasks) {
            run.progress(task)
                    .filter(p -> p.status() == Status.RUNNING)
                    .ifPresent(p -> {
                        draft.progress(with(p, Status.DOUBTFUL, p.tries(), Optional.empty()));
                        draft.journal(
                                What.TASK_DOUBTED,
                                Optional.of(task),
                                task + " is in doubt: " + reason);
                    });
        }
        return Result.ok(draft.settled());
    }

    public static Result<RunChange> decide(Run run, Decision decision, Cause cause) {
        if (run.header().phase().ended()) {
            return ended(run);
        }
        Draft draft = new Draft(run, cause);
        Optional<Problem> problem =
                switch (decision) {
                    case Decision.Pause ignored ->
                            turn(draft, Phase.RUNNING, Phase.PAUSED, "paused the run");
                    case Decision.Resume ignored ->
                            turn(draft, Phase.PAUSED, Phase.RUNNING, "resumed the run");
                    case Decision.Cancel ignored -> cancel(draft);
                    case Decision.Retry(StepId step) -> Operator.retry(draft, step);
                    case Decision.Skip(StepId step) -> Operator.skip(draft, step);
                    case Decision.Approve(StepId step) -> Operator.approve(draft, step);
                    case Decision.Reject(StepId step) -> Operator.reject(draft, step);
                    case Decision.Attest(String words) -> Operator.attest(draft, words);
                };
        return problem.<Result<RunChange>>map(p -> new Result.Refused<>(List.of(p)))
                .orElseGet(() -> Result.ok(draft.settled()));
    }

    private static Optional<Problem> turn(Draft draft, Phase from, Phase to, String did) {
        Run run = draft.run();
        if (run.header().phase() != from) {
            return problem(
                    "wrong-phase",
                    "Run "
                            + run.id()
                            + " is "
                            + run.header().phase().name().toLowerCase(java.util.Locale.ROOT)
                            + "; only a run that is "
                            + from.name().toLowerCase(java.util.Locale.ROOT)
                            + " can be turned to "
                            + to.name().toLowerCase(java.util.Locale.ROOT)
                            + ".");
        }
        draft.header(run.header().in(to, draft.cause().at()));
        draft.journal(What.OPERATOR, Optional.empty(), draft.cause().by().name() + " " + did + ".");
        return Optional.empty();
    }

    private static Optional<Problem> cancel(Draft draft) {
        Run run = draft.run();
        if (run.header().phase() == Phase.CANCELLING) {
            return problem("wrong-phase", "Run " + run.id() + " is being cancelled already.");
        }
        draft.header(run.header().in(Phase.CANCELLING, draft.cause().at()));
        draft.journal(
                What.OPERATOR,
                Optional.empty(),
                draft.cause().by().name()
                        + " cancelled the run; what was done is taken back in reverse order.");
        return Optional.empty();
    }

    private static Result<RunChange> ended(Run run) {
        return Result.refused("run-ended", "Run " + run.id() + " has ended; start another one.");
    }

    static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }

    static String word(Operation operation) {
        return switch (operation) {
            case MIGRATION -> "planned migration";
            case FAILOVER -> "failover";
        };
    }
}
