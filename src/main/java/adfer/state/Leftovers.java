package adfer.state;

import adfer.inventory.At;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.plan.Picker;
import adfer.run.RunHeader;
import adfer.runbook.Runbook;
import adfer.state.Leftover.Fault;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What sites have of groups that they don't own, as far as a listing tells that is later than the
 * group's last run. What a run has in hand, and what also belongs to a group that the site owns or
 * that a run has in hand, is left out: nobody but that run may touch it.
 */
public final class Leftovers {
    private final ClusterState state;
    private final Map<GroupId, Picker> pickers = new HashMap<>();

    private Leftovers(ClusterState state) {
        this.state = state;
        state.groups()
                .flatMap(group -> state.runbook(group.id()).stream())
                .map(Published::runbook)
                .forEach(runbook ->
                        pickers.put(runbook.group(), new Picker(runbook.protect().vms())));
    }

    /** Of all sites; the worst first. */
    public static List<Leftover> of(ClusterState state) {
        Map<GroupId, RunHeader> ended = lastEnded(state);
        Leftovers leftovers = new Leftovers(state);
        List<Leftover> all = new ArrayList<>();
        state.groups()
                .filter(group -> group.activeRun().isEmpty())
                .filter(group -> leftovers.pickers.containsKey(group.id()))
                .forEach(group ->
                        all.addAll(
                                leftovers.of(group, Optional.ofNullable(ended.get(group.id())))));
        all.sort(
                Comparator.comparing((Leftover one) -> one.faults().getFirst())
                        .thenComparing(one -> one.group().value())
                        .thenComparing(Leftover::name));
        return all;
    }

    public static List<Leftover> of(ClusterState state, SiteId site) {
        return of(state).stream().filter(one -> one.site().equals(site)).toList();
    }

    /** The run of each group that ended last. */
    public static Map<GroupId, RunHeader> lastEnded(ClusterState state) {
        Map<GroupId, RunHeader> last = new HashMap<>();
        state.runs()
                .filter(run -> run.phase().ended())
                .forEach(run ->
                        state.charter(run.id())
                                .ifPresent(charter ->
                                        last.merge(charter.plan().group(), run, Leftovers::later)));
        return last;
    }

    private static RunHeader later(RunHeader one, RunHeader other) {
        Instant first = one.endedAt().orElse(Instant.EPOCH);
        return other.endedAt().orElse(Instant.EPOCH).isAfter(first) ? other : one;
    }

    private List<Leftover> of(Group group, Optional<RunHeader> lastRun) {
        Runbook runbook = state.runbook(group.id()).orElseThrow().runbook();
        SiteId site = runbook.other(group.owner());
        Instant since = lastRun.flatMap(RunHeader::endedAt).orElse(Instant.EPOCH);
        boolean current = listed(site).filter(at -> at.isAfter(since)).isPresent();
        if (!current) {
            return List.of();
        }
        Set<VmId> running = running(group);
        Epoch moved = state.lease(group.id()).map(lease -> lease.debt().since()).orElse(Epoch.NONE);
        List<Leftover> found = new ArrayList<>();
        state.vms(site)
                .filter(vm -> picks(group.id(), vm))
                .filter(vm -> !spokenFor(site, vm))
                .forEach(vm -> {
                    List<Fault> faults = faults(group.id(), moved, vm);
                    if (!faults.isEmpty()) {
                        found.add(
                                new Leftover(
                                        site,
                                        group.id(),
                                        group.owner(),
                                        vm.id(),
                                        vm.name(),
                                        faults,
                                        running.contains(vm.id())));
                    }
                });
        return found;
    }

    /** When it was listed from end to end; empty when that failed the last time. */
    private Optional<Instant> listed(SiteId site) {
        return state.sweep(site).filter(sweep -> sweep.problem().isEmpty()).map(At.Sweep::at);
    }

    private Set<VmId> running(Group group) {
        Set<VmId> running = new HashSet<>();
        if (listed(group.owner()).isPresent()) {
            state.vms(group.owner())
                    .filter(vm -> vm.power() == Power.RUNNING)
                    .forEach(vm -> running.add(vm.id()));
        }
        return running;
    }

    private boolean spokenFor(SiteId site, Vm vm) {
        return state.groups()
                .filter(group -> group.owner().equals(site) || group.activeRun().isPresent())
                .anyMatch(group -> marked(vm, group.id()) || picks(group.id(), vm));
    }

    private boolean picks(GroupId group, Vm vm) {
        return Optional.ofNullable(pickers.get(group)).filter(p -> p.picks(vm)).isPresent();
    }

    private static boolean marked(Vm vm, GroupId group) {
        return vm.ownership().map(Ownership::group).filter(group::equals).isPresent();
    }

    /**
     * @param moved the tenure in which the owner was given the group; a site that never had it may
     *     have unmarked definitions that wait for a failover
     */
    private static List<Fault> faults(GroupId group, Epoch moved, Vm vm) {
        List<Fault> faults = new ArrayList<>();
        if (vm.power() != Power.OFF) {
            faults.add(Fault.ON);
        }
        if (vm.autostart()) {
            faults.add(Fault.AUTOSTART);
        }
        boolean hadIt = !moved.equals(Epoch.NONE);
        if (hadIt && !marked(vm, group)) {
            faults.add(Fault.UNMARKED);
        } else if (hadIt && vm.ownership().orElseThrow().epoch().before(moved)) {
            faults.add(Fault.STALE);
        }
        return faults;
    }
}
