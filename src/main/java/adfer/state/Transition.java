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
import adfer.mesh.NodeSession;
import adfer.run.RunRules;

import java.util.Comparator;
import java.util.Optional;

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

    private final Draft draft;
    private final Tenures tenures;
    private final Runs runs;
    private final Attestations attestations;
    private final Foundations foundations;
    private final Fencings fencings;
    private final Reconciliations reconciliations;
    private final Wishes wishes;
    private final People people;
    private final Visits visits;
    private final Checkpoints checkpoints;
    private final Calls calls;

    private Transition(Draft draft) {
        this.draft = draft;
        this.tenures = new Tenures(draft);
        this.runs = new Runs(draft, tenures);
        this.attestations = new Attestations(draft, runs);
        this.fencings = new Fencings(draft, runs);
        this.foundations = new Foundations(draft, tenures, runs, attestations, fencings);
        this.reconciliations = new Reconciliations(draft);
        this.wishes = new Wishes(draft);
        this.people = new People(draft, wishes);
        this.visits = new Visits(draft);
        this.checkpoints = new Checkpoints(draft);
        this.calls = new Calls(draft);
    }

    /** An entry that changes nothing but the index, such as those the log makes for itself. */
    public static ClusterState skip(ClusterState state, long index) {
        return state.at(index, state.now());
    }

    public static Applied apply(ClusterState state, long index, Entry entry) {
        return new Transition(new Draft(state, index, entry)).applied(state);
    }

    private Applied applied(ClusterState before) {
        Entry entry = draft.entry;
        if (!entry.request().isEmpty()) {
            Optional<Entity> seen = before.find(SeenRequest.key(entry.request()));
            if (seen.isPresent()) {
                return new Applied(
                        draft.state(),
                        ((SeenRequest) seen.get()).reply(),
                        draft.touched(),
                        Optional.empty());
            }
        }
        Optional<Problem> problem = carryOut(entry.command());
        boolean changed = problem.isEmpty() && !draft.touched().isEmpty();
        Reply reply =
                problem.<Reply>map(p -> new Reply.Rejected(draft.index, p))
                        .orElseGet(() -> new Reply.Accepted(draft.index));
        if (problem.isPresent()) {
            draft.discard();
        }
        signOfLife(entry.command())
                .ifPresent(site -> {
                    attestations.lives(site);
                    fencings.lives(site);
                });
        remember(reply);
        Optional<AuditEntry> audit = audit(problem, changed);
        return new Applied(draft.state(), reply, draft.touched(), audit);
    }

    private Optional<Problem> carryOut(Command command) {
        return switch (command) {
            case Command.ChangeInventory change -> changeInventory(change);
            case Command.JudgeSite judge -> {
                draft.put(judge.verdict());
                yield Optional.empty();
            }
            case Command.AnnounceNode announce -> {
                draft.put(announce.session());
                foundations.returned(announce.session().site());
                yield Optional.empty();
            }
            case Command.ForgetNode forget -> forget(forget);
            case Command.PublishRunbook publish -> publish(publish);
            case Command.StartRun start -> runs.start(start);
            case Command.StartTasks(RunId id, var starts) ->
                    runs.onRun(
                            id,
                            run -> {
                                Group group = draft.state().group(run.plan().group()).orElseThrow();
                                return RunRules.start(
                                        run, starts, group.owner(), group.epoch(), runs.cause());
                            });
            case Command.FinishTask(RunId id, var task, int attempt, var outcome, String output) ->
                    runs.onRun(
                            id,
                            run ->
                                    RunRules.finish(
                                            run, task, attempt, outcome, output, runs.cause()));
            case Command.ReportOutput(RunId id, var task, int attempt, String output) ->
                    runs.onRun(
                            id, run -> RunRules.report(run, task, attempt, output, runs.cause()));
            case Command.DoubtTasks(RunId id, var tasks, String reason) ->
                    runs.onRun(id, run -> RunRules.doubt(run, tasks, reason, runs.cause()));
            case Command.RenewLeases renew -> tenures.renew(renew);
            case Command.Attest attest -> attestations.attest(attest);
            case Command.ConfirmAttestation confirm -> attestations.confirm(confirm);
            case Command.WithdrawAttestation(SiteId site) -> attestations.withdraw(site);
            case Command.OrderFence order -> fencings.order(order);
            case Command.FinishFence finish -> fencings.finish(finish);
            case Command.OrderReconcile order -> reconciliations.order(order);
            case Command.FinishReconcile finish -> reconciliations.finish(finish);
            case Command.TellRejoin tell -> foundations.rejoined(tell);
            case Command.TellRunning tell -> attestations.contradict(tell);
            case Command.MeasureStop(var site, var host, var longest, var allowed) -> {
                draft.put(new StopTime(site, host, longest, allowed, draft.at()));
                yield Optional.empty();
            }
            case Command.CallPeople call -> calls.begin(call);
            case Command.EndCall end -> calls.end(end);
            case Command.TestCall ignored -> Optional.empty();
            case Command.ForgetCalls forget -> calls.forget(forget);
            case Command.LapseLeases(var overdue) -> tenures.lapse(overdue);
            case Command.RegainLease regain -> tenures.regain(regain);
            case Command.SettleLease settle -> tenures.settle(settle);
            case Command.TakeStance take -> {
                draft.put(take.stance());
                yield Optional.empty();
            }
            case Command.FoundGeneration found -> foundations.begin(found);
            case Command.AnnounceKey(var node, String key) -> checkpoints.announce(node, key);
            case Command.BeginCheckpoint ignored -> checkpoints.begin();
            case Command.SignCheckpoint(Seal seal) -> checkpoints.sign(seal);
            case Command.TellLacking(var lacking) -> {
                if (!lacking.secrets().isEmpty()) {
                    draft.put(lacking);
                } else if (draft.state().lacking(lacking.node()).isPresent()) {
                    draft.remove(lacking.key());
                }
                yield Optional.empty();
            }
            case Command.Decide(RunId id, var decision) ->
                    runs.onRun(id, run -> RunRules.decide(run, decision, runs.cause()));
            case Command.SetUp(var first) -> people.setUp(first);
            case Command.PutPerson(var person) -> people.put(person);
            case Command.SetPassword(String name, String hash) -> people.password(name, hash);
            case Command.EndSessions(String name) -> people.endSessions(name);
            case Command.RemovePerson(String name) -> people.remove(name);
            case Command.IssueToken(var token) -> people.issue(token);
            case Command.NoteVisit(var visit) -> visits.note(visit);
            case Command.EndVisit(String id, String name) -> visits.end(id, name);
            case Command.RevokeToken(String id) -> people.revoke(id);
            case Command.Propose propose -> wishes.propose(propose);
            case Command.Second second -> second(second);
            case Command.WithdrawWish(String id) -> wishes.withdraw(id);
            case Command.UseGlass(String name, var node, boolean opened) -> {
                draft.put(new GlassUse(name, node, opened, draft.at()));
                yield Optional.empty();
            }
        };
    }

    /** What two people want is held against the state as if it were asked now. */
    private Optional<Problem> second(Command.Second second) {
        return switch (wishes.second(second)) {
            case Result.Refused<Wish>(var problems) -> Optional.of(problems.getFirst());
            case Result.Ok<Wish>(var wish) ->
                    wish.commands().stream()
                            .flatMap(command ->
                                    draft
                                            .as(
                                                    wish.confirmed(draft.entry, command),
                                                    () -> carryOut(command))
                                            .stream())
                            .findFirst();
        };
    }

    /** The site that can only have asked this if it lives, whether it was granted or not. */
    private static Optional<SiteId> signOfLife(Command command) {
        if (command instanceof Command.RenewLeases renew) {
            return Optional.of(renew.site());
        }
        return command instanceof Command.RegainLease regain
                ? Optional.of(regain.site())
                : Optional.empty();
    }

    private Optional<Problem> changeInventory(Command.ChangeInventory change) {
        for (Key key : change.removed()) {
            if (!inventory(key.kind())) {
                return problem("not-inventory", "The " + key + " is no inventory item.");
            }
        }
        change.changed().forEach(draft::put);
        change.removed().forEach(draft::remove);
        return Optional.empty();
    }

    private static boolean inventory(Kind kind) {
        return switch (kind) {
            case SWEEP, HOST, NETWORK, STORE, VM -> true;
            case NODE, VERDICT, RUNBOOK, GROUP, LEASE, STANCE, STOP_TIME -> false;
            case ATTESTATION, FENCING, RECONCILIATION, CALL, GENERATION, CHECKPOINT -> false;
            case CHARTER, RUN, TASK, JOURNAL, REQUEST -> false;
            case PERSON, TOKEN, VISIT, WISH, GLASS -> false;
            case LACKING -> false;
        };
    }

    private Optional<Problem> forget(Command.ForgetNode forget) {
        Optional<NodeSession> session =
                draft.state()
                        .session(forget.node())
                        .filter(known -> known.incarnation() == forget.incarnation());
        if (session.isEmpty()) {
            return problem(
                    "node-changed",
                    "Node "
                            + forget.node()
                            + " has started anew in the meantime, or was forgotten already.");
        }
        draft.remove(session.get().key());
        return Optional.empty();
    }

    private Optional<Problem> publish(Command.PublishRunbook publish) {
        GroupId id = publish.bundle().group();
        Optional<Group> known = draft.state().group(id);
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
        draft.put(new Published(publish.bundle(), runbook, hash, draft.entry.actor(), draft.at()));
        Group group =
                new Group(
                        id,
                        hash,
                        known.map(Group::owner).orElse(runbook.home()),
                        known.map(Group::epoch).orElse(Epoch.NONE.next()),
                        Optional.empty());
        draft.put(group);
        if (known.isEmpty()) {
            tenures.begin(group);
        }
        tenures.republished(group);
        return Optional.empty();
    }

    private void remember(Reply reply) {
        if (draft.entry.request().isEmpty()) {
            return;
        }
        draft.put(new SeenRequest(draft.entry.request(), reply));
        if (draft.state().count(Kind.REQUEST) > MAX_REQUESTS) {
            draft.state()
                    .all(Kind.REQUEST, SeenRequest.class)
                    .sorted(Comparator.comparingLong(seen -> seen.reply().index()))
                    .limit(FORGOTTEN_AT_ONCE)
                    .toList()
                    .forEach(oldest -> draft.remove(oldest.key()));
        }
    }

    /**
     * Whatever a person asks leaves a line, granted or not. What an automaton repeats without
     * effect, observes, or has to do all the time doesn't; for that stands the fingerprint of the
     * state in the next line.
     *
     * @param changed whether the command itself changed anything
     */
    private Optional<AuditEntry> audit(Optional<Problem> problem, boolean changed) {
        boolean granted = problem.isEmpty();
        boolean worthIt =
                switch (draft.entry.command()) {
                    case Command.ChangeInventory ignored -> false;
                    case Command.ReportOutput ignored -> false;
                    case Command.RenewLeases ignored -> false;
                    case Command.SettleLease ignored -> false;
                    case Command.BeginCheckpoint ignored -> false;
                    case Command.LapseLeases ignored -> granted;
                    case Command.RegainLease ignored -> granted;
                    case Command.StartTasks ignored -> granted;
                    case Command.FinishTask ignored -> granted;
                    case Command.DoubtTasks ignored -> granted;
                    case Command.TellRejoin ignored -> true;
                    case Command.TellRunning ignored -> granted;
                    case Command.MeasureStop ignored -> changed;
                    case Command.JudgeSite ignored -> changed;
                    case Command.TakeStance ignored -> changed;
                    case Command.AnnounceNode ignored -> changed;
                    case Command.ForgetNode ignored -> true;
                    case Command.TellLacking ignored -> changed;
                    case Command.AnnounceKey ignored -> changed || !granted;
                    case Command.SignCheckpoint ignored ->
                            problem.filter(p -> p.code().equals(Checkpoints.STALE)).isEmpty();
                    case Command.Attest ignored -> true;
                    case Command.ConfirmAttestation ignored -> true;
                    case Command.WithdrawAttestation ignored -> true;
                    case Command.OrderFence ignored -> true;
                    case Command.FinishFence ignored -> true;
                    case Command.OrderReconcile ignored -> true;
                    case Command.FinishReconcile ignored -> true;
                    case Command.CallPeople ignored -> false;
                    case Command.EndCall ignored -> problem.isEmpty();
                    case Command.TestCall ignored -> true;
                    case Command.ForgetCalls ignored -> false;
                    case Command.PublishRunbook ignored -> true;
                    case Command.StartRun ignored -> true;
                    case Command.Decide ignored -> true;
                    case Command.FoundGeneration ignored -> true;
                    case Command.SetUp ignored -> true;
                    case Command.PutPerson ignored -> true;
                    case Command.SetPassword ignored -> true;
                    case Command.EndSessions ignored -> true;
                    case Command.RemovePerson ignored -> true;
                    case Command.IssueToken ignored -> true;
                    case Command.RevokeToken ignored -> true;
                    case Command.NoteVisit ignored -> granted;
                    case Command.EndVisit ignored -> true;
                    case Command.Propose ignored -> true;
                    case Command.Second ignored -> true;
                    case Command.WithdrawWish ignored -> true;
                    case Command.UseGlass ignored -> true;
                };
        if (!worthIt) {
            return Optional.empty();
        }
        AuditEntry audit =
                AuditEntry.after(
                        draft.state(),
                        draft.entry,
                        granted,
                        problem.map(Problem::sentence)
                                .orElseGet(() -> Description.sentence(draft.entry.command())));
        draft.audited(audit);
        return Optional.of(audit);
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
