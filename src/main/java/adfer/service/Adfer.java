package adfer.service;

import adfer.access.Deed;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.run.Decision;
import adfer.run.JournalEntry;
import adfer.run.Report;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.GlassUse;
import adfer.state.Group;
import adfer.state.Published;
import adfer.state.Reply;
import adfer.state.SeenRequest;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The only way in: everything that REST, console and command line can ask of this node. Queries
 * answer from this node's copy and say as of which index; whatever changes something goes through
 * the log.
 */
public final class Adfer {
    private static final Duration BARRIER = Duration.ofSeconds(5);

    private final Replica replica;
    private final Replicator replicator;
    private final Submitter submitter;
    private final AuditTrail trail;
    private final Conductor conductor;
    private final Watch watch;
    private final Proving proving;
    private final Reconciling reconciling;
    private final Takeover takeover;
    private final Quarantine quarantine;
    private final Accounts accounts;
    private final Seconding seconding;
    private final Glass glass;
    private final Portrait portrait;
    private final InstantSource clock;
    private final Supplier<String> ids;

    /**
     * @param proving how it is proven that a site is off
     * @param reconciling how leftovers are put right
     * @param ids makes short unique ids for runs, such as {@code 7k2m9x}
     */
    public Adfer(
            Replica replica,
            Replicator replicator,
            Submitter submitter,
            AuditTrail trail,
            Conductor conductor,
            Watch watch,
            Proving proving,
            Reconciling reconciling,
            Takeover takeover,
            Quarantine quarantine,
            Expiry expiry,
            Accounts accounts,
            Seconding seconding,
            Glass glass,
            InstantSource clock,
            Supplier<String> ids) {
        this.replica = replica;
        this.replicator = replicator;
        this.submitter = submitter;
        this.trail = trail;
        this.conductor = conductor;
        this.watch = watch;
        this.proving = proving;
        this.reconciling = reconciling;
        this.takeover = takeover;
        this.quarantine = quarantine;
        this.accounts = accounts;
        this.seconding = seconding;
        this.glass = glass;
        this.portrait = new Portrait(watch, quarantine, expiry);
        this.clock = clock;
        this.ids = ids;
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
        try {
            return Result.ok(
                    replicator
                            .barrier(BARRIER)
                            .get(BARRIER.toMillis() + 1_000, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            String why =
                    e.getCause() instanceof ReplicatorException problem
                            ? problem.getMessage()
                            : "No answer in time.";
            return Result.refused("not-newest", "The newest state can't be had now: " + why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.refused("closed", "This node is stopping.");
        }
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
                        seconding.tooFew().stream()
                                .filter(ignored -> who.may(Right.MANAGE_PEOPLE, Place.CLUSTER)))
                .flatMap(sentences -> sentences)
                .toList();
    }

    private static boolean sees(Principal who, ClusterState state, GroupId group) {
        return who.may(Right.LOOK, Places.of(state, group));
    }

    /** Whether somebody may do something to a group. */
    public boolean may(Principal who, Right right, GroupId group) {
        return who.may(right, Places.of(replica.state(), group));
    }

    /** People and their tokens. */
    public Accounts accounts() {
        return accounts;
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
        return catchUp().then(ignored -> seconding.second(who, request, id, typed));
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

    public Optional<Views.ServiceView> service(Principal who, GroupId id) {
        ClusterState state = replica.state();
        return portrait.services(state, clock.instant()).stream()
                .filter(service -> service.id().equals(id) && sees(who, state, id))
                .findFirst();
    }

    /** The runs that began last, the latest first. */
    public List<Views.RunSummary> runs(Principal who, int limit) {
        ClusterState state = replica.state();
        return state.charters()
                .filter(charter -> sees(who, state, charter.plan().group()))
                .sorted(Comparator.comparing(RunCharter::at).reversed())
                .limit(limit)
                .flatMap(charter -> state.run(charter.id()).stream())
                .map(Portrait::summary)
                .toList();
    }

    public Optional<Views.RunView> run(Principal who, RunId id) {
        ClusterState state = replica.state();
        return state.run(id)
                .filter(run -> sees(who, state, run.plan().group()))
                .map(run -> portrait.run(state, run, conductor.workers(state), clock.instant()));
    }

    public Optional<Report> report(Principal who, RunId id) {
        ClusterState state = replica.state();
        return state.run(id)
                .filter(run -> sees(who, state, run.plan().group()))
                .map(run -> Report.of(run, state.journal(id).toList()));
    }

    /** Empty for a run that there isn't, or that this person may not see. */
    public List<JournalEntry> journal(Principal who, RunId id) {
        ClusterState state = replica.state();
        return who.may(Right.LOOK, Places.of(state, id)) ? state.journal(id).toList() : List.of();
    }

    /** The audit trail. */
    public AuditTrail trail() {
        return trail;
    }

    private static Result<Boolean> allowed(Principal who, Right right, Place place) {
        return who.refused(right, place)
                .<Result<Boolean>>map(problem -> new Result.Refused<>(List.of(problem)))
                .orElseGet(() -> Result.ok(true));
    }

    /** Those that this person may see. */
    public List<Published> runbooks(Principal who) {
        ClusterState state = replica.state();
        return state.groups()
                .map(Group::id)
                .filter(id -> sees(who, state, id))
                .flatMap(id -> state.runbook(id).stream())
                .toList();
    }

    public Optional<Published> runbook(Principal who, GroupId id) {
        ClusterState state = replica.state();
        return state.runbook(id).filter(ignored -> sees(who, state, id));
    }

    /** Publishes a runbook that was read and found good. */
    public Result<Published> publish(
            Principal who, String request, Bundle bundle, Runbook runbook) {
        // What it protects now and what it protects then: nobody takes a service in by its labels.
        return allowed(who, Right.PUBLISH, Places.of(runbook))
                .then(ignored ->
                        replica.state()
                                .runbook(bundle.group())
                                .map(old -> allowed(who, Right.PUBLISH, Places.of(old.runbook())))
                                .orElseGet(() -> Result.ok(true)))
                .then(ignored -> publishAllowed(who, request, bundle, runbook));
    }

    private Result<Published> publishAllowed(
            Principal who, String request, Bundle bundle, Runbook runbook) {
        Reply reply =
                submitter.submitAndWait(
                        who.actor(), request, "", new Command.PublishRunbook(bundle, runbook));
        return switch (reply) {
            case Reply.Accepted(long index) ->
                    await(index)
                            .then(ignored ->
                                    replica.state()
                                            .runbook(bundle.group())
                                            .<Result<Published>>map(Result::ok)
                                            .orElseGet(() ->
                                                    Result.refused(
                                                            "not-found",
                                                            "The runbook was replaced at once.")));
            case Reply.Rejected(long ignored, Problem problem) ->
                    new Result.Refused<>(List.of(problem));
        };
    }

    /** What an operation would do now. */
    public Result<Views.PlanView> plan(Principal who, Operation operation, GroupId group) {
        return view(who, replica.state(), operation, group);
    }

    private static Right right(Operation operation) {
        return switch (operation) {
            case MIGRATION -> Right.MIGRATE;
            case FAILOVER -> Right.FAIL_OVER;
            case RESTART -> Right.RESTART;
        };
    }

    private Result<Views.PlanView> view(
            Principal who, ClusterState state, Operation operation, GroupId group) {
        Place place = Places.of(state, group);
        return allowed(who, Right.LOOK, place)
                .then(ignored -> viewAllowed(who, place, state, operation, group));
    }

    private Result<Views.PlanView> viewAllowed(
            Principal who, Place place, ClusterState state, Operation operation, GroupId group) {
        return portrait.plan(state, operation, group, clock.instant())
                .map(plan ->
                        new Views.PlanView(
                                plan.hash(),
                                plan.executable(),
                                confirmation(plan),
                                Proving.ground(state, plan),
                                who.refused(right(operation), place).map(Problem::sentence),
                                plan));
    }

    /** What a person types to confirm a plan. */
    private static String confirmation(Plan plan) {
        return plan.operation().word()
                + " "
                + plan.group()
                + (plan.operation() == Operation.RESTART ? " at " : " to ")
                + plan.target();
    }

    /**
     * Starts the very plan that was shown.
     *
     * @param request names the wish, so that sending it twice starts one run; may be empty
     * @param planHash the hash of the plan that was shown and confirmed
     * @param confirmation what the person typed: {@link Views.PlanView#confirmation}
     * @return the run's id, unless it waits for a second person
     */
    public Result<Asked<RunId>> start(
            Principal who,
            String request,
            String reason,
            Operation operation,
            GroupId group,
            String planHash,
            String confirmation) {
        Optional<Problem> forbidden =
                who.refused(right(operation), Places.of(replica.state(), group));
        if (forbidden.isPresent()) {
            return new Result.Refused<>(List.of(forbidden.get()));
        }
        Result<Long> newest = catchUp();
        if (newest instanceof Result.Refused<Long>(var problems)) {
            return new Result.Refused<>(problems);
        }
        Optional<Reply> answered = answered(request);
        if (answered.isPresent()) {
            return again(who, answered.get(), group);
        }
        return view(who, replica.state(), operation, group)
                .then(now -> confirmed(now, planHash, confirmation))
                .then(plan -> begin(who, request, reason, plan));
    }

    /**
     * The answer that a request of this name got before. What it asked for has changed the plan
     * since, so it must not be measured against that again.
     */
    private Optional<Reply> answered(String request) {
        return Optional.of(request)
                .filter(name -> !name.isEmpty())
                .flatMap(name -> replica.state().find(SeenRequest.key(name)))
                .map(seen -> ((SeenRequest) seen).reply());
    }

    private static Result<Plan> confirmed(
            Views.PlanView now, String planHash, String confirmation) {
        if (!now.hash().equals(planHash)) {
            return Result.refused(
                    "plan-changed",
                    "What was confirmed is not what would be done now. Look at the new plan, then"
                            + " confirm that.");
        }
        if (now.forbidden().isPresent()) {
            return Result.refused("not-allowed", now.forbidden().get());
        }
        if (!now.executable()) {
            return new Result.Refused<>(now.plan().refusals());
        }
        if (!now.confirmation().equals(confirmation.strip())) {
            return Result.refused(
                    "not-confirmed", "Type \"" + now.confirmation() + "\" to confirm.");
        }
        return Result.ok(now.plan());
    }

    private Result<Asked<RunId>> again(Principal who, Reply reply, GroupId group) {
        Optional<Views.WishView> waits = seconding.at(who, reply.index());
        return waits.isPresent()
                ? Result.ok(new Asked.Waits<>(waits.get()))
                : settle(reply, index -> begunAt(index, group)).map(Asked.Done::new);
    }

    private Result<Asked<RunId>> begin(Principal who, String request, String reason, Plan plan) {
        Command.StartRun start = new Command.StartRun(new RunId(ids.get()), plan);
        Optional<Deed> deed = deed(plan.operation());
        if (deed.filter(asked -> seconding.demanded(asked, plan.group())).isPresent()) {
            Seconding.Wanted wanted =
                    new Seconding.Wanted(
                            right(plan.operation()),
                            Places.of(replica.state(), plan.group()),
                            plan.operation().of(plan.title(), plan.source(), plan.target()),
                            confirmation(plan),
                            List.of(start));
            return seconding.propose(who, request, reason, wanted).map(Asked.Waits::new);
        }
        Reply reply = submitter.submitAndWait(who.actor(), request, reason, start);
        return settle(reply, index -> begunAt(index, plan.group())).map(Asked.Done::new);
    }

    private static Optional<Deed> deed(Operation operation) {
        return switch (operation) {
            case MIGRATION -> Optional.of(Deed.MIGRATION);
            case FAILOVER -> Optional.of(Deed.FAILOVER);
            case RESTART -> Optional.empty();
        };
    }

    /** Gives an operator's word to a run. */
    public Result<Asked<RunId>> decide(
            Principal who, String request, String reason, RunId run, Decision decision) {
        return allowed(who, right(decision), Places.of(replica.state(), run))
                .then(ignored -> decideAllowed(who, request, reason, run, decision));
    }

    private Result<Asked<RunId>> decideAllowed(
            Principal who, String request, String reason, RunId run, Decision decision) {
        if (decision instanceof Decision.Skip(var step) && demandedToSkip(run)) {
            if (reason.isBlank()) {
                return Result.refused("no-reason", "Say why step " + step + " is to be skipped.");
            }
            Seconding.Wanted wanted =
                    new Seconding.Wanted(
                            Right.SKIP,
                            Places.of(replica.state(), run),
                            "Skip of step " + step + " of run " + run,
                            "skip " + step,
                            List.of(new Command.Decide(run, decision)));
            return seconding.propose(who, request, reason, wanted).map(Asked.Waits::new);
        }
        return settle(
                        submitter.submitAndWait(
                                who.actor(), request, reason, new Command.Decide(run, decision)),
                        index -> Optional.of(run))
                .map(Asked.Done::new);
    }

    private boolean demandedToSkip(RunId run) {
        return replica.state()
                .charter(run)
                .filter(charter -> seconding.demanded(Deed.SKIP, charter.plan().group()))
                .isPresent();
    }

    private static Right right(Decision decision) {
        return switch (decision) {
            case Decision.Pause ignored -> Right.STEER;
            case Decision.Resume ignored -> Right.STEER;
            case Decision.Retry ignored -> Right.STEER;
            case Decision.Cancel ignored -> Right.CANCEL;
            case Decision.Skip ignored -> Right.SKIP;
            case Decision.Approve ignored -> Right.APPROVE;
            case Decision.Reject ignored -> Right.APPROVE;
        };
    }

    /** Waits until this node has applied what was accepted, so that the caller sees what it did. */
    private Result<RunId> settle(Reply reply, LongFunction<Optional<RunId>> run) {
        return switch (reply) {
            case Reply.Accepted(long index) ->
                    await(index)
                            .then(ignored ->
                                    run.apply(index)
                                            .<Result<RunId>>map(Result::ok)
                                            .orElseGet(() ->
                                                    Result.refused(
                                                            "request-reused",
                                                            "This idempotency key named another"
                                                                + " request before; take a fresh"
                                                                + " one.")));
            case Reply.Rejected(long ignored, Problem problem) ->
                    new Result.Refused<>(List.of(problem));
        };
    }

    /**
     * The group's run that began at this index: a repeated request is answered with the run of its
     * first time.
     */
    private Optional<RunId> begunAt(long index, GroupId group) {
        ClusterState state = replica.state();
        return state.runs()
                .map(RunHeader::id)
                .filter(id -> state.journal(id).limit(1).anyMatch(e -> e.index() == index))
                .filter(id -> state.run(id).filter(r -> r.plan().group().equals(group)).isPresent())
                .findFirst();
    }

    private Result<Long> await(long index) {
        return replica.awaitIndex(index, BARRIER)
                ? Result.ok(index)
                : Result.refused(
                        "not-applied-yet",
                        "It was accepted, but this node has not caught up with it yet.");
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
        return allowed(who, Right.LOOK, Place.site(site))
                .map(ignored -> portrait.inventory(replica.state(), site, text, limit));
    }
}
