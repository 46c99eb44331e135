package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Picker;
import adfer.plan.Plan;
import adfer.run.JournalEntry;
import adfer.run.Proof;
import adfer.run.Run;
import adfer.run.RunChange;
import adfer.run.RunCharter;
import adfer.run.RunHeader.Phase;
import adfer.run.RunRules;
import adfer.run.TaskProgress;

import org.pcollections.TreePMap;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The one function that changes the replicated state. It is pure: equal logs make equal states on
 * every node.
 */
public final class Transition {
    /** How many answers to named requests are kept at most, the latest ones. */
    public static final int MAX_REQUESTS = 2_000;

    /** Finding the oldest answers means looking at all, so it is done for many of them at once. */
    static final int FORGOTTEN_AT_ONCE = 200;

    /** How many ended runs are kept, the latest ones. */
    public static final int MAX_RUNS = 300;

    private final ClusterState before;
    private final long index;
    private final Entry entry;
    private final Instant at;
    private final TreeSet<Key> touched = new TreeSet<>();
    private ClusterState state;

    private Transition(ClusterState before, long index, Entry entry) {
        this.before = before;
        this.index = index;
        this.entry = entry;
        this.state = before.at(index, entry.at());
        this.at = state.now();
    }

    /** An entry that changes nothing but the index, such as those the log makes for itself. */
    public static ClusterState skip(ClusterState state, long index) {
        return state.at(index, state.now());
    }

    public static Applied apply(ClusterState state, long index, Entry entry) {
        return new Transition(state, index, entry).applied();
    }

    private Applied applied() {
        if (!entry.request().isEmpty()) {
            Optional<Entity> seen = before.find(SeenRequest.key(entry.request()));
            if (seen.isPresent()) {
                return new Applied(
                        state, ((SeenRequest) seen.get()).reply(), touched, Optional.empty());
            }
        }
        Optional<Problem> problem = carryOut(entry.command());
        Reply reply =
                problem.<Reply>map(p -> new Reply.Rejected(index, p))
                        .orElseGet(() -> new Reply.Accepted(index));
        if (problem.isPresent()) {
            state = before.at(index, entry.at());
            touched.clear();
        }
        remember(reply);
        Optional<AuditEntry> audit = audit(problem);
        return new Applied(state, reply, touched, audit);
    }

    private Optional<Problem> carryOut(Command command) {
        return switch (command) {
            case Command.ChangeInventory change -> changeInventory(change);
            case Command.JudgeSite judge -> {
                put(judge.verdict());
                yield Optional.empty();
            }
            case Command.AnnounceNode announce -> {
                put(announce.session());
                yield Optional.empty();
            }
            case Command.PublishRunbook publish -> publish(publish);
            case Command.StartRun start -> startRun(start);
            case Command.StartTasks(RunId id, var starts) ->
                    onRun(
                            id,
                            run -> {
                                Group group = state.group(run.plan().group()).orElseThrow();
                                return RunRules.start(
                                        run, starts, group.owner(), group.epoch(), cause());
                            });
            case Command.FinishTask(RunId id, var task, int attempt, var outcome, String output) ->
                    onRun(id, run -> RunRules.finish(run, task, attempt, outcome, output, cause()));
            case Command.ReportOutput(RunId id, var task, int attempt, String output) ->
                    onRun(id, run -> RunRules.report(run, task, attempt, output, cause()));
            case Command.DoubtTasks(RunId id, var tasks, String reason) ->
                    onRun(id, run -> RunRules.doubt(run, tasks, reason, cause()));
            case Command.RenewLeases(SiteId site, var renewals) -> {
                renewals.forEach(renewal -> renew(site, renewal));
                yield Optional.empty();
            }
            case Command.LapseLeases(var overdue) -> lapse(overdue);
            case Command.RegainLease regain -> regain(regain);
            case Command.TakeStance take -> {
                put(take.stance());
                yield Optional.empty();
            }
            case Command.Decide(RunId id, var decision) ->
                    onRun(id, run -> RunRules.decide(run, decision, cause()));
        };
    }

    private Optional<Problem> changeInventory(Command.ChangeInventory change) {
        for (Key key : change.removed()) {
            if (!inventory(key.kind())) {
                return problem("not-inventory", "The " + key + " is no inventory item.");
            }
        }
        change.changed().forEach(this::put);
        change.removed().forEach(this::remove);
        return Optional.empty();
    }

    private static boolean inventory(Kind kind) {
        return switch (kind) {
            case SWEEP, HOST, NETWORK, STORE, VM -> true;
            case NODE, VERDICT, RUNBOOK, GROUP, LEASE, STANCE -> false;
            case CHARTER, RUN, TASK, JOURNAL, REQUEST -> false;
        };
    }

    private void renew(SiteId site, Renewal renewal) {
        state.lease(renewal.group())
                .filter(lease -> lease.held() && lease.site().equals(site))
                .filter(lease -> lease.epoch().equals(renewal.epoch()))
                .ifPresent(lease -> put(lease.renewed(index, renewal.guarded())));
    }

    private Optional<Problem> lapse(List<Overdue> overdue) {
        List<Lease> lapsed =
                overdue.stream()
                        .flatMap(late ->
                                state
                                        .lease(late.group())
                                        .filter(Lease::held)
                                        .filter(lease -> lease.epoch().equals(late.epoch()))
                                        .filter(lease -> lease.renewal() == late.renewal())
                                        .stream())
                        .toList();
        if (lapsed.isEmpty()) {
            return problem("renewed-meanwhile", "The leases were renewed meanwhile.");
        }
        lapsed.forEach(lease -> put(lease.lapsed(at)));
        return Optional.empty();
    }

    private Optional<Problem> regain(Command.RegainLease regain) {
        Optional<Lease> lease =
                state.lease(regain.group())
                        .filter(l -> !l.held() && l.site().equals(regain.site()))
                        .filter(l -> l.epoch().equals(regain.lapsed()));
        if (lease.isEmpty()) {
            return problem(
                    "lease-moved-on",
                    "The lease of " + regain.group() + " isn't site " + regain.site() + "'s.");
        }
        Group group = state.group(regain.group()).orElseThrow();
        Optional<RunId> leaving =
                group.activeRun()
                        .filter(run ->
                                state.run(run)
                                        .filter(r -> r.plan().source().equals(regain.site()))
                                        .filter(r -> r.header().phase() != Phase.CANCELLING)
                                        .isPresent());
        if (leaving.isPresent()) {
            return problem(
                    "run-in-progress",
                    "Run " + leaving.get() + " is taking " + regain.group() + " to another site.");
        }
        own(group, group.owner());
        return Optional.empty();
    }

    /**
     * Begins a new tenure, with a lease of its own. Where the owner stays, it is later than what a
     * stop ordered until now is marked with, so that such a stop can't end what is started now.
     */
    private Group own(Group group, SiteId owner) {
        boolean stays = group.owner().equals(owner);
        Epoch next = group.epoch().next();
        Group owned = group.ownedBy(owner, stays ? next.next() : next);
        put(owned);
        put(
                state.lease(owned.id())
                        .filter(lease -> stays && lease.site().equals(owner))
                        .map(lease -> lease.takenUp(owned.epoch(), index))
                        .orElseGet(() -> Lease.granted(owned.id(), owner, owned.epoch(), index)));
        return owned;
    }

    private RunRules.Cause cause() {
        return new RunRules.Cause(index, at, entry.actor(), entry.reason());
    }

    private Optional<Problem> publish(Command.PublishRunbook publish) {
        GroupId id = publish.bundle().group();
        Optional<Group> known = state.group(id);
        if (known.isPresent() && known.get().activeRun().isPresent()) {
            return problem(
                    "run-in-progress",
                    "Runbook "
                            + id
                            + " can't be changed while run "
                            + known.get().activeRun().get()
                            + " is under way.");
        }
        var runbook = publish.runbook();
        if (known.isPresent()
                && !known.get().owner().equals(runbook.home())
                && !known.get().owner().equals(runbook.recovery())) {
            return problem(
                    "owner-left-out",
                    "Runbook "
                            + id
                            + " leaves out site "
                            + known.get().owner()
                            + ", which runs the group now.");
        }
        String hash = publish.bundle().hash();
        put(new Published(publish.bundle(), runbook, hash, entry.actor(), at));
        put(
                new Group(
                        id,
                        hash,
                        known.map(Group::owner).orElse(runbook.home()),
                        known.map(Group::epoch).orElse(Epoch.NONE.next()),
                        Optional.empty()));
        if (known.isEmpty()) {
            put(Lease.granted(id, runbook.home(), Epoch.NONE.next(), index));
        }
        return Optional.empty();
    }

    private Optional<Problem> startRun(Command.StartRun start) {
        Plan plan = start.plan();
        Optional<Problem> refusal = refusal(start);
        if (refusal.isPresent()) {
            return refusal;
        }
        Published published = state.runbook(plan.group()).orElseThrow();
        Picker picker = new Picker(published.runbook().protect().vms());
        var sources =
                state.vms(plan.source())
                        .filter(picker::picks)
                        .collect(TreePMap.toTreePMap(vm -> vm.id(), vm -> vm));
        put(
                new RunCharter(
                        start.run(),
                        plan,
                        published.bundle(),
                        sources,
                        entry.actor(),
                        entry.reason(),
                        at,
                        outage(plan.source())));
        RunCharter charter = (RunCharter) state.find(RunCharter.key(start.run())).orElseThrow();
        put(state.group(plan.group()).orElseThrow().inHandOf(Optional.of(start.run())));
        record(RunRules.begin(charter, proof(start), cause()));
        forgetOldRuns();
        return Optional.empty();
    }

    /** What is known to be so needs nobody's word. */
    private Optional<Proof> proof(Command.StartRun start) {
        return start.plan().operation() == Operation.FAILOVER
                ? state.lease(start.plan().group())
                        .filter(Lease::provesOff)
                        .filter(lease -> lease.site().equals(start.plan().source()))
                        .flatMap(lease ->
                                lease.lapsedAt()
                                        .<Proof>map(when ->
                                                new Proof.LeaseRanOut(
                                                        lease.site(), lease.epoch(), when)))
                        .or(start::proof)
                : start.proof();
    }

    private Optional<Instant> outage(SiteId source) {
        return state.verdict(source)
                .filter(verdict -> verdict.status() == SiteVerdict.Status.UNREACHABLE)
                .map(SiteVerdict::since);
    }

    private Optional<Problem> refusal(Command.StartRun start) {
        Plan plan = start.plan();
        Optional<Group> group = state.group(plan.group());
        if (group.isEmpty()) {
            return problem("no-such-group", "No runbook " + plan.group() + " is published.");
        }
        if (state.find(RunCharter.key(start.run())).isPresent()) {
            return problem("run-exists", "A run " + start.run() + " exists already.");
        }
        if (group.get().activeRun().isPresent()) {
            return problem(
                    "run-in-progress",
                    "Run "
                            + group.get().activeRun().get()
                            + " has "
                            + plan.group()
                            + " in hand; wait for it or cancel it.");
        }
        if (!plan.executable()) {
            return Optional.of(plan.refusals().getFirst());
        }
        if (!group.get().runbookHash().equals(plan.runbookHash())
                || !group.get().epoch().equals(plan.from())
                || !group.get().owner().equals(plan.source())) {
            return problem(
                    "plan-outdated",
                    "What the plan was made from has changed since. Make a new plan.");
        }
        if (plan.operation() == Operation.FAILOVER && proof(start).isEmpty()) {
            return problem(
                    "source-not-proven-off",
                    "A failover of "
                            + plan.group()
                            + " needs proof that site "
                            + plan.source()
                            + " is off: attest it, if you have made sure.");
        }
        return Optional.empty();
    }

    private Optional<Problem> onRun(RunId id, Function<Run, Result<RunChange>> rule) {
        Optional<Run> run = state.run(id);
        if (run.isEmpty()) {
            return problem("no-such-run", "There is no run " + id + ".");
        }
        return switch (rule.apply(run.get())) {
            case Result.Ok<RunChange>(var change) -> {
                record(change);
                yield Optional.empty();
            }
            case Result.Refused<RunChange>(var problems) -> Optional.of(problems.getFirst());
        };
    }

    private void record(RunChange change) {
        put(change.header());
        change.tasks().forEach(this::put);
        change.journal().forEach(this::put);
        RunCharter charter =
                (RunCharter) state.find(RunCharter.key(change.header().id())).orElseThrow();
        Group before = state.group(charter.plan().group()).orElseThrow();
        Group after = change.tenure().map(owner -> own(before, owner)).orElse(before);
        if (change.header().phase().ended()) {
            after = after.inHandOf(Optional.empty());
        }
        put(after);
    }

    private void forgetOldRuns() {
        int surplus = state.count(Kind.RUN) - MAX_RUNS;
        if (surplus <= 0) {
            return;
        }
        state.runs()
                .filter(run -> run.phase().ended())
                .sorted(Comparator.comparing(run -> run.endedAt().orElse(Instant.MAX)))
                .limit(surplus)
                .toList()
                .forEach(run -> {
                    remove(run.key());
                    remove(RunCharter.key(run.id()));
                    state.under(Kind.TASK, run.id() + "/", TaskProgress.class)
                            .toList()
                            .forEach(t -> remove(t.key()));
                    state.journal(run.id()).map(JournalEntry::key).toList().forEach(this::remove);
                });
    }

    private void remember(Reply reply) {
        if (entry.request().isEmpty()) {
            return;
        }
        put(new SeenRequest(entry.request(), reply));
        if (state.count(Kind.REQUEST) > MAX_REQUESTS) {
            state.all(Kind.REQUEST, SeenRequest.class)
                    .sorted(Comparator.comparingLong(seen -> seen.reply().index()))
                    .limit(FORGOTTEN_AT_ONCE)
                    .toList()
                    .forEach(oldest -> remove(oldest.key()));
        }
    }

    private Optional<AuditEntry> audit(Optional<Problem> problem) {
        boolean worthIt =
                switch (entry.command()) {
                    case Command.ChangeInventory ignored -> false;
                    case Command.ReportOutput ignored -> false;
                    case Command.RenewLeases ignored -> false;
                    case Command.LapseLeases ignored -> problem.isEmpty();
                    case Command.TakeStance ignored -> true;
                    case Command.RegainLease ignored -> problem.isEmpty();
                    case Command.StartTasks ignored -> problem.isEmpty();
                    case Command.FinishTask ignored -> problem.isEmpty();
                    case Command.DoubtTasks ignored -> problem.isEmpty();
                    case Command.JudgeSite ignored -> true;
                    case Command.AnnounceNode ignored -> true;
                    case Command.PublishRunbook ignored -> true;
                    case Command.StartRun ignored -> true;
                    case Command.Decide ignored -> true;
                };
        if (!worthIt) {
            return Optional.empty();
        }
        AuditEntry audit =
                AuditEntry.after(
                        state.auditHead(),
                        state.audits() + 1,
                        index,
                        entry,
                        Description.subject(entry.command()),
                        problem.isEmpty(),
                        problem.map(Problem::sentence)
                                .orElseGet(() -> Description.sentence(entry.command())));
        state = state.audited(audit);
        return Optional.of(audit);
    }

    private void put(Entity entity) {
        Key key = entity.key();
        if (!state.find(key).equals(Optional.of(entity))) {
            state = state.with(entity);
            touched.add(key);
        }
    }

    private void remove(Key key) {
        state = state.without(key);
        touched.add(key);
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
