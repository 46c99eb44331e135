package adfer.simulation;

import adfer.inventory.Host;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.FenceOrders;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Stance;
import adfer.state.Vigil;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Does, at the leader, what {@link Autopilot} decides: acts first, and says so then. */
final class Pilot {
    private static final long LOOK_AGAIN = Events.SECOND;
    private static final long PATIENCE = 10 * Events.SECOND;

    private final Node node;
    private final FenceOrders fences;
    private Vigil vigil = Vigil.NONE;
    private int runs;
    private boolean open;

    Pilot(Node node) {
        this.node = node;
        this.fences =
                new FenceOrders(session ->
                        node.member.hears(node.world.node(session.node()), session.incarnation()));
    }

    void begin() {
        vigil = Vigil.NONE;
        open = false;
        look();
    }

    private void look() {
        node.after(
                LOOK_AGAIN,
                () -> {
                    ClusterState state = node.state();
                    vigil = vigil.noted(state, node.clock());
                    if (node.member.leading() && !open) {
                        fences.doubtful(state).forEach(this::propose);
                        state.groups().forEach(group -> consider(state, group));
                    }
                    look();
                });
    }

    private void consider(ClusterState state, Group group) {
        Autopilot.Held held = held(state, group);
        if (Autopilot.settled(state, group, held)) {
            propose(new Command.SettleLease(group.id(), group.epoch()));
        }
        if (!open) {
            Autopilot.consider(state, group, held, (operation, id) -> plan(state, operation, id))
                    .filter(stance -> !Autopilot.known(state, stance))
                    .ifPresent(stance -> take(state, stance));
        }
    }

    private Autopilot.Held held(ClusterState state, Group group) {
        Autopilot.Held held = vigil.held(state, group, node.clock());
        return node.world.mutated(Mutation.NO_DWELL)
                ? new Autopilot.Held(Duration.ofDays(1), held.tenure(), held.listed())
                : held;
    }

    private void take(ClusterState state, Stance stance) {
        Deque<Command> commands = new ArrayDeque<>();
        switch (stance.kind()) {
            case ACTS -> commands.add(start(state, Operation.FAILOVER, stance.group()));
            case RESTARTS -> commands.add(start(state, Operation.RESTART, stance.group()));
            case FENCES -> commands.addAll(orders(state, stance.group()));
            case IDLE, WAITS, PROPOSES, DECLINES -> {}
        }
        open = true;
        commit(stance, commands);
    }

    private Command start(ClusterState state, Operation operation, GroupId group) {
        RunId run =
                new RunId(
                        "%s-%s-%d-%d".formatted(operation.word(), node.name, node.life(), ++runs));
        return new Command.StartRun(run, plan(state, operation, group).orElseThrow());
    }

    private List<Command> orders(ClusterState state, GroupId group) {
        var lost = state.group(group).orElseThrow().owner();
        return fences.orders(state, lost, state.hosts(lost).map(Host::id).toList())
                        instanceof Result.Ok<List<Command>>(var orders)
                ? orders
                : List.of();
    }

    /** One after the other; where one is refused, that is what is said. */
    private void commit(Stance stance, Deque<Command> left) {
        Command next = left.poll();
        Command command = next == null ? new Command.TakeStance(stance) : next;
        node.propose(
                Autopilot.BY,
                command,
                PATIENCE,
                reply -> {
                    if (next == null || reply.isEmpty()) {
                        open = false;
                    } else {
                        commit(
                                reply.get() instanceof Reply.Rejected(long ignored, var problem)
                                        ? stance.declined(problem.sentence())
                                        : stance,
                                left);
                    }
                });
    }

    private Optional<Plan> plan(ClusterState state, Operation operation, GroupId group) {
        return Planner.plan(Planner.Request.of(operation, group), state, node.wallClock())
                        instanceof Result.Ok<Plan>(var plan)
                ? Optional.of(plan)
                : Optional.empty();
    }

    private void propose(Command command) {
        open = true;
        node.propose(Autopilot.BY, command, PATIENCE, reply -> open = false);
    }
}
