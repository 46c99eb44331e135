package adfer.run;

import adfer.kernel.GroupId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.run.RunHeader.Phase;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What there is to tell of a run: a pure function of its charter, progress and journal.
 *
 * @param from when the clock of the RTO began: the outage, where there was one, else the run's
 *     start
 * @param achievedRto from then to the end; empty while the run goes on or when it was cancelled
 * @param achievedRpo how old the data was that the target started from; empty when nobody knows
 * @param people who started, decided, approved and attested what
 */
public record Report(
        RunId run,
        Operation operation,
        GroupId group,
        String title,
        SiteId source,
        SiteId target,
        Phase phase,
        String planHash,
        String runbookHash,
        String by,
        String reason,
        Instant from,
        Instant startedAt,
        Optional<Instant> endedAt,
        Duration rto,
        Optional<Duration> achievedRto,
        Duration rpo,
        Optional<Duration> achievedRpo,
        String dataAge,
        Optional<String> proof,
        List<StepReport> steps,
        List<JournalEntry> people,
        List<JournalEntry> timeline) {
    /**
     * @param took from the first start to the last end among its tasks
     */
    public record StepReport(
            StepId step,
            String title,
            Run.StepStatus status,
            Optional<Duration> took,
            List<TaskReport> tasks) {}

    /**
     * @param outcome what was observed at the end, in one sentence
     * @param output the end of what it printed
     */
    public record TaskReport(
            String task, String status, int attempts, String outcome, String output) {}

    public Report {
        steps = List.copyOf(steps);
        people = List.copyOf(people);
        timeline = List.copyOf(timeline);
    }

    public static Report of(Run run, List<JournalEntry> journal) {
        Plan plan = run.plan();
        RunCharter charter = run.charter();
        Instant from =
                charter.outageSince()
                        .filter(since -> since.isBefore(charter.at()))
                        .orElse(charter.at());
        boolean restored = run.header().phase() == Phase.DONE;
        return new Report(
                run.id(),
                plan.operation(),
                plan.group(),
                plan.title(),
                plan.source(),
                plan.target(),
                run.header().phase(),
                plan.hash(),
                plan.runbookHash(),
                charter.by().toString(),
                charter.reason(),
                from,
                charter.at(),
                run.header().endedAt(),
                plan.rto(),
                run.header()
                        .endedAt()
                        .filter(end -> restored)
                        .map(end -> Duration.between(from, end)),
                plan.rpo(),
                plan.dataAge().known() ? Optional.of(plan.dataAge().age()) : Optional.empty(),
                plan.dataAge().sentence(),
                run.header().proof().map(Proof::sentence),
                plan.steps().stream().map(step -> step(run, step)).toList(),
                journal.stream()
                        .filter(entry ->
                                entry.what() == JournalEntry.What.OPERATOR
                                        || entry.what() == JournalEntry.What.TASK_SKIPPED
                                        || entry.what() == JournalEntry.What.RUN_STARTED)
                        .toList(),
                journal);
    }

    /** True when the objective was met, false when it was missed or can't be told. */
    public boolean metRto() {
        return achievedRto.map(took -> took.compareTo(rto) <= 0).orElse(false);
    }

    private static StepReport step(Run run, PlannedStep step) {
        List<TaskProgress> progress =
                Run.everyTask(step).flatMap(task -> run.progress(task.id()).stream()).toList();
        Optional<Instant> first =
                progress.stream().map(TaskProgress::startedAt).min(Instant::compareTo);
        Optional<Instant> last =
                progress.stream().flatMap(task -> task.endedAt().stream()).max(Instant::compareTo);
        return new StepReport(
                step.id(),
                step.title(),
                run.stepStatus(step),
                first.flatMap(begin -> last.map(end -> Duration.between(begin, end))),
                progress.stream().map(Report::task).toList());
    }

    private static TaskReport task(TaskProgress progress) {
        String outcome = progress.outcome().map(Report::sentence).orElse("");
        return new TaskReport(
                progress.task().value(),
                progress.status().name(),
                progress.attempt(),
                outcome,
                progress.output());
    }

    /** What an outcome says, whatever it is. */
    public static String sentence(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done(String sentence, boolean ignored) -> sentence;
            case Outcome.Failed(var problem, boolean ignored) -> problem.sentence();
            case Outcome.Unsure(var problem) -> problem.sentence();
        };
    }
}
