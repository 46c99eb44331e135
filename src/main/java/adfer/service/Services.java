package adfer.service;

import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.lease.Lease;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.plan.Readiness;
import adfer.run.RunHeader;
import adfer.runbook.Runbook;
import adfer.state.ClusterState;
import adfer.state.Group;
import adfer.state.Leftover;
import adfer.state.Leftovers;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The protected services with their readiness, which takes a plan for each: drawn once for all who
 * look at the same state.
 */
final class Services {
    /** Ages are part of what is shown, so it grows old even where nothing changes. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(5);

    private @Nullable Drawn last;

    private record Drawn(
            ClusterState state,
            Instant at,
            List<Views.ServiceView> views,
            List<Leftover> leftovers) {
        boolean serves(ClusterState now, Instant time) {
            return state.sum().equals(now.sum())
                    && !time.isBefore(at)
                    && time.isBefore(at.plus(GOOD_FOR));
        }
    }

    /** All of them; whoever comes while they are drawn waits and gets the same. */
    List<Views.ServiceView> of(ClusterState state, Instant now) {
        return drawn(state, now).views();
    }

    /** What sites have of those that they don't own. */
    List<Leftover> leftovers(ClusterState state, Instant now) {
        return drawn(state, now).leftovers();
    }

    private synchronized Drawn drawn(ClusterState state, Instant now) {
        Drawn drawn = last;
        if (drawn == null || !drawn.serves(state, now)) {
            drawn = new Drawn(state, now, draw(state, now), Leftovers.of(state));
            last = drawn;
        }
        return drawn;
    }

    private static List<Views.ServiceView> draw(ClusterState state, Instant now) {
        Planner planner = new Planner(state);
        Map<GroupId, RunHeader> ended = Leftovers.lastEnded(state);
        return state.groups()
                .map(group ->
                        draw(
                                state,
                                group,
                                Optional.ofNullable(ended.get(group.id())),
                                planner,
                                now))
                .toList();
    }

    private static Views.ServiceView draw(
            ClusterState state,
            Group group,
            Optional<RunHeader> lastRun,
            Planner planner,
            Instant now) {
        Runbook runbook = state.runbook(group.id()).orElseThrow().runbook();
        List<Vm> vms = planner.protectedVms(runbook, group.owner());
        Readiness readiness = Readiness.of(group.id(), planner, now);
        return new Views.ServiceView(
                group.id(),
                runbook.title(),
                group.owner(),
                group.epoch(),
                runbook.home(),
                runbook.recovery(),
                runbook.objectives().rto(),
                runbook.objectives().rpo(),
                vms.size(),
                (int) vms.stream().filter(vm -> vm.power() == Power.RUNNING).count(),
                Views.Readiness.valueOf(readiness.level().name()),
                Stream.concat(readiness.obstacles().stream(), readiness.warnings().stream())
                        .map(Problem::sentence)
                        .toList(),
                readiness.plan().map(Plan::dataAge).orElse(Plan.DataAge.UNKNOWN),
                state.lease(group.id()).map(Services::lease),
                vms.stream().filter(Vm::autostart).map(Vm::name).toList(),
                group.activeRun(),
                lastRun.map(RunHeader::id));
    }

    private static Views.LeaseView lease(Lease lease) {
        return new Views.LeaseView(lease.site(), lease.epoch(), lease.held(), lease.guarded());
    }
}
