package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.GlassUse;
import adfer.state.Group;
import adfer.state.Published;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The only way in: everything that REST, console and command line can ask of this node. Queries
 * answer from this node's copy and say as of which index; whatever changes something goes through
 * the log.
 */
public final class Adfer {
    private final Replica replica;
    private final Desk desk;
    private final AuditTrail trail;
    private final Runs runs;
    private final Watch watch;
    private final Proving proving;
    private final Reconciling reconciling;
    private final Takeover takeover;
    private final Quarantine quarantine;
    private final Accounts accounts;
    private final ApiTokens tokens;
    private final Sessions sessions;
    private final Seconding seconding;
    private final Nodes nodes;
    private final TestCalls testCalls;
    private final Glass glass;
    private final Portrait portrait;
    private final InstantSource clock;

    /**
     * @param proving how it is proven that a site is off
     * @param reconciling how leftovers are put right
     */
    public Adfer(
            Replica replica,
            Desk desk,
            AuditTrail trail,
            Runs runs,
            Watch watch,
            Proving proving,
            Reconciling reconciling,
            Takeover takeover,
            Quarantine quarantine,
            Expiry expiry,
            Accounts accounts,
            ApiTokens tokens,
            Sessions sessions,
            Seconding seconding,
            Nodes nodes,
            TestCalls testCalls,
            Glass glass,
            Ways ways,
            InstantSource clock) {
        this.replica = replica;
        this.desk = desk;
        this.trail = trail;
        this.runs = runs;
        this.watch = watch;
        this.proving = proving;
        this.reconciling = reconciling;
        this.takeover = takeover;
        this.quarantine = quarantine;
        this.accounts = accounts;
        this.tokens = tokens;
        this.sessions = sessions;
        this.seconding = seconding;
        this.nodes = nodes;
        this.testCalls = testCalls;
        this.glass = glass;
        this.portrait = new Portrait(watch, quarantine, expiry, ways);
        this.clock = clock;
    }

    /** How far this node's copy of the state is. */
    public long index() {
        return replica.state().index();
    }

    /** How far this node's copy is, and what sums it up. */
    public Views.StateView standing() {
        ClusterState state = replica.state();
        return new Views.StateView(
                state.index(), state.fingerprint(), state.entities().size(), state.audits());
    }

    /**
     * Waits until this node's copy has everything that was acknowledged anywhere before the call.
     *
     * @return the index reached, or why it could not be had
     */
    public Result<Long> catchUp() {
        return desk.catchUp();
    }

    public Views.Overview overview(Principal who) {
        ClusterState state = replica.state();
        return portrait.overview(state, replica.leadership(), clock.instant(), who, waiting(who));
    }

    /** Which accounts behind glass were used, who waits for whom, and where there are no two. */
    private List<String> waiting(Principal who) {
        Instant now = clock.instant();
        return Stream.of(
                        glass.untold().stream(),
                        replica.state()
                                .glassUses()
                                .filter(use -> use.recent(now))
                                .map(GlassUse::sentence),
                        seconding.list(who).stream().map(Views.WishView::sentence),
                        trail.trouble(who).stream(),
                        Stream.of(seconding.tooFew(), seconding.disagreement())
                                .flatMap(Optional::stream)
                                .filter(ignored -> who.may(Right.MANAGE_PEOPLE, Place.CLUSTER)))
                .flatMap(sentences -> sentences)
                .toList();
    }

    /** Whether somebody may do something to a group. */
    public boolean may(Principal who, Right right, GroupId group) {
        return who.may(right, Places.of(replica.state(), group));
    }

    /** Who there is. */
    public Accounts accounts() {
        return accounts;
    }

    /** What programs show. */
    public ApiTokens tokens() {
        return tokens;
    }

    /** Who is signed in. */
    public Sessions sessions() {
        return sessions;
    }

    /** What nodes have announced. */
    public Nodes nodes() {
        return nodes;
    }

    /** Whether people can be called from this node. */
    public TestCalls testCalls() {
        return testCalls;
    }

    /** What waits for a second person. */
    public Seconding seconding() {
        return seconding;
    }

    /**
     * The second person's word: carries out what waits.
     *
     * @param typed {@link Views.WishView#phrase}
     */
    public Result<Views.WishView> second(Principal who, String request, String id, String typed) {
        return catchUp()
                .then(ignored -> nodes.stillGone(id))
                .then(ignored -> seconding.second(who, request, id, typed));
    }

    public Watch watch() {
        return watch;
    }

    /** Attestations that a site is off. */
    public Proving proving() {
        return proving;
    }

    /** What sites have left over of services that they don't own. */
    public Reconciling reconciling() {
        return reconciling;
    }

    /** The way on where the majority is gone for good. */
    public Takeover takeover() {
        return takeover;
    }

    /** What this node is in where another has taken over. */
    public Quarantine quarantine() {
        return quarantine;
    }

    /** Where all nodes answer, as they announce it: whoever signs in at one is in at the others. */
    public List<String> addresses(Principal who) {
        return who.maySomewhere(Right.LOOK)
                ? replica.state().sessions().map(NodeSession::address).toList()
                : List.of();
    }

    public Optional<Views.ServiceView> service(Principal who, GroupId id) {
        ClusterState state = replica.state();
        return portrait.services(state, clock.instant()).stream()
                .filter(service -> service.id().equals(id) && Places.sees(who, state, id))
                .findFirst();
    }

    /** Plans, the runs that carry them out, and what operators say to them. */
    public Runs runs() {
        return runs;
    }

    /** The audit trail. */
    public AuditTrail trail() {
        return trail;
    }

    /** Those that this person may see. */
    public List<Published> runbooks(Principal who) {
        ClusterState state = replica.state();
        return state.groups()
                .map(Group::id)
                .filter(id -> Places.sees(who, state, id))
                .flatMap(id -> state.runbook(id).stream())
                .toList();
    }

    public Optional<Published> runbook(Principal who, GroupId id) {
        ClusterState state = replica.state();
        return state.runbook(id).filter(ignored -> Places.sees(who, state, id));
    }

    /** Publishes a runbook that was read and found good. */
    public Result<Published> publish(
            Principal who, String request, Bundle bundle, Runbook runbook) {
        // What it protects now and what it protects then: nobody takes a service in by its labels.
        return Places.allowed(who, Right.PUBLISH, Places.of(runbook))
                .then(ignored ->
                        replica.state()
                                .runbook(bundle.group())
                                .map(old ->
                                        Places.allowed(
                                                who, Right.PUBLISH, Places.of(old.runbook())))
                                .orElseGet(() -> Result.ok(true)))
                .then(ignored -> publishAllowed(who, request, bundle, runbook));
    }

    private Result<Published> publishAllowed(
            Principal who, String request, Bundle bundle, Runbook runbook) {
        return desk.submit(who.actor(), request, "", new Command.PublishRunbook(bundle, runbook))
                .then(ignored ->
                        replica.state()
                                .runbook(bundle.group())
                                .<Result<Published>>map(Result::ok)
                                .orElseGet(() ->
                                        Result.refused(
                                                "not-found", "The runbook was replaced at once.")));
    }

    /** Listens to every change this node applies; see {@link Replica.Listener}. */
    public void listen(Replica.Listener listener) {
        replica.listen(listener);
    }

    public void unlisten(Replica.Listener listener) {
        replica.unlisten(listener);
    }

    /**
     * A site's inventory, with the VMs whose name, identity, host or labels contain {@code text},
     * sorted by name.
     */
    public Result<Views.InventoryView> inventory(
            Principal who, SiteId site, String text, int limit) {
        if (watch.topology().sites().stream().noneMatch(known -> known.id().equals(site))) {
            return Result.refused("no-such-site", "There is no site " + site + ".");
        }
        return Places.allowed(who, Right.LOOK, Place.site(site))
                .map(ignored -> portrait.inventory(replica.state(), site, text, limit));
    }
}
