package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.run.TaskProgress.Executor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The putting right of what a site has left over of a group that it doesn't own: the latest order,
 * and what came of it.
 *
 * @param epoch the group's at the order, which its VMs there are marked with
 * @param vms what is stopped and marked, and whose autostart is switched off
 * @param undefine whether their definitions are removed afterwards
 * @param order the log index of the order
 * @param executor which node was told, in which of its lives
 * @param within longer than it can take; after that nobody waits for the outcome any more
 */
public record Reconciliation(
        SiteId site,
        GroupId group,
        Epoch epoch,
        List<VmId> vms,
        boolean undefine,
        long order,
        Actor by,
        String reason,
        Executor executor,
        Duration within,
        Instant at,
        Optional<Outcome> outcome)
        implements Entity {
    public Reconciliation {
        vms = List.copyOf(vms);
    }

    /**
     * What the executor observed.
     *
     * @param done whether each VM was seen as it should be
     * @param sentence how they were seen, or what stands against it
     */
    public record Outcome(boolean done, String sentence, Instant at) {}

    /** How it stands. */
    public enum Standing {
        UNDER_WAY,
        DONE,
        FAILED,
        /** The executor is gone, or silent for too long; it may be ordered again. */
        IN_DOUBT
    }

    Reconciliation with(Outcome seen) {
        return new Reconciliation(
                site,
                group,
                epoch,
                vms,
                undefine,
                order,
                by,
                reason,
                executor,
                within,
                at,
                Optional.of(seen));
    }

    public Standing standing(ClusterState state) {
        if (outcome.isPresent()) {
            return outcome.get().done() ? Standing.DONE : Standing.FAILED;
        }
        boolean alive =
                state.session(executor.node())
                        .filter(session -> session.incarnation() == executor.incarnation())
                        .isPresent();
        return alive && state.now().isBefore(at.plus(within))
                ? Standing.UNDER_WAY
                : Standing.IN_DOUBT;
    }

    /** In one sentence. */
    public String sentence(ClusterState state) {
        String what = "What site " + site + " has left over of " + group;
        return switch (standing(state)) {
            case UNDER_WAY -> what + " is being put right by node " + executor.node() + ".";
            case DONE -> what + " was put right: " + outcome.orElseThrow().sentence();
            case FAILED -> what + " could not be put right: " + outcome.orElseThrow().sentence();
            case IN_DOUBT ->
                    what
                            + " was to be put right by node "
                            + executor.node()
                            + ", which has not said what came of it. Order it again.";
        };
    }

    @Override
    public Key key() {
        return key(site, group);
    }

    public static Key key(SiteId site, GroupId group) {
        return new Key(Kind.RECONCILIATION, site + "/" + group);
    }
}
