package adfer.simulation;

import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.plan.Operation;
import adfer.simulation.Counts.Of;
import adfer.simulation.Violation.Invariant;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares what was done by itself, in one generation, with what was allowed. */
final class Automation {
    private final World world;
    private final Map<SiteId, TreeMap<Long, Long>> verdicts = new HashMap<>();

    /** At which index each group was moved by itself. */
    private final Map<GroupId, Long> moved = new HashMap<>();

    Automation(World world) {
        this.world = world;
    }

    /** What a generation knows that takes over so much of this one's log. */
    Automation until(long index) {
        Automation known = new Automation(world);
        verdicts.forEach((site, times) ->
                known.verdicts.put(site, new TreeMap<>(times.headMap(index, true))));
        moved.forEach((group, when) -> {
            if (when <= index) {
                known.moved.put(group, when);
            }
        });
        return known;
    }

    void judged(long index, SiteId site) {
        verdicts.computeIfAbsent(site, s -> new TreeMap<>()).put(index, world.events.now());
    }

    void startedByItself(ClusterState before, Command.StartRun start) {
        if (start.plan().operation() != Operation.FAILOVER) {
            return;
        }
        world.counts.count(Of.FAILOVERS_BY_ITSELF);
        SiteId source = start.plan().source();
        GroupId group = start.plan().group();
        var automation = before.runbook(group).orElseThrow().runbook().automation();
        if (moved.putIfAbsent(group, before.index() + 1) != null) {
            throw notAllowed(group + " was moved by itself twice within the hour.");
        }
        boolean storm =
                before.openRuns()
                        .filter(run -> run.charter().by().equals(Autopilot.BY))
                        .filter(run -> run.plan().operation() == Operation.FAILOVER)
                        .anyMatch(run -> !run.plan().source().equals(source));
        if (storm) {
            throw notAllowed("Two sites' groups are moved by themselves at once.");
        }
        long since =
                Optional.ofNullable(verdicts.get(source))
                        .map(times -> times.floorEntry(start.plan().asOfIndex()))
                        .map(Map.Entry::getValue)
                        .orElse(world.events.now());
        Duration stood = Duration.ofNanos(world.events.now() - since);
        if (stood.compareTo(least(automation.dwell())) < 0) {
            throw notAllowed(
                    group + " was moved after " + stood + ", not " + automation.dwell() + ".");
        }
    }

    /** What the slowest clock that is allowed takes for a time. */
    private Duration least(Duration time) {
        long nanos = time.toNanos();
        return Duration.ofNanos(nanos - nanos / 1_000_000 * world.profile.drift() * 2);
    }

    private static Violation notAllowed(String what) {
        return new Violation(Invariant.BY_ITSELF_AS_ALLOWED, what);
    }
}
