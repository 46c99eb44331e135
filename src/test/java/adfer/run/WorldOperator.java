package adfer.run;

import static adfer.run.Bench.JANE;

import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.plan.PlannedStep;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;
import adfer.state.AttestationTerms;
import adfer.state.Command;
import adfer.state.Group;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** The people of the world: they press every button, but attest only what is so. */
final class WorldOperator {
    private final World world;
    private final SplittableRandom random;
    private int wishes;

    WorldOperator(World world) {
        this.world = world;
        this.random = world.random;
    }

    /** Presses any button, now and again. */
    void fumbleEvery(int atMostMillis) {
        world.after(
                Duration.ofMillis(random.nextInt(atMostMillis)),
                () -> {
                    if (world.stormy) {
                        world.state.groups().toList().forEach(this::fumble);
                        fumbleEvery(atMostMillis);
                    }
                });
    }

    private void fumble(Group group) {
        group.activeRun()
                .flatMap(world.state::run)
                .ifPresentOrElse(this::fumble, () -> begin(group));
    }

    private void fumble(Run run) {
        List<PlannedStep> steps = run.plan().steps();
        StepId step = steps.get(random.nextInt(steps.size())).id();
        boolean lost = !world.site(run.plan().source()).alive;
        Decision decision =
                switch (random.nextInt(20)) {
                    case 0 -> new Decision.Cancel();
                    case 1, 2 -> new Decision.Pause();
                    case 3, 4, 5 -> new Decision.Resume();
                    case 6 -> new Decision.Reject(step);
                    case 7, 8, 9 -> new Decision.Approve(step);
                    case 10, 11, 12, 13 -> new Decision.Skip(step);
                    case 14, 15 -> {
                        if (lost) {
                            attest(run.plan().source());
                        }
                        yield new Decision.Resume();
                    }
                    default -> new Decision.Retry(step);
                };
        decide(run.id(), decision);
    }

    private void decide(RunId run, Decision decision) {
        String wish = "wish-" + wishes++;
        var command = new Command.Decide(run, decision);
        var reply = world.apply(wish, JANE, "because", command);
        if (world.chance(20)) {
            var again = world.apply(wish, JANE, "because", command);
            if (!again.equals(reply)) {
                throw new AssertionError("one wish had two answers: " + reply + ", " + again);
            }
        }
    }

    void begin(Group group) {
        SiteId source = group.owner();
        SiteId target = source.equals(Plans.A) ? Plans.B : Plans.A;
        boolean lost = !world.site(source).alive;
        Operation operation = lost ? Operation.FAILOVER : Operation.MIGRATION;
        String[] vms =
                world.checks.vms(group.id()).stream().map(Object::toString).toArray(String[]::new);
        var steps = WorldPlans.random(random, operation, source, target, vms);
        var plan = Plans.plan(operation, group.id().value(), source, target, group.epoch(), steps);
        if (lost) {
            attest(source);
        }
        RunId run = new RunId("run-" + wishes++);
        world.apply("", JANE, "", new Command.StartRun(run, plan));
    }

    /** Two people say so anew: what was said earlier may have been of an earlier loss. */
    private void attest(SiteId site) {
        world.apply("", JANE, "", new Command.WithdrawAttestation(site));
        world.apply(
                "",
                JANE,
                "",
                new Command.Attest(
                        site, "I see it burn", world.state.index(), AttestationTerms.DEFAULT));
        world.state
                .attestation(site)
                .ifPresent(said ->
                        world.apply(
                                "",
                                Bench.BOB,
                                "",
                                new Command.ConfirmAttestation(site, said.index())));
    }

    /** Does what a rested operator would. */
    void help() {
        World.activeRuns(world.state)
                .forEach(id -> {
                    Run run = world.state.run(id).orElseThrow();
                    if (run.header().phase() == Phase.PAUSED) {
                        decide(id, new Decision.Resume());
                    }
                    for (PlannedStep step : run.plan().steps()) {
                        if (run.stepStatus(step) == StepStatus.NEEDS_OPERATOR) {
                            decide(id, new Decision.Retry(step.id()));
                        }
                        if (asks(run, step)) {
                            decide(id, new Decision.Approve(step.id()));
                        }
                    }
                });
    }

    private static boolean asks(Run run, PlannedStep step) {
        return Run.everyTask(step)
                .flatMap(task -> run.progress(task.id()).stream())
                .anyMatch(p -> p.status() == Status.RUNNING && p.executor().isEmpty());
    }
}
