package adfer.service;

import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.port.Ledger;
import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.run.Decision;
import adfer.run.JournalEntry;
import adfer.run.Report;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Published;
import adfer.state.Reply;
import adfer.state.SeenRequest;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.Supplier;

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
    private final Ledger ledger;
    private final Conductor conductor;
    private final Watch watch;
    private final Proving proving;
    private final Reconciling reconciling;
    private final Takeover takeover;
    private final Quarantine quarantine;
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
            Ledger ledger,
            Conductor conductor,
            Watch watch,
            Proving proving,
            Reconciling reconciling,
            Takeover takeover,
            Quarantine quarantine,
            Expiry expiry,
            InstantSource clock,
            Supplier<String> ids) {
        this.replica = replica;
        this.replicator = replicator;
        this.submitter = submitter;
        this.ledger = ledger;
        this.conductor = conductor;
        this.watch = watch;
        this.proving = proving;
        this.reconciling = reconciling;
        this.takeover = takeover;
        this.quarantine = quarantine;
        this.portrait = new Portrait(watch, quarantine, expiry);
        this.clock = clock;
        this.ids = ids;
    }

    /** This node's copy of the state, as of {@link ClusterState#index}. */
    public ClusterState state() {
        return replica.state();
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

    public Views.Overview overview() {
        return portrait.overview(replica.state(), replica.leadership(), clock.instant());
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

    public Optional<Views.ServiceView> service(GroupId id) {
        return portrait.services(replica.state(), clock.instant()).stream()
                .filter(service -> service.id().equals(id))
                .findFirst();
    }

    /** The runs that began last, the latest first. */
    public List<Views.RunSummary> runs(int limit) {
        ClusterState state = replica.state();
        return state.charters()
                .sorted(Comparator.comparing(RunCharter::at).reversed())
                .limit(limit)
                .flatMap(charter -> state.run(charter.id()).stream())
                .map(Portrait::summary)
                .toList();
    }

    public Optional<Views.RunView> run(RunId id) {
        ClusterState state = replica.state();
        return state.run(id)
                .map(run -> portrait.run(state, run, conductor.workers(state), clock.instant()));
    }

    public Optional<Report> report(RunId id) {
        ClusterState state = replica.state();
        return state.run(id).map(run -> Report.of(run, state.journal(id).toList()));
    }

    public List<JournalEntry> journal(RunId id) {
        return replica.state().journal(id).toList();
    }

    /** See {@link Ledger#audit}. */
    public List<AuditEntry> audit(long before, String text, int limit) {
        return ledger.audit(before, text, limit);
    }

    public Optional<Published> runbook(GroupId id) {
        return replica.state().runbook(id);
    }

    /** Publishes a runbook that was read and found good. */
    public Result<Published> publish(Actor actor, String request, Bundle bundle, Runbook runbook) {
        Reply reply =
                submitter.submitAndWait(
                        actor, request, "", new Command.PublishRunbook(bundle, runbook));
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
    public Result<Views.PlanView> plan(Operation operation, GroupId group) {
        return view(replica.state(), operation, group);
    }

    private Result<Views.PlanView> view(ClusterState state, Operation operation, GroupId group) {
        return portrait.plan(state, operation, group, clock.instant())
                .map(plan ->
                        new Views.PlanView(
                                plan.hash(),
                                plan.executable(),
                                confirmation(plan),
                                Proving.ground(state, plan),
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
     * @return the run's id
     */
    public Result<RunId> start(
            Actor actor,
            String request,
            String reason,
            Operation operation,
            GroupId group,
            String planHash,
            String confirmation) {
        Result<Long> newest = catchUp();
        if (newest instanceof Result.Refused<Long>(var problems)) {
            return new Result.Refused<>(problems);
        }
        Optional<Reply> answered = answered(request);
        if (answered.isPresent()) {
            return settle(answered.get(), index -> begunAt(index, group));
        }
        return view(replica.state(), operation, group)
                .then(now -> confirmed(now, planHash, confirmation))
                .then(plan -> begin(actor, request, reason, plan));
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
        if (!now.executable()) {
            return new Result.Refused<>(now.plan().refusals());
        }
        if (!now.confirmation().equals(confirmation.strip())) {
            return Result.refused(
                    "not-confirmed", "Type \"" + now.confirmation() + "\" to confirm.");
        }
        return Result.ok(now.plan());
    }

    private Result<RunId> begin(Actor actor, String request, String reason, Plan plan) {
        RunId run = new RunId(ids.get());
        Reply reply =
                submitter.submitAndWait(actor, request, reason, new Command.StartRun(run, plan));
        return settle(reply, index -> begunAt(index, plan.group()));
    }

    /** Gives an operator's word to a run. */
    public Result<RunId> decide(
            Actor actor, String request, String reason, RunId run, Decision decision) {
        return settle(
                submitter.submitAndWait(actor, request, reason, new Command.Decide(run, decision)),
                ignored -> Optional.of(run));
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

    /** The site's VMs whose name, identity, host or labels contain {@code text}; sorted by name. */
    public List<Vm> vms(SiteId site, String text, int limit) {
        return replica.state()
                .vms(site)
                .filter(vm -> Portrait.matches(vm, text))
                .sorted(Comparator.comparing(Vm::name))
                .limit(limit)
                .toList();
    }
}
