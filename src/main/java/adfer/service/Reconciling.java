package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.Actor;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.mesh.NodeSession;
import adfer.mesh.Topology;
import adfer.run.TaskProgress.Executor;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Leftovers;
import adfer.state.Reconciliation;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** How what a site has left over of services that it doesn't own is shown, and put right. */
public final class Reconciling {

    private final Topology topology;
    private final Replica replica;
    private final Desk desk;
    private final Predicate<NodeSession> reachable;
    private final Duration within;

    /**
     * @param reachable whether a node is heard at the moment
     * @param within how long an outcome is waited for
     */
    public Reconciling(
            Topology topology,
            Replica replica,
            Desk desk,
            Predicate<NodeSession> reachable,
            Duration within) {
        this.topology = topology;
        this.replica = replica;
        this.desk = desk;
        this.reachable = reachable;
        this.within = within;
    }

    /** What is left over at all sites. */
    public List<Views.LeftoverView> leftovers(Principal who) {
        ClusterState state = replica.state();
        return Leftovers.of(state).stream()
                .map(Portrait::leftover)
                .filter(one -> who.may(Right.LOOK, Places.of(state, one.group())))
                .toList();
    }

    public Result<Views.ReconcileView> view(Principal who, SiteId site) {
        Optional<Problem> forbidden = who.refused(Right.LOOK, Place.site(site));
        return forbidden.isPresent() ? new Result.Refused<>(List.of(forbidden.get())) : view(site);
    }

    private Result<Views.ReconcileView> view(SiteId site) {
        boolean known = topology.dataCentres().stream().anyMatch(dc -> dc.id().equals(site));
        return known
                ? Result.ok(view(replica.state(), site))
                : Result.refused("no-such-site", "There is no data centre " + site + ".");
    }

    private static Views.ReconcileView view(ClusterState state, SiteId site) {
        return new Views.ReconcileView(
                site,
                Leftovers.of(state, site).stream().map(Portrait::leftover).toList(),
                phrase(site, false),
                phrase(site, true),
                state.reconciliations()
                        .filter(one -> one.site().equals(site))
                        .map(one ->
                                new Views.ReconciledView(
                                        one.group(),
                                        one.standing(state),
                                        one.at(),
                                        one.sentence(state)))
                        .toList());
    }

    private static String phrase(SiteId site, boolean undefine) {
        return (undefine ? "reconcile and undefine at site " : "reconcile site ") + site;
    }

    /** What could not be put right, and what is under way. */
    static List<String> waiting(ClusterState state, Principal who) {
        return state.reconciliations()
                .filter(one -> who.may(Right.LOOK, Place.site(one.site())))
                .filter(one -> one.standing(state) != Reconciliation.Standing.DONE)
                .filter(one -> !Leftovers.of(state, one.site()).isEmpty())
                .map(one -> one.sentence(state))
                .toList();
    }

    /**
     * Orders that leftovers of a site are put right.
     *
     * @param shown those that the person was shown
     * @param undefine whether their definitions are removed as well
     * @param typed has to be the phrase of the view
     */
    public Result<Views.ReconcileView> order(
            Principal who,
            String request,
            String reason,
            SiteId site,
            List<VmId> shown,
            boolean undefine,
            String typed) {
        Optional<Problem> forbidden = who.refused(Right.RECONCILE, Place.site(site));
        if (forbidden.isPresent()) {
            return new Result.Refused<>(List.of(forbidden.get()));
        }
        if (!typed.strip().equals(phrase(site, undefine))) {
            return Result.refused(
                    "not-confirmed", "Type \"" + phrase(site, undefine) + "\" to confirm.");
        }
        return view(site)
                .then(now ->
                        desk.answered(request).isPresent() ? Result.ok(now) : compared(now, shown))
                .then(now -> executor(replica.state(), site))
                .then(executor ->
                        submit(
                                who.actor(),
                                request,
                                reason,
                                new Command.OrderReconcile(
                                        site, shown, undefine, executor, within)));
    }

    private static Result<Views.ReconcileView> compared(Views.ReconcileView now, List<VmId> shown) {
        List<VmId> found = now.leftovers().stream().map(Views.LeftoverView::vm).toList();
        return new HashSet<>(found).containsAll(shown)
                ? Result.ok(now)
                : Result.refused(
                        "leftovers-changed",
                        "What was confirmed is not what is left over now. Look again, then confirm"
                                + " that.");
    }

    private Result<Executor> executor(ClusterState state, SiteId site) {
        return state.sessions()
                .filter(session -> session.worker() && session.site().equals(site))
                .filter(reachable)
                .findFirst()
                .map(session -> Result.ok(new Executor(session.node(), session.incarnation())))
                .orElseGet(() ->
                        Result.refused(
                                "no-node",
                                "No node of site "
                                        + site
                                        + " can be reached, so nothing can be put right there."));
    }

    private Result<Views.ReconcileView> submit(
            Actor actor, String request, String reason, Command.OrderReconcile order) {
        return desk.submit(actor, request, reason, order).then(ignored -> view(order.site()));
    }
}
