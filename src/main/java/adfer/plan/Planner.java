package adfer.plan;

import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.kernel.Spans;
import adfer.plan.World.Standing;
import adfer.runbook.Runbook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes plans: a pure function of what is asked, the replicated state and the time. One planner
 * belongs to one state and reads each site's inventory once, however many plans it makes.
 */
public final class Planner {
    private final World world;
    private final TreeMap<SiteId, SiteView> sites = new TreeMap<>();

    public Planner(World world) {
        this.world = world;
    }

    /**
     * What is to be planned.
     *
     * @param target where to; the group's other site when empty
     * @param sourceLost plan as if the source had just been lost, whatever is known of it
     */
    public record Request(
            Operation operation,
            GroupId group,
            Optional<SiteId> target,
            boolean sourceLost,
            Policy policy) {
        public static Request of(Operation operation, GroupId group) {
            return new Request(operation, group, Optional.empty(), false, Policy.DEFAULT);
        }

        public Request to(SiteId site) {
            return new Request(operation, group, Optional.of(site), sourceLost, policy);
        }

        Request asIfLost() {
            return new Request(operation, group, target, true, policy);
        }
    }

    /**
     * @param staleAfter how old a site's inventory may be without a warning
     */
    public record Policy(Duration staleAfter, Expectations expectations) {
        public static final Policy DEFAULT =
                new Policy(Duration.ofMinutes(10), Expectations.DEFAULT);
    }

    public static Result<Plan> plan(Request request, World world, Instant now) {
        return new Planner(world).plan(request, now);
    }

    /**
     * The plan, with every reason why it must not be run in {@link Plan#refusals}; refused outright
     * when there is nothing to plan.
     */
    public Result<Plan> plan(Request request, Instant now) {
        Optional<Standing> found = world.standing(request.group());
        if (found.isEmpty()) {
            return Result.refused(
                    "no-such-group", "No runbook " + request.group() + " is published.");
        }
        Standing standing = found.get();
        if (request.operation() == Operation.RESTART) {
            SiteView other = view(standing.runbook().other(standing.owner()));
            return Restart.plan(request, standing, view(standing.owner()), other, world, now);
        }
        Runbook runbook = standing.runbook();
        SiteId target = request.target().orElse(runbook.other(standing.owner()));
        if (!target.equals(runbook.home()) && !target.equals(runbook.recovery())) {
            return Result.refused(
                    "no-such-site",
                    runbook.group()
                            + " can run at sites "
                            + runbook.home()
                            + " and "
                            + runbook.recovery()
                            + ", not at "
                            + target
                            + ".");
        }
        if (target.equals(standing.owner())) {
            return Result.refused(
                    "already-there", runbook.group() + " belongs to site " + target + " already.");
        }
        return Result.ok(plan(request, standing, view(standing.owner()), view(target), now));
    }

    /** The VMs that a runbook protects at a site, sorted by name. */
    public List<Vm> protectedVms(Runbook runbook, SiteId site) {
        return view(site).picked(runbook.protect().vms());
    }

    private SiteView view(SiteId site) {
        return sites.computeIfAbsent(site, id -> new SiteView(id, world));
    }

    private Plan plan(
            Request request, Standing standing, SiteView source, SiteView target, Instant now) {
        Remarks remarks = new Remarks();
        boolean reachable = source.reachable() && !request.sourceLost();
        Runbook runbook = standing.runbook();
        checkFree(standing, remarks);
        Fitness.source(request, source, reachable, remarks);
        Fitness.target(request, target, remarks);
        Fitness.inventory(source, request.policy(), now, remarks);
        Fitness.inventory(target, request.policy(), now, remarks);

        List<Vm> vms = protectedVms(runbook, source, remarks);
        var nics = Cards.of(runbook, vms, source, target, remarks);
        Plan.DataAge dataAge = Disks.judge(vms, source, target, remarks);
        Placement placement = Placement.of(vms, target);
        placement.refuse(target, remarks);
        Experience experience = world.experience(runbook.group());
        Scene scene =
                new Scene(
                        request.operation(),
                        runbook,
                        standing.epoch(),
                        source,
                        target,
                        reachable,
                        vms,
                        SiteView.byName(vms),
                        placement.hosts(),
                        nics,
                        request.policy().expectations(),
                        experience,
                        remarks);
        List<PlannedStep> steps = Steps.plan(scene);
        Moves.check(scene, steps);
        Secrecy.check(world, steps, remarks);
        Plan.Estimate estimate = Timing.of(steps, experience);
        checkObjectives(runbook.objectives(), estimate, dataAge, remarks);
        return new Plan(
                request.operation(),
                runbook.group(),
                runbook.title(),
                standing.hash(),
                source.id(),
                target.id(),
                standing.epoch(),
                world.index(),
                steps,
                estimate,
                dataAge,
                reachable,
                runbook.objectives().rto(),
                runbook.objectives().rpo(),
                remarks.refusals(),
                remarks.warnings());
    }

    static void checkFree(Standing standing, Remarks remarks) {
        standing.activeRun()
                .ifPresent(run ->
                        remarks.refuse(
                                "run-in-progress",
                                "Run "
                                        + run
                                        + " has "
                                        + standing.runbook().group()
                                        + " in hand; wait for it or cancel it."));
    }

    private static List<Vm> protectedVms(Runbook runbook, SiteView source, Remarks remarks) {
        Picker picker = new Picker(runbook.protect().vms());
        List<Vm> vms = source.picked(runbook.protect().vms());
        List<String> idle = picker.idle(vms);
        if (vms.isEmpty()) {
            remarks.refuse(
                    "no-vms",
                    "Site "
                            + source.id()
                            + " has no VM that the runbook protects ("
                            + Remarks.names(idle)
                            + ").");
        } else if (!idle.isEmpty()) {
            remarks.warn(
                    "vm-gone",
                    "The runbook protects "
                            + Remarks.names(idle)
                            + ", which site "
                            + source.id()
                            + " does not have.");
        }
        warnOfPower(vms, Power.OFF, "vm-off", "off at the source and will be started", remarks);
        warnOfPower(vms, Power.PAUSED, "vm-paused", "paused at the source and will run", remarks);
        return vms;
    }

    private static void warnOfPower(
            List<Vm> vms, Power power, String code, String what, Remarks remarks) {
        List<String> names = vms.stream().filter(vm -> vm.power() == power).map(Vm::name).toList();
        if (!names.isEmpty()) {
            remarks.warn(
                    code,
                    Remarks.names(names) + (names.size() == 1 ? " is " : " are ") + what + ".");
        }
    }

    static void checkObjectives(
            Runbook.Objectives objectives,
            Plan.Estimate estimate,
            Plan.DataAge dataAge,
            Remarks remarks) {
        if (estimate.expected().compareTo(objectives.rto()) > 0) {
            remarks.warn(
                    "rto-at-risk",
                    "This is expected to take "
                            + Spans.format(estimate.expected())
                            + ", longer than the RTO of "
                            + Spans.format(objectives.rto())
                            + ".");
        }
        if (dataAge.known() && dataAge.age().compareTo(objectives.rpo()) > 0) {
            remarks.warn(
                    "rpo-missed",
                    "The data is "
                            + Spans.format(dataAge.age())
                            + " old, older than the RPO of "
                            + Spans.format(objectives.rpo())
                            + ".");
        }
    }
}
