package adfer.run;

import adfer.kernel.SiteId;
import adfer.kernel.TaskId;
import adfer.run.JournalEntry.What;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A run being changed by one event: collects what the event does, and ends the run when nothing is
 * left to do.
 */
final class Draft {
    private Run run;
    private final RunRules.Cause cause;
    private final TreeMap<TaskId, TaskProgress> changed = new TreeMap<>();
    private final List<JournalEntry> journal = new ArrayList<>();
    private Optional<SiteId> tenure = Optional.empty();

    Draft(Run run, RunRules.Cause cause) {
        this.run = run;
        this.cause = cause;
    }

    Run run() {
        return run;
    }

    RunRules.Cause cause() {
        return cause;
    }

    void progress(TaskProgress progress) {
        changed.put(progress.task(), progress);
        run = run.with(progress);
    }

    void header(RunHeader header) {
        run = run.with(header);
    }

    void journal(What what, Optional<TaskId> task, String sentence) {
        header(run.header().journaled());
        journal.add(
                new JournalEntry(
                        run.id(),
                        run.header().journal(),
                        cause.index(),
                        cause.at(),
                        cause.by(),
                        what,
                        task,
                        sentence));
    }

    /** Journals what an operator did, and why. */
    void say(Optional<TaskId> task, String did) {
        journal(What.OPERATOR, task, sentence(did));
    }

    /** Who did it and, where a reason was given, why. */
    String sentence(String did) {
        String why = cause.reason().isBlank() ? "" : ": " + cause.reason().strip();
        return cause.by().name() + " " + did + why + (why.endsWith(".") ? "" : ".");
    }

    void tenure(SiteId owner) {
        tenure = Optional.of(owner);
    }

    RunChange settled() {
        switch (run.header().phase()) {
            case RUNNING -> {
                if (run.plan().steps().stream().allMatch(run::complete)) {
                    end(Phase.DONE, "Every step is done and was observed" + butForSkipped());
                }
            }
            case CANCELLING -> {
                if (!Turn.underWay(run)
                        && run.plan().steps().stream()
                                .noneMatch(step -> Turn.mustBeUndone(run, step))) {
                    end(Phase.CANCELLED, takenBack());
                }
            }
            case PAUSED, DONE, CANCELLED -> {}
        }
        return new RunChange(run.header(), List.copyOf(changed.values()), journal, tenure);
    }

    /** What a person has passed over was not observed; what the plan leaves out was never to be. */
    private String butForSkipped() {
        List<String> skipped =
                run.plan().steps().stream()
                        .filter(step -> step.skipped().isEmpty())
                        .filter(step ->
                                Stream.concat(step.tasks().stream(), step.verify().stream())
                                        .anyMatch(task ->
                                                run.status(task.id())
                                                        .filter(Status.SKIPPED::equals)
                                                        .isPresent()))
                        .map(step -> step.id().value())
                        .toList();
        return skipped.isEmpty()
                ? "."
                : ", except "
                        + String.join(" and ", skipped)
                        + (skipped.size() == 1 ? ", which was skipped." : ", which were skipped.");
    }

    private String takenBack() {
        SiteId owner = Handover.owner(run);
        return "Everything that can be taken back was taken back"
                + (owner.equals(run.plan().source())
                        ? "."
                        : "; the group stays with site " + owner + ".");
    }

    private void end(Phase phase, String sentence) {
        header(run.header().in(phase, cause.at()));
        journal(What.RUN_ENDED, Optional.empty(), sentence);
    }
}
