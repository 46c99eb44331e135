package adfer.plan;

import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.Result;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a group could be failed over if its site were lost this moment.
 *
 * @param obstacles why not
 * @param warnings what would be worse than it should
 * @param plan what would be done; empty when nothing can be planned at all
 */
public record Readiness(
        GroupId group,
        Level level,
        List<Problem> obstacles,
        List<Problem> warnings,
        Optional<Plan> plan) {
    public Readiness {
        obstacles = List.copyOf(obstacles);
        warnings = List.copyOf(warnings);
    }

    public enum Level {
        READY,
        READY_WITH_WARNINGS,
        NOT_READY
    }

    public static Readiness of(GroupId group, World world, Instant now) {
        return of(group, new Planner(world), now);
    }

    /**
     * @param planner asked for many groups of one state, it reads the inventory once
     */
    public static Readiness of(GroupId group, Planner planner, Instant now) {
        Planner.Request request = Planner.Request.of(Operation.FAILOVER, group).asIfLost();
        return switch (planner.plan(request, now)) {
            case Result.Refused<Plan>(var problems) ->
                    new Readiness(group, Level.NOT_READY, problems, List.of(), Optional.empty());
            case Result.Ok<Plan>(var plan) ->
                    new Readiness(
                            group,
                            level(plan),
                            plan.refusals(),
                            plan.warnings(),
                            Optional.of(plan));
        };
    }

    private static Level level(Plan plan) {
        if (!plan.executable()) {
            return Level.NOT_READY;
        }
        return plan.warnings().isEmpty() ? Level.READY : Level.READY_WITH_WARNINGS;
    }
}
