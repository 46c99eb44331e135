package adfer.run;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.kernel.VmId;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.TaskProgress.Status;
import adfer.state.Applied;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Transition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What must hold in the world whatever happens. */
final class WorldChecks {
    private final World world;
    private final SortedMap<GroupId, List<VmId>> vms = new TreeMap<>();
    private final SortedMap<String, Integer> retries = new TreeMap<>();
    private final List<Entry> log = new ArrayList<>();

    WorldChecks(World world) {
        this.world = world;
    }

    void watch(GroupId group, List<VmId> of) {
        vms.put(group, of);
    }

    List<VmId> vms(GroupId group) {
        return vms.getOrDefault(group, List.of());
    }

    void neverInBothSites(VmId started) {
        vms.forEach((group, of) -> {
            if (of.contains(started)) {
                assertThat(world.sites.values().stream().filter(site -> site.runsAny(of)))
                        .as("sites that run group %s", group)
                        .hasSizeLessThanOrEqualTo(1);
            }
        });
    }

    void applied(ClusterState before, Entry entry, Applied applied) {
        log.add(entry);
        for (Key key : applied.touched()) {
            if (key.kind() == Kind.GROUP) {
                before.find(key).map(Group.class::cast).ifPresent(old -> changed(old, applied));
            }
        }
        if (applied.reply() instanceof Reply.Accepted
                && entry.command() instanceof Command.Decide(RunId run, Decision.Retry(var step))) {
            retries.merge(run + "/" + step, 1, Integer::sum);
        }
    }

    private static void changed(Group old, Applied applied) {
        Group now = applied.state().group(old.id()).orElseThrow();
        assertThat(now.epoch()).as("epoch of %s", old.id()).isGreaterThanOrEqualTo(old.epoch());
        if (!now.owner().equals(old.owner())) {
            assertThat(now.epoch()).as("epoch of %s", old.id()).isEqualTo(old.epoch().next());
        }
    }

    /** Equal logs make equal states, and what was done was done as often as it should be. */
    void atTheEnd() {
        ClusterState again = ClusterState.EMPTY;
        for (Entry entry : log) {
            again = Transition.apply(again, again.index() + 1, entry).state();
        }
        assertThat(again.fingerprint()).isEqualTo(world.state.fingerprint());
        world.state
                .runs()
                .map(header -> world.state.run(header.id()))
                .flatMap(Optional::stream)
                .forEach(this::ended);
    }

    private void ended(Run run) {
        boolean done = run.header().phase() == RunHeader.Phase.DONE;
        for (PlannedStep step : run.plan().steps()) {
            for (Task task : Run.everyTask(step).toList()) {
                if (done && !run.isUndo(task.id())) {
                    assertThat(run.complete(task)).as("%s of %s", task.id(), run.id()).isTrue();
                }
                run.progress(task.id()).ifPresent(p -> scriptRanOnce(run, step, task, p));
            }
        }
    }

    private void scriptRanOnce(Run run, PlannedStep step, Task task, TaskProgress progress) {
        if (task.action() instanceof TaskAction.RunScript script && script.observe().isEmpty()) {
            int rounds = 1 + retries.getOrDefault(run.id() + "/" + step.id(), 0);
            int wanted = rounds * step.retry().attempts();
            int effects = world.effects(run.id(), task.id().value());
            assertThat(effects)
                    .as("effects of %s in %s", task.id(), run.id())
                    .isBetween(progress.status() == Status.DONE ? 1 : 0, wanted);
        }
    }
}
