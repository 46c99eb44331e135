package adfer.run;

import static adfer.run.Plans.ownership;
import static adfer.run.Plans.step;

import adfer.kernel.SiteId;
import adfer.plan.Operation;
import adfer.run.Plans.StepOf;
import adfer.runbook.Check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Plans as runbooks would yield them, made up from a seed. */
final class WorldPlans {
    private WorldPlans() {}

    static StepOf[] random(
            SplittableRandom random,
            Operation operation,
            SiteId source,
            SiteId target,
            String... vms) {
        boolean planned = operation == Operation.MIGRATION;
        List<StepOf> steps = new ArrayList<>();
        steps.add(
                step("prepare")
                        .script(target, "prepare", observe(random))
                        .undoScript(target, "tidy")
                        .retry(1 + random.nextInt(2), Duration.ofSeconds(5)));
        steps.add(planned ? stops(random, source, vms) : step("stop").after("prepare").skipped());
        steps.add(step("hollow").after("stop"));
        StepOf move = ownership().after("hollow");
        steps.add(planned || random.nextBoolean() ? move : move.noWayBack());
        steps.add(starts(random, target, vms));
        steps.add(step("promote").after("start").script(target, "promote", Optional.empty()));
        steps.add(
                step("settle")
                        .after("start")
                        .pause(Optional.of(Duration.ofSeconds(random.nextInt(60)))));
        steps.add(step("sign-off").after("promote", "settle").approve());
        return steps.toArray(StepOf[]::new);
    }

    private static StepOf stops(SplittableRandom random, SiteId source, String... vms) {
        StepOf step = step("stop").after("prepare").atOnce(1 + random.nextInt(3));
        step.retry(1 + random.nextInt(3), Duration.ofSeconds(5));
        for (int i = 0; i < vms.length; i++) {
            step.wave(random.nextInt(i + 1)).stops(source, vms[i]);
        }
        return step.wave(0).undoStarts(source, vms);
    }

    private static StepOf starts(SplittableRandom random, SiteId target, String... vms) {
        StepOf step = step("start").after("ownership").perHost(1 + random.nextInt(3));
        step.retry(1 + random.nextInt(3), Duration.ofSeconds(5));
        for (int i = 0; i < vms.length; i++) {
            step.wave(random.nextInt(i + 1)).starts(target, vms[i]);
        }
        return step.wave(0).verify(target).undoStops(target, vms);
    }

    private static Optional<Check> observe(SplittableRandom random) {
        return random.nextBoolean() ? Optional.of(Plans.check()) : Optional.empty();
    }
}
