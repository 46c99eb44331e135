package adfer.simulation;

import adfer.inventory.At;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.lease.Lease;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Group;
import adfer.state.Stance;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Starts again, at the leader, what the end of a lease has stopped. */
final class Pilot {
    private static final long LOOK_AGAIN = Events.SECOND;
    private static final long PATIENCE = 10 * Events.SECOND;

    private final Node node;
    private final Map<GroupId, Tenure> tenures = new HashMap<>();
    private boolean open;

    /** A lease as it is held, since when by this node's clock, and the site's listing then. */
    private record Tenure(Epoch epoch, long since, Instant listing) {}

    Pilot(Node node) {
        this.node = node;
    }

    void begin() {
        tenures.clear();
        open = false;
        look();
    }

    private void look() {
        node.after(
                LOOK_AGAIN,
                () -> {
                    ClusterState state = node.state();
                    for (Group group : state.groups().toList()) {
                        Optional<Tenure> tenure = note(state, group);
                        if (node.member.leading() && !open && tenure.isPresent()) {
                            consider(state, group, tenure.get());
                        }
                    }
                    look();
                });
    }

    private Optional<Tenure> note(ClusterState state, Group group) {
        Optional<Lease> lease = state.lease(group.id()).filter(Lease::held);
        if (lease.isEmpty()) {
            tenures.remove(group.id());
            return Optional.empty();
        }
        Epoch epoch = lease.get().epoch();
        return Optional.of(
                tenures.compute(
                        group.id(),
                        (id, known) ->
                                known != null && known.epoch().equals(epoch)
                                        ? known
                                        : new Tenure(epoch, node.clock(), listing(state, group))));
    }

    private static Instant listing(ClusterState state, Group group) {
        return state.sweep(group.owner()).map(At.Sweep::at).orElse(Instant.EPOCH);
    }

    private void consider(ClusterState state, Group group, Tenure tenure) {
        Duration held = Duration.ofNanos(node.clock() - tenure.since());
        boolean listed = listing(state, group).isAfter(tenure.listing());
        Autopilot.Held known = new Autopilot.Held(Duration.ZERO, held, listed);
        if (Autopilot.settled(state, group, known)) {
            propose(new Command.SettleLease(group.id(), tenure.epoch()));
            return;
        }
        Autopilot.consider(state, group, known, (operation, id) -> plan(state, operation, id))
                .filter(stance -> stance.kind() == Stance.Kinds.RESTARTS)
                .flatMap(stance -> plan(state, Operation.RESTART, group.id()))
                .ifPresent(plan ->
                        propose(new Command.StartRun(new RunId("restart-" + state.index()), plan)));
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
