package adfer.run;

import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.JournalEntry.What;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The legal transitions of a run, all of them. Whatever isn't legal is refused with a reason and
 * changes nothing.
 */
public final class RunRules {
    private RunRules() {}

    /**
     * When, at which log index, by whom and why something happens.
     *
     * @param reason in the actor's words; may be empty
     */
    public record Cause(long index, Instant at, Actor by, String reason) {}

    public static RunChange begin(RunCharter charter, Optional<Proof> proof, Cause cause) {
        RunHeader header = new RunHeader(charter.id(), Phase.RUNNING, 0, proof, Optional.empty());
        Draft draft = new Draft(Run.of(charter, header), cause);
        Plan plan = charter.plan();
        draft.journal(
                What.RUN_STARTED,
                Optional.empty(),
                plan.operation().of(plan.group().value(), plan.source(), plan.target())
                        + ", started by "
                        + charter.by().name()
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
        if (run.header().phase() == Phase.PAUSED) {
            return Result.refused("run-paused", "Run " + run.id() + " is paused.");
        }
        Set<TaskId> turn =
                Turn.of(run).stream()
                        .flatMap(share -> share.tasks().stream())
                        .map(Task::id)
                        .collect(Collectors.toCollection(HashSet::new));
        Draft draft = new Draft(run, cause);
        for (TaskStart start : starts) {
            Optional<Problem> problem =
                    refusal(draft.run(), turn, start, owner)
                            .or(() -> {
                                startOne(draft, start, epoch);
                                return Optional.empty();
                            });
            if (problem.isPresent()) {
                return new Result.Refused<>(List.of(problem.get()));
            }
        }
        return Result.ok(draft.settled());
    }

    private static Optional<Problem> refusal(
            Run run, Set<TaskId> turn, TaskStart start, SiteId owner) {
        Optional<Task> task = run.task(start.task());
        if (task.isEmpty()) {
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
        if (!turn.contains(start.task())) {
            return problem(
                    "out-of-turn",
                    "It is not the turn of task " + start.task() + " of run " + run.id() + ".");
        }
        if (start.executor().isPresent() != Engine.needsExecutor(task.get())) {
            return problem(
                    "wrong-executor",
                    "Task "
                            + start.task()
                            + (start.executor().isPresent()
                                    ? " is for no node to carry out."
                                    : " needs a node that carries it out."));
        }
        return Turn.hindrance(run, task.get(), owner);
    }

    private static void startOne(Draft draft, TaskStart start, Epoch epoch) {
        Run run = draft.run();
        Task task = run.task(start.task()).orElseThrow();
        Instant at = draft.cause().at();
        TaskProgress running =
                running(run, start, run.progress(start.task()), mark(task, epoch), at);
        if (task.action() instanceof TaskAction.MoveOwnership move) {
            String sentence =
                    "Site "
                            + move.to()
                            + " owns "
                            + move.group()
                            + " from here on, at epoch "
                            + epoch.next()
                            + ".";
            draft.progress(running.ended(Status.DONE, new Outcome.Done(sentence, false), "", at));
            draft.journal(What.OWNER_CHANGED, Optional.of(start.task()), sentence);
            draft.tenure(move.to());
            return;
        }
        draft.progress(running);
        String where = start.executor().map(e -> " at node " + e.node()).orElse("");
        draft.journal(
                What.TASK_STARTED,
                Optional.of(start.task()),
                "Started " + start.task() + where + ".");
    }

    /**
     * A stop is marked with the epoch to come, so that the hypervisor refuses every start that was
     * ordered before it, even one whose executor was thought lost and wakes up afterwards.
     */
    private static Epoch mark(Task task, Epoch epoch) {
        return task.action() instanceof TaskAction.StopVm ? epoch.next() : epoch;
    }

    private static TaskProgress running(
            Run run, TaskStart start, Optional<TaskProgress> before, Epoch epoch, Instant at) {
        return new TaskProgress(
                run.id(),
                start.task(),
                Status.RUNNING,
                start.attempt(),
                before.map(TaskProgress::tries).orElse(0),
                before.filter(p -> p.status() == Status.DOUBTFUL || p.recovering()).isPresent(),
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
        if (run.header().phase().ended()) {
            return ended(run);
        }
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
                draft.progress(progress.ended(Status.DONE, outcome, output, cause.at()));
                draft.journal(What.TASK_DONE, about, done.sentence());
            }
            case Outcome.Failed failed -> fail(draft, progress, failed, output);
            case Outcome.Unsure unsure -> {
                draft.progress(progress.ended(Status.FAILED, outcome, output, cause.at()));
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
        TaskProgress ended = progress.ended(Status.FAILED, failed, output, draft.cause().at());
        boolean moot =
                draft.run().header().phase() == Phase.CANCELLING
                        && !draft.run().isUndo(progress.task());
        if (!failed.retryable() || tries >= retry.attempts() || moot) {
            draft.progress(ended.tried(Status.FAILED, tries, Optional.empty()));
            draft.journal(What.TASK_FAILED, about, failed.problem().sentence());
            return;
        }
        Duration pause = retry.backoff().multipliedBy(Math.min(10, 1L << Math.min(tries - 1, 4)));
        draft.progress(
                ended.tried(Status.RETRYING, tries, Optional.of(draft.cause().at().plus(pause))));
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

    /** Keeps what a running attempt has printed so far. */
    public static Result<RunChange> report(
            Run run, TaskId task, int attempt, String output, Cause cause) {
        if (run.header().phase().ended()) {
            return ended(run);
        }
        Optional<TaskProgress> current =
                run.progress(task)
                        .filter(p -> p.attempt() == attempt && p.status() == Status.RUNNING);
        if (current.isEmpty()) {
            return Result.refused(
                    "stale-output", "Attempt " + attempt + " of " + task + " is over already.");
        }
        Draft draft = new Draft(run, cause);
        draft.progress(current.get().printed(output));
        return Result.ok(draft.settled());
    }

    public static Result<RunChange> doubt(
            Run run, List<TaskAttempt> attempts, String reason, Cause cause) {
        if (run.header().phase().ended()) {
            return ended(run);
        }
        List<TaskProgress> lost =
                attempts.stream()
                        .flatMap(attempt ->
                                run
                                        .progress(attempt.task())
                                        .filter(p -> p.status() == Status.RUNNING)
                                        .filter(p -> p.attempt() == attempt.attempt())
                                        .filter(p -> p.executor().isPresent())
                                        .stream())
                        .toList();
        if (lost.isEmpty()) {
            return Result.refused(
                    "stale-doubt", "What was doubted in run " + run.id() + " is over already.");
        }
        Draft draft = new Draft(run, cause);
        for (TaskProgress p : lost) {
            draft.progress(p.tried(Status.DOUBTFUL, p.tries(), Optional.empty()));
            draft.journal(
                    What.TASK_DOUBTED, Optional.of(p.task()), p.task() + " is in doubt: " + reason);
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
                };
        return problem.<Result<RunChange>>map(p -> new Result.Refused<>(List.of(p)))
                .orElseGet(() -> Result.ok(draft.settled()));
    }

    /** A run that lacked proof that its source is off has it now. */
    public static Optional<RunChange> proven(Run run, Proof proof, Cause cause) {
        if (run.header().proof().isPresent() || Handover.moved(run)) {
            return Optional.empty();
        }
        Draft draft = new Draft(run, cause);
        draft.header(run.header().proven(Optional.of(proof)));
        draft.journal(What.OPERATOR, Optional.empty(), proof.sentence() + ".");
        return Optional.of(draft.settled());
    }

    /** What proved that the source is off does so no more; too late once the group has moved. */
    public static Optional<RunChange> disproven(Run run, String why, Cause cause) {
        if (run.header().proof().isEmpty() || Handover.moved(run)) {
            return Optional.empty();
        }
        Draft draft = new Draft(run, cause);
        draft.header(run.header().proven(Optional.empty()));
        draft.journal(
                What.OPERATOR,
                Optional.empty(),
                "Nothing proves any more that site " + run.plan().source() + " is off: " + why);
        return Optional.of(draft.settled());
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
        draft.say(Optional.empty(), did);
        return Optional.empty();
    }

    /**
     * Besides turning the run round, begins a new tenure of the same owner: whatever the run
     * ordered until now is of an epoch that is over.
     */
    private static Optional<Problem> cancel(Draft draft) {
        Run run = draft.run();
        if (run.header().phase() == Phase.CANCELLING) {
            return problem("wrong-phase", "Run " + run.id() + " is being cancelled already.");
        }
        draft.header(run.header().in(Phase.CANCELLING, draft.cause().at()));
        draft.say(
                Optional.empty(),
                "cancelled the run; what was done is taken back in reverse order");
        Operator.askNoMore(draft);
        draft.tenure(Handover.owner(run));
        return Optional.empty();
    }

    private static Result<RunChange> ended(Run run) {
        return Result.refused("run-ended", "Run " + run.id() + " has ended; start another one.");
    }

    static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
