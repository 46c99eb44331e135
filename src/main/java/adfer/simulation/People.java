package adfer.simulation;

import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Planner;
import adfer.run.Decision;
import adfer.run.Run;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader.Phase;
import adfer.run.TaskProgress.Status;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Group;
import adfer.state.Proofs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Operators, who press every button. */
final class People {
    private static final long HOPELESS = 200 * Events.SECOND;
    private static final long TIMEOUT = 10 * Events.SECOND;

    private final World world;
    private int wishes;
    private long publishedAt = Long.MIN_VALUE / 2;

    People(World world) {
        this.world = world;
    }

    /** Presses any button, now and again, as long as the storm lasts. */
    void fumble() {
        world.events.after(
                world.chance.millis(200, 5_000),
                () -> {
                    if (world.stormy()) {
                        Node node = world.chance.of(world.nodes);
                        if (world.theme == Theme.PARTED && node.up() && !node.frozen()) {
                            world.founders.fumble(node);
                        }
                        if (node.up() && !node.frozen()) {
                            Books.GROUPS.forEach(group -> fumble(node, group));
                            world.witnesses.fumble(node);
                        }
                        fumble();
                    }
                });
    }

    private void fumble(Node node, GroupId id) {
        Optional<Group> group = node.state().group(id);
        Optional<Run> run = group.flatMap(Group::activeRun).flatMap(node.state()::run);
        if (run.isPresent()) {
            fumble(node, run.get());
        } else if (group.isPresent()) {
            boolean proven = Proofs.of(node.state(), id, group.get().owner()).isPresent();
            if (world.chance.percent(proven ? 80 : world.theme.wishing())) {
                begin(node, id, proven ? Operation.FAILOVER : any());
            } else if (world.chance.percent(4)) {
                publish(node, world.books.publish(id));
            }
        }
    }

    private void publish(Node node, Command runbook) {
        publishedAt = world.events.now();
        propose(node, runbook);
    }

    /** At a node elsewhere, has the guards of what a site owns do the opposite of what they do. */
    void turnAround(SiteId site) {
        List<Node> elsewhere =
                world.nodes.stream().filter(n -> n.up() && !n.site.equals(site)).toList();
        if (world.stormy() && !elsewhere.isEmpty()) {
            Node node = world.chance.of(elsewhere);
            ClusterState state = node.state();
            state.groups()
                    .filter(group -> group.owner().equals(site))
                    .map(Group::id)
                    .forEach(group ->
                            publish(node, world.books.publish(group, !Books.keeps(state, group))));
        }
    }

    /** When a runbook was published last, in virtual time. */
    long publishedAt() {
        return publishedAt;
    }

    private Operation any() {
        return switch (world.chance.below(20)) {
            case 0, 1 -> Operation.FAILOVER;
            case 2 -> Operation.RESTART;
            default -> Operation.MIGRATION;
        };
    }

    private void begin(Node node, GroupId group, Operation operation) {
        var planned =
                Planner.plan(Planner.Request.of(operation, group), node.state(), node.wallClock());
        if (planned instanceof Result.Ok<Plan>(var plan)) {
            RunId run = new RunId("run-" + ++wishes);
            propose(node, new Command.StartRun(run, plan));
        }
    }

    private void fumble(Node node, Run run) {
        List<PlannedStep> steps = run.plan().steps();
        StepId step = world.chance.of(steps).id();
        int wish = world.chance.below(40);
        if (wish < 20) {
            propose(
                    node,
                    new Command.Decide(
                            run.id(),
                            switch (wish) {
                                case 0, 1 -> new Decision.Cancel();
                                case 2 -> new Decision.Pause();
                                case 3, 4, 5 -> new Decision.Resume();
                                case 6 -> new Decision.Reject(step);
                                case 7, 8, 9, 10, 11 -> new Decision.Approve(step);
                                case 12, 13 -> new Decision.Skip(step);
                                default -> new Decision.Retry(step);
                            }));
        }
    }

    private void propose(Node node, Command command) {
        node.propose(Fleet.jane(), command, TIMEOUT, reply -> {});
    }

    /** Does what a rested operator would, again and again. */
    void help() {
        world.nodes.stream()
                .filter(back -> back.up() && back.belonging().quarantined())
                .forEach(Node::rejoin);
        Node node = world.seat();
        node.state()
                .groups()
                .flatMap(group -> group.activeRun().stream())
                .flatMap(run -> node.state().run(run).stream())
                .forEach(run -> help(node, run));
        world.events.after(2 * Events.SECOND, this::help);
    }

    private void help(Node node, Run run) {
        if (unproven(node, run) || hopeless(node, run)) {
            propose(node, new Command.Decide(run.id(), new Decision.Cancel()));
        }
        if (run.header().phase() == Phase.PAUSED) {
            propose(node, new Command.Decide(run.id(), new Decision.Resume()));
        }
        for (PlannedStep step : run.plan().steps()) {
            if (run.stepStatus(step) == StepStatus.NEEDS_OPERATOR) {
                propose(node, new Command.Decide(run.id(), new Decision.Retry(step.id())));
            }
            if (asks(run, step)) {
                propose(node, new Command.Decide(run.id(), new Decision.Approve(step.id())));
            }
        }
    }

    /** It lost its proof, and its source lives, so that nobody can give it another. */
    private static boolean unproven(Node node, Run run) {
        return run.plan().operation() == Operation.FAILOVER
                && run.header().proof().isEmpty()
                && run.header().phase() == Phase.RUNNING
                && node.state()
                        .group(run.plan().group())
                        .filter(group -> group.owner().equals(run.plan().source()))
                        .isPresent();
    }

    /** It has not begun to move in all this time, since what it needs was skipped, say. */
    private boolean hopeless(Node node, Run run) {
        return world.calmFor() > HOPELESS
                && run.header().phase() == Phase.RUNNING
                && node.state()
                        .group(run.plan().group())
                        .filter(group -> group.owner().equals(run.plan().source()))
                        .isPresent();
    }

    private static boolean asks(Run run, PlannedStep step) {
        return Stream.of(step.tasks(), step.verify(), step.undo())
                .flatMap(List::stream)
                .flatMap(task -> run.progress(task.id()).stream())
                .anyMatch(p -> p.status() == Status.RUNNING && p.executor().isEmpty());
    }
}
