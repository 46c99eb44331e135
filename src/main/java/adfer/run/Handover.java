package adfer.run;

import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.plan.Operation;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.plan.TaskAction.MoveOwnership;
import adfer.run.TaskProgress.Status;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who owns the group as a run goes on, and what a move of the ownership stands on. */
final class Handover {
    private static final Optional<Status> DONE = Optional.of(Status.DONE);
    private static final Optional<Status> SKIPPED = Optional.of(Status.SKIPPED);

    private Handover() {}

    /** The group's owner, as far as this run has moved it. */
    static SiteId owner(Run run) {
        return moved(run, PlannedStep::undo)
                .or(() -> moved(run, PlannedStep::tasks))
                .orElse(run.plan().source());
    }

    /** Whether this run has given the group to its target. */
    static boolean moved(Run run) {
        return moved(run, PlannedStep::tasks).isPresent();
    }

    private static Optional<SiteId> moved(Run run, Function<PlannedStep, List<Task>> which) {
        return run.plan().steps().stream()
                .filter(step -> step.kind().equals(PlannedStep.OWNERSHIP))
                .flatMap(step -> which.apply(step).stream())
                .filter(task -> run.status(task.id()).equals(DONE))
                .flatMap(task ->
                        task.action() instanceof MoveOwnership move
                                ? Stream.of(move.to())
                                : Stream.empty())
                .findFirst();
    }

    /** Why nobody can be sure that the giving site is off; empty when it is proven. */
    static Optional<String> unproven(Run run, MoveOwnership move) {
        SiteId from = move.from();
        if (move.to().equals(run.plan().source())) {
            return stillOn(run, DONE::equals)
                    .map(vm ->
                            "Nobody has observed that VM "
                                    + vm
                                    + " is off again at site "
                                    + from
                                    + ".");
        }
        if (run.header().proof().isPresent()) {
            return Optional.empty();
        }
        if (run.plan().operation() == Operation.FAILOVER) {
            return Optional.of(
                    "Nothing proves that site "
                            + from
                            + " is off. Make sure, and attest it (adfer attest "
                            + from
                            + "), or cancel.");
        }
        return notSeenOff(run, from).or(() -> neverStopped(run, move));
    }

    private static Optional<String> notSeenOff(Run run, SiteId from) {
        return tasks(run)
                .filter(task -> stopped(task, from).isPresent())
                .filter(task -> !run.status(task.id()).equals(DONE))
                .findFirst()
                .map(task ->
                        "Nobody has observed that "
                                + task.id()
                                + " is off at site "
                                + from
                                + ". Retry it, or attest that the site is off (adfer attest "
                                + from
                                + ").");
    }

    private static Optional<String> neverStopped(Run run, MoveOwnership move) {
        Set<VmId> stopped =
                tasks(run)
                        .flatMap(task -> stopped(task, move.from()).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        return tasks(run)
                .flatMap(task -> started(task, move.to()).stream())
                .filter(vm -> run.charter().sources().containsKey(vm) && !stopped.contains(vm))
                .findFirst()
                .map(vm ->
                        "No step stops VM "
                                + vm
                                + " at site "
                                + move.from()
                                + ". Attest that the site is off (adfer attest "
                                + move.from()
                                + "), or cancel.");
    }

    /**
     * Who owns the group once the run is taken back. It stays with the target when a VM that the
     * run may have started there has no stop among what takes the run back, when an operator
     * skipped that stop, or when the plan has no way back.
     */
    static SiteId heir(Run run) {
        SiteId source = run.plan().source();
        boolean wayBack =
                run.plan().steps().stream()
                        .flatMap(step -> step.undo().stream())
                        .anyMatch(task ->
                                task.action() instanceof MoveOwnership move
                                        && move.to().equals(source));
        boolean returns = wayBack && stillOn(run, stop -> !stop.equals(SKIPPED)).isEmpty();
        SiteId owner = owner(run);
        return returns ? source : owner;
    }

    /** A VM that the run may have started at its target and whose stop isn't as wished. */
    private static Optional<VmId> stillOn(Run run, Predicate<Optional<Status>> wish) {
        SiteId target = run.plan().target();
        Set<VmId> off =
                run.plan().steps().stream()
                        .filter(run::begun)
                        .flatMap(step -> step.undo().stream())
                        .filter(task -> wish.test(run.status(task.id())))
                        .flatMap(task -> stopped(task, target).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        return tasks(run)
                .filter(task -> run.progress(task.id()).isPresent())
                .flatMap(task -> started(task, target).stream())
                .filter(vm -> !off.contains(vm))
                .findFirst();
    }

    private static Stream<Task> tasks(Run run) {
        return run.plan().steps().stream().flatMap(step -> step.tasks().stream());
    }

    private static Optional<VmId> stopped(Task task, SiteId site) {
        return task.action() instanceof TaskAction.StopVm stop && task.site().equals(site)
                ? Optional.of(stop.vm())
                : Optional.empty();
    }

    private static Optional<VmId> started(Task task, SiteId site) {
        return task.action() instanceof TaskAction.StartVm start && task.site().equals(site)
                ? Optional.of(start.vm())
                : Optional.empty();
    }
}
