package adfer.plan;

import adfer.kernel.Canonical;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.kernel.VmId;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every choice of one operation, made before anything is done. A run executes a plan and decides
 * nothing itself.
 *
 * @param runbookHash the {@link adfer.runbook.Bundle#hash} it was made from
 * @param from the group's epoch while the plan is made; a run of this plan is refused once it has
 *     changed
 * @param asOfIndex the log index of the state it was made from
 * @param steps in an order in which every step comes after those it waits for
 * @param refusals why this plan must not be run; empty when it may
 * @param warnings what the operator should know before confirming
 */
public record Plan(
        Operation operation,
        GroupId group,
        String title,
        String runbookHash,
        SiteId source,
        SiteId target,
        Epoch from,
        long asOfIndex,
        List<PlannedStep> steps,
        Estimate estimate,
        DataAge dataAge,
        boolean sourceReachable,
        Duration rto,
        Duration rpo,
        List<Problem> refusals,
        List<Problem> warnings) {
    public Plan {
        steps = List.copyOf(steps);
        refusals = List.copyOf(refusals);
        warnings = List.copyOf(warnings);
    }

    /**
     * Names this plan's content: equal plans have equal hashes, whatever index they were made at
     * and however old the data has become since. The operator confirms this hash, and a run
     * executes what bears it.
     */
    public String hash() {
        return Canonical.hex(
                new Plan(
                        operation,
                        group,
                        title,
                        runbookHash,
                        source,
                        target,
                        from,
                        0,
                        steps,
                        Estimate.NONE,
                        DataAge.UNKNOWN,
                        sourceReachable,
                        rto,
                        rpo,
                        refusals,
                        List.of()));
    }

    /** The VMs it starts on its way forward. */
    public Set<VmId> started() {
        return steps.stream()
                .flatMap(step -> step.tasks().stream())
                .flatMap(task ->
                        task.action() instanceof TaskAction.StartVm start
                                ? Stream.of(start.vm())
                                : Stream.empty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public boolean executable() {
        return refusals.isEmpty();
    }

    /** The epoch the group has once this plan was carried out. */
    public Epoch to() {
        return operation == Operation.RESTART ? from.next().next() : from.next();
    }

    /**
     * How long the machines take; how long people take nobody can say, so they are named instead.
     *
     * @param lowerBound with every task as fast as it ever was, the longer of the critical path and
     *     the work divided by its caps; zero where nothing is known
     * @param expected what to reckon with
     * @param tasks that machines carry out
     * @param shown how many of them an earlier run has shown; the others go by rule of thumb
     * @param criticalPath the steps that the expected time comes from, in order
     * @param people the steps that wait for a person on top of that, in order
     */
    public record Estimate(
            Duration lowerBound,
            Duration expected,
            int tasks,
            int shown,
            List<StepId> criticalPath,
            List<StepId> people) {
        public static final Estimate NONE =
                new Estimate(Duration.ZERO, Duration.ZERO, 0, 0, List.of(), List.of());

        public Estimate {
            criticalPath = List.copyOf(criticalPath);
            people = List.copyOf(people);
        }

        /** What the figures stand on, in one sentence. */
        public String basis() {
            if (shown == 0) {
                return "That is a rule of thumb: no run has shown yet how long it takes here.";
            }
            return shown == tasks
                    ? "So it took in earlier runs."
                    : shown
                            + " of "
                            + tasks
                            + " tasks are reckoned as they took in earlier runs, the others by rule"
                            + " of thumb.";
        }
    }

    /**
     * How old the data is that the target would start from.
     *
     * @param known false when nobody can say; then {@code age} means nothing
     * @param sentence why it is so old, or why it is not known
     */
    public record DataAge(boolean known, Duration age, String sentence) {
        public static final DataAge UNKNOWN =
                new DataAge(false, Duration.ZERO, "The age of the data is not known.");
    }
}
