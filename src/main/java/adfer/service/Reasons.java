package adfer.service;

import adfer.mesh.SiteVerdict;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.Run;
import adfer.run.Run.StepStatus;
import adfer.state.Attestation;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Fencing;
import adfer.state.Stance;
import adfer.state.StopTime;

import java.util.SortedMap;
import java.util.TreeMap;

/** Why people are to be called now, each reason with a name that lasts as long as the reason. */
final class Reasons {
    private static final int LONGEST = 500;

    private final SortedMap<String, Reason> found = new TreeMap<>();

    private Reasons() {}

    /**
     * One of them.
     *
     * @param asks whether somebody has to do something, so that people are reminded of it
     */
    record Reason(String sentence, boolean asks) {
        Reason {
            sentence =
                    sentence.length() > LONGEST ? sentence.substring(0, LONGEST) + "…" : sentence;
        }
    }

    /** By name. */
    static SortedMap<String, Reason> of(ClusterState state) {
        Reasons reasons = new Reasons();
        reasons.sites(state);
        state.stopTimes()
                .filter(StopTime::exceeds)
                .forEach(time ->
                        reasons.ask("stop " + time.site() + " " + time.host(), time.sentence()));
        reasons.stances(state);
        reasons.proofs(state);
        state.openRuns().forEach(reasons::run);
        reasons.people(state);
        return reasons.found;
    }

    private void tell(String name, String sentence) {
        found.put(name, new Reason(sentence, false));
    }

    private void ask(String name, String sentence) {
        found.put(name, new Reason(sentence, true));
    }

    private void sites(ClusterState state) {
        state.verdicts()
                .filter(verdict -> verdict.status() == SiteVerdict.Status.UNREACHABLE)
                .forEach(verdict ->
                        tell(
                                "site " + verdict.site() + " lost",
                                "Site " + verdict.site() + " is lost: " + verdict.sentence()));
    }

    /** One for each turn it takes, however often its sentence changes in detail. */
    private void stances(ClusterState state) {
        state.stances()
                .filter(stance ->
                        switch (stance.kind()) {
                            case PROPOSES, DECLINES -> true;
                            case IDLE, WAITS, FENCES, ACTS, RESTARTS -> false;
                        })
                .forEach(stance -> ask(name(stance), stance.group() + ": " + stance.sentence()));
    }

    private static String name(Stance stance) {
        return "stance " + stance.group() + " " + stance.kind();
    }

    private void proofs(ClusterState state) {
        state.attestations()
                .filter(said -> said.standing(state.now()) == Attestation.Standing.WAITS)
                .forEach(said ->
                        ask(
                                "attestation " + said.site() + " " + said.index(),
                                said.sentence(state.now())));
        state.fencings()
                .filter(fencing -> fencing.standing() == Fencing.Standing.FAILED)
                .forEach(fencing ->
                        ask("fence " + fencing.site() + " " + fencing.host(), fencing.sentence()));
    }

    private void run(Run run) {
        String id = "run " + run.id();
        String which = "Run " + run.id() + " of " + run.plan().group();
        if (run.charter().by().equals(Autopilot.BY)) {
            tell(id + " began", which + " began by itself: " + run.charter().reason());
        }
        run.plan().steps().stream()
                .filter(step -> run.stepStatus(step) == StepStatus.NEEDS_OPERATOR)
                .forEach(step ->
                        ask(
                                id + " failed " + step.id(),
                                which
                                        + ": step "
                                        + step.id()
                                        + " failed, or nobody knows whether it was done. A person"
                                        + " has to look: ./adfer run show "
                                        + run.id()
                                        + "."));
        RunPortrait.asksPeople(run)
                .forEach(task -> ask(id + " asks " + task.id(), asked(run, task)));
    }

    private static String asked(Run run, Task task) {
        String which = "Run " + run.id() + " of " + run.plan().group() + ": step ";
        String step = which + RunPortrait.stepOf(run, task);
        return switch (task.action()) {
            case TaskAction.Approve approve ->
                    step + " waits for a " + approve.role() + ": " + approve.message();
            case TaskAction.Wait wait -> step + " is a pause: " + wait.message();
            case TaskAction.StopVm ignored -> step;
            case TaskAction.StartVm ignored -> step;
            case TaskAction.RunScript ignored -> step;
            case TaskAction.Ask ignored -> step;
            case TaskAction.MoveOwnership ignored -> step;
        };
    }

    private void people(ClusterState state) {
        state.wishes()
                .filter(wish -> !wish.over(state.now()))
                .forEach(wish ->
                        ask(
                                "wish " + wish.id(),
                                wish.by().name()
                                        + " asks for a second person: "
                                        + wish.what()
                                        + ". See ./adfer wishes."));
        state.glassUses()
                .filter(use -> use.recent(state.now()))
                .forEach(use ->
                        tell(
                                "glass " + use.name() + " " + use.at() + " " + use.opened(),
                                use.sentence()));
    }
}
