package adfer.run;

import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;
import adfer.plan.Plan;
import adfer.plan.TaskAction;
import adfer.plan.World;
import adfer.runbook.Bundle;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What a run never changes: its plan, the runbook it came from, and the source's VMs as they were
 * known when it began (the source may be gone by the time the target needs their definitions).
 *
 * @param outageSince since when the source has been called unreachable, if it was when the run
 *     began
 */
public record RunCharter(
        RunId id,
        Plan plan,
        Bundle bundle,
        SortedMap<VmId, Vm> sources,
        Actor by,
        String reason,
        Instant at,
        Optional<Instant> outageSince)
        implements Entity {
    public RunCharter {
        sources = Sorted.copy(sources);
    }

    /** The room that this run's starts take at a site. */
    public Stream<World.Pledge> pledges(SiteId site) {
        return plan.steps().stream()
                .flatMap(step -> step.tasks().stream())
                .filter(task -> task.site().equals(site))
                .flatMap(task ->
                        task.action() instanceof TaskAction.StartVm start
                                ? Stream.of(start)
                                : Stream.empty())
                .flatMap(start ->
                        Optional.ofNullable(sources.get(start.vm()))
                                .map(vm ->
                                        new World.Pledge(
                                                vm.id(), start.host(), vm.vcpus(), vm.memoryMib()))
                                .stream());
    }

    @Override
    public Key key() {
        return key(id);
    }

    public static Key key(RunId id) {
        return new Key(Kind.CHARTER, id.value());
    }
}
