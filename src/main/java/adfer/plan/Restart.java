package adfer.plan;

import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;
import adfer.plan.World.Standing;
import adfer.runbook.Runbook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Plans a restart in place: the runbook's starts, in its order, of what doesn't run at the site
 * that owns the group. Each VM stays on its host, with its own cards and disks.
 *
 * <p>After the end of a lease, that is what its guards have stopped. Otherwise it is everything
 * that is off.
 */
final class Restart {
    private static final Plan.DataAge OWN_DISKS =
            new Plan.DataAge(
                    true, Duration.ZERO, "The VMs start from their own disks, where they stopped.");

    private Restart() {}

    static Result<Plan> plan(
            Planner.Request request,
            Standing standing,
            SiteView site,
            SiteView other,
            World world,
            Instant now) {
        Runbook runbook = standing.runbook();
        List<Vm> all = site.picked(runbook.protect().vms());
        Predicate<Vm> wanted =
                vm -> standing.stopped().isEmpty() || standing.stopped().contains(vm.id());
        List<Vm> vms =
                all.stream().filter(vm -> vm.power() != Power.RUNNING).filter(wanted).toList();
        if (vms.isEmpty()) {
            return Result.refused(
                    "nothing-to-start",
                    "Every VM of " + runbook.group() + " runs at site " + site.id() + " already.");
        }
        Remarks remarks = new Remarks();
        Planner.checkFree(standing, remarks);
        Fitness.target(request, site, remarks);
        Fitness.inventory(site, request.policy(), now, remarks);
        refuseWhatRunsElsewhere(vms, other, runbook, remarks);
        refuseWhatNobodyKnows(other, world, runbook, remarks);
        Experience experience = world.experience(runbook.group());
        Scene scene =
                new Scene(
                        Operation.RESTART,
                        runbook,
                        standing.epoch(),
                        site,
                        site,
                        site.reachable(),
                        vms,
                        SiteView.byName(all),
                        Sorted.copy(hosts(vms, remarks)),
                        Sorted.copy(nics(all)),
                        request.policy().expectations(),
                        experience,
                        remarks);
        List<PlannedStep> steps = Steps.plan(scene);
        Moves.check(scene, steps);
        Secrecy.check(world, steps, remarks);
        Plan.Estimate estimate = Timing.of(steps, experience);
        Planner.checkObjectives(runbook.objectives(), estimate, OWN_DISKS, remarks);
        return Result.ok(
                new Plan(
                        Operation.RESTART,
                        runbook.group(),
                        runbook.title(),
                        standing.hash(),
                        site.id(),
                        site.id(),
                        standing.epoch(),
                        world.index(),
                        steps,
                        estimate,
                        OWN_DISKS,
                        site.reachable(),
                        runbook.objectives().rto(),
                        runbook.objectives().rpo(),
                        remarks.refusals(),
                        remarks.warnings()));
    }

    /** What the other site has left over and shows on would run in both. */
    private static void refuseWhatRunsElsewhere(
            List<Vm> vms, SiteView other, Runbook runbook, Remarks remarks) {
        List<VmId> wanted = vms.stream().map(Vm::id).toList();
        List<String> there =
                other.vms().stream()
                        .filter(vm -> vm.power() == Power.RUNNING && wanted.contains(vm.id()))
                        .map(Vm::name)
                        .toList();
        if (other.reachable() && !there.isEmpty()) {
            remarks.refuse(
                    "runs-elsewhere",
                    Remarks.names(there)
                            + (there.size() == 1 ? " runs" : " run")
                            + " at site "
                            + other.id()
                            + ", which doesn't own "
                            + runbook.group()
                            + ". Put that right first: adfer reconcile "
                            + other.id()
                            + ".");
        }
    }

    private static void refuseWhatNobodyKnows(
            SiteView other, World world, Runbook runbook, Remarks remarks) {
        if (world.belied(other.id())) {
            remarks.refuse(
                    "site-lives",
                    "Site "
                            + other.id()
                            + " was said to be off and is not, so "
                            + runbook.group()
                            + " may run there. Make sure of it, then attest it anew: adfer attest "
                            + other.id()
                            + ".");
        } else if (other.reachable() && other.sweep().isEmpty()) {
            remarks.refuse(
                    "no-inventory",
                    "Site "
                            + other.id()
                            + " has not been listed yet, so nobody knows whether "
                            + runbook.group()
                            + " runs there. Wait for its listing.");
        }
    }

    private static Map<VmId, HostId> hosts(List<Vm> vms, Remarks remarks) {
        TreeMap<VmId, HostId> hosts = new TreeMap<>();
        vms.forEach(vm -> vm.host().ifPresent(host -> hosts.put(vm.id(), host)));
        List<String> placeless =
                vms.stream().filter(vm -> vm.host().isEmpty()).map(Vm::name).toList();
        if (!placeless.isEmpty()) {
            remarks.warn(
                    "no-host-known",
                    "Nobody knows on which host "
                            + Remarks.names(placeless)
                            + " was, so a person has to start it.");
        }
        return hosts;
    }

    private static Map<VmId, List<Nic>> nics(List<Vm> vms) {
        TreeMap<VmId, List<Nic>> nics = new TreeMap<>();
        vms.forEach(vm -> nics.put(vm.id(), vm.nics()));
        return nics;
    }
}
