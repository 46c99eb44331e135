package adfer.service;

import adfer.access.Deed;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.state.Command;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What nodes have announced of themselves, and its end where one is gone for good: else what it
 * demanded would hold for ever.
 */
public final class Nodes {
    private final Replica replica;
    private final Desk desk;
    private final Seconding seconding;
    private final Predicate<NodeId> heard;

    /**
     * @param heard whether any node hears this one
     */
    public Nodes(Replica replica, Desk desk, Seconding seconding, Predicate<NodeId> heard) {
        this.replica = replica;
        this.desk = desk;
        this.seconding = seconding;
        this.heard = heard;
    }

    /**
     * What a node announced.
     *
     * @param twoPeople for what it demands a second person
     * @param heard whether any node hears it now
     */
    public record Announced(
            NodeId node,
            SiteId site,
            Instant startedAt,
            String version,
            List<Deed> twoPeople,
            boolean heard) {
        public Announced {
            twoPeople = List.copyOf(twoPeople);
        }
    }

    public List<Announced> list(Principal who) {
        return who.maySomewhere(Right.LOOK)
                ? replica.state().sessions().map(this::view).toList()
                : List.of();
    }

    private Announced view(NodeSession session) {
        return new Announced(
                session.node(),
                session.site(),
                session.startedAt(),
                session.version(),
                session.twoPeople(),
                heard.test(session.node()));
    }

    /**
     * Forgets a node that nobody hears. Should it come back, it announces itself anew, with all it
     * demands.
     */
    public Result<Asked<Announced>> forget(
            Principal who, String request, String reason, NodeId node) {
        return Places.allowed(who, Right.FORGET_NODE, Place.CLUSTER)
                .then(ignored -> gone(node))
                .then(session -> {
                    Command forget = new Command.ForgetNode(node, session.incarnation());
                    Announced view = view(session);
                    return seconding.demandedToForget(who, session)
                            ? wish(who, request, reason, session, forget)
                            : desk.submit(who.actor(), request, reason, forget)
                                    .map(ignored -> new Asked.Done<>(view));
                });
    }

    private Result<Asked<Announced>> wish(
            Principal who, String request, String reason, NodeSession session, Command forget) {
        Seconding.Wanted wanted =
                new Seconding.Wanted(
                        Right.FORGET_NODE,
                        Place.CLUSTER,
                        "node " + session.node() + " is to be forgotten" + demands(session),
                        "forget " + session.node(),
                        List.of(forget));
        return seconding.propose(who, request, reason, wanted).map(Asked.Waits::new);
    }

    private static String demands(NodeSession session) {
        return Deed.words(session.twoPeople())
                .map(deeds -> ", with its demand of two people for " + deeds)
                .orElse("");
    }

    /** Whether what a wish would forget, if anything, is gone still. */
    Result<Boolean> stillGone(String wish) {
        return replica.state().wish(wish).stream()
                .flatMap(known -> known.commands().stream())
                .flatMap(command ->
                        command instanceof Command.ForgetNode forget
                                ? Stream.of(forget.node())
                                : Stream.empty())
                .findFirst()
                .map(node -> gone(node).map(ignored -> true))
                .orElseGet(() -> Result.ok(true));
    }

    private Result<NodeSession> gone(NodeId node) {
        Optional<NodeSession> session = replica.state().session(node);
        if (session.isEmpty()) {
            return Result.refused(
                    "no-such-node",
                    "Nothing is known of a node " + node + ", or it was forgotten already.");
        }
        return heard.test(node)
                ? Result.refused(
                        "node-lives",
                        "Node "
                                + node
                                + " is heard. Forgotten is only one that is gone for good; change"
                                + " the configuration of one that lives, and start it again.")
                : Result.ok(session.get());
    }
}
