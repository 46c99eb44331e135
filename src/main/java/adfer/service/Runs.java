package adfer.service;

import adfer.access.Deed;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.run.Decision;
import adfer.run.JournalEntry;
import adfer.run.Report;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reply;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Plans, the runs that carry them out, and what operators say to them. A run carries out the very
 * plan that its operator saw and confirmed.
 */
public final class Runs {
    private final Replica replica;
    private final Desk desk;
    private final Conductor conductor;
    private final Seconding seconding;
    private final InstantSource clock;
    private final Supplier<String> ids;

    /**
     * @param ids makes short unique ids for runs, such as {@code 7k2m9x}
     */
    public Runs(
            Replica replica,
            Desk desk,
            Conductor conductor,
            Seconding seconding,
            InstantSource clock,
            Supplier<String> ids) {
        this.replica = replica;
        this.desk = desk;
        this.conductor = conductor;
        this.seconding = seconding;
        this.clock = clock;
        this.ids = ids;
    }

    /** The runs that began last, the latest first. */
    public List<Views.RunSummary> latest(Principal who, int limit) {
        ClusterState state = replica.state();
        return state.charters()
                .filter(charter -> Places.sees(who, state, charter.plan().group()))
                .sorted(Comparator.comparing(RunCharter::at).reversed())
                .limit(limit)
                .flatMap(charter -> state.run(charter.id()).stream())
                .map(RunPortrait::summary)
                .toList();
    }

    public Optional<Views.RunView> run(Principal who, RunId id) {
        ClusterState state = replica.state();
        return state.run(id)
                .filter(run -> Places.sees(who, state, run.plan().group()))
                .map(run -> RunPortrait.run(state, run, conductor.workers(state), clock.instant()));
    }

    public Optional<Report> report(Principal who, RunId id) {
        ClusterState state = replica.state();
        return state.run(id)
                .filter(run -> Places.sees(who, state, run.plan().group()))
                .map(run -> Report.of(run, state.journal(id).toList()));
    }

    /** Empty for a run that there isn't, or that this person may not see. */
    public List<JournalEntry> journal(Principal who, RunId id) {
        ClusterState state = replica.state();
        return who.may(Right.LOOK, Places.of(state, id)) ? state.journal(id).toList() : List.of();
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
        return Places.allowed(who, Right.LOOK, place)
                .then(ignored -> viewAllowed(who, place, state, operation, group));
    }

    private Result<Views.PlanView> viewAllowed(
            Principal who, Place place, ClusterState state, Operation operation, GroupId group) {
        return Planner.plan(Planner.Request.of(operation, group), state, clock.instant())
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
        Result<Long> caughtUp = desk.catchUp();
        if (caughtUp instanceof Result.Refused<Long>(var problems)) {
            return new Result.Refused<>(problems);
        }
        Optional<Reply> answered = desk.answered(request);
        if (answered.isPresent()) {
            return again(who, answered.get(), group);
        }
        return view(who, replica.state(), operation, group)
                .then(now -> confirmed(now, planHash, confirmation))
                .then(plan -> begin(who, request, reason, plan));
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
                : desk.shown(reply).then(index -> begunAt(index, group));
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
        return desk.submit(who.actor(), request, reason, start)
                .then(index -> begunAt(index, plan.group()));
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
        return Places.allowed(who, right(decision), Places.of(replica.state(), run))
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
        return desk.submit(who.actor(), request, reason, new Command.Decide(run, decision))
                .map(ignored -> new Asked.Done<>(run));
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

    /**
     * The group's run that began at this index: a repeated request is answered with the run of its
     * first time.
     */
    private Result<Asked<RunId>> begunAt(long index, GroupId group) {
        ClusterState state = replica.state();
        return state.runs()
                .map(RunHeader::id)
                .filter(id -> state.journal(id).limit(1).anyMatch(e -> e.index() == index))
                .filter(id -> state.run(id).filter(r -> r.plan().group().equals(group)).isPresent())
                .findFirst()
                .map(id -> Result.<Asked<RunId>>ok(new Asked.Done<>(id)))
                .orElseGet(() ->
                        Result.refused(
                                "request-reused",
                                "This idempotency key named another request before; take a fresh"
                                        + " one."));
    }
}
