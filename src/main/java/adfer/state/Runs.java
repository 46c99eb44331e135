package adfer.state;

import adfer.kernel.Kind;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Picker;
import adfer.plan.Plan;
import adfer.run.JournalEntry;
import adfer.run.Proof;
import adfer.run.Run;
import adfer.run.RunChange;
import adfer.run.RunCharter;
import adfer.run.RunRules;
import adfer.run.TaskProgress;

import org.pcollections.TreePMap;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/**
 * What becomes of runs: they begin on a plan and a proof, go on by their rules, and are forgotten.
 */
final class Runs {
    private final Draft draft;
    private final Tenures tenures;

    Runs(Draft draft, Tenures tenures) {
        this.draft = draft;
        this.tenures = tenures;
    }

    RunRules.Cause cause() {
        return new RunRules.Cause(
                draft.index, draft.at(), draft.entry.actor(), draft.entry.reason());
    }

    Optional<Problem> start(Command.StartRun start) {
        Plan plan = start.plan();
        Optional<Problem> refusal = refusal(start);
        if (refusal.isPresent()) {
            return refusal;
        }
        Published published = draft.state().runbook(plan.group()).orElseThrow();
        Picker picker = new Picker(published.runbook().protect().vms());
        var sources =
                draft.state()
                        .vms(plan.source())
                        .filter(picker::picks)
                        .collect(TreePMap.toTreePMap(vm -> vm.id(), vm -> vm));
        draft.put(
                new RunCharter(
                        start.run(),
                        plan,
                        published.bundle(),
                        sources,
                        draft.entry.actor(),
                        draft.entry.reason(),
                        draft.at(),
                        outage(plan.source())));
        RunCharter charter =
                (RunCharter) draft.state().find(RunCharter.key(start.run())).orElseThrow();
        draft.put(
                draft.state().group(plan.group()).orElseThrow().inHandOf(Optional.of(start.run())));
        if (plan.operation() == Operation.RESTART) {
            tenures.restart(plan);
        }
        record(RunRules.begin(charter, proof(plan), cause()));
        forgetOldRuns();
        return Optional.empty();
    }

    private Optional<Proof> proof(Plan plan) {
        return plan.operation() == Operation.FAILOVER
                ? Proofs.of(draft.state(), plan.group(), plan.source())
                : Optional.empty();
    }

    /** Tells every run that is taking a group away from the site what proves that it is off. */
    void proven(SiteId site, Proof proof) {
        draft.state()
                .openRuns()
                .filter(run -> run.plan().source().equals(site))
                .toList()
                .forEach(run -> RunRules.proven(run, proof, cause()).ifPresent(this::record));
    }

    /** Takes from those runs a proof that is none any more, where it is not too late. */
    void disproven(SiteId site, Class<? extends Proof> kind, String why) {
        draft.state()
                .openRuns()
                .filter(run -> run.plan().source().equals(site))
                .filter(run -> run.header().proof().filter(kind::isInstance).isPresent())
                .toList()
                .forEach(run -> RunRules.disproven(run, why, cause()).ifPresent(this::record));
    }

    /** Takes from every run what it stands on, where it is not too late. */
    void disproveAll(String why) {
        draft.state()
                .openRuns()
                .toList()
                .forEach(run -> RunRules.disproven(run, why, cause()).ifPresent(this::record));
    }

    private Optional<Instant> outage(SiteId source) {
        return draft.state()
                .verdict(source)
                .filter(verdict -> verdict.status() == SiteVerdict.Status.UNREACHABLE)
                .map(SiteVerdict::since);
    }

    private Optional<Problem> refusal(Command.StartRun start) {
        Plan plan = start.plan();
        Optional<Group> group = draft.state().group(plan.group());
        if (group.isEmpty()) {
            return problem("no-such-group", "No runbook " + plan.group() + " is published.");
        }
        if (draft.state().find(RunCharter.key(start.run())).isPresent()) {
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
        if (plan.operation() == Operation.RESTART
                && draft.state().lease(plan.group()).filter(Lease::held).isEmpty()) {
            return problem(
                    "no-lease",
                    "Site "
                            + plan.source()
                            + " holds no lease of "
                            + plan.group()
                            + " now, so nothing of it may start there.");
        }
        Optional<Reconciliation> reconciling =
                draft.state()
                        .reconciliation(plan.target(), plan.group())
                        .filter(one ->
                                one.standing(draft.state()) == Reconciliation.Standing.UNDER_WAY);
        if (reconciling.isPresent()) {
            return problem(
                    "reconciling", reconciling.get().sentence(draft.state()) + " Wait for that.");
        }
        if (plan.operation() == Operation.FAILOVER && proof(plan).isEmpty()) {
            return problem(
                    "source-not-proven-off",
                    Proofs.missing(draft.state(), plan.group(), plan.source()));
        }
        return Optional.empty();
    }

    Optional<Problem> onRun(RunId id, Function<Run, Result<RunChange>> rule) {
        Optional<Run> run = draft.state().run(id);
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
        draft.put(change.header());
        change.tasks().forEach(draft::put);
        change.journal().forEach(draft::put);
        RunCharter charter =
                (RunCharter) draft.state().find(RunCharter.key(change.header().id())).orElseThrow();
        Group before = draft.state().group(charter.plan().group()).orElseThrow();
        Group after = change.tenure().map(owner -> tenures.own(before, owner)).orElse(before);
        if (change.header().phase().ended()) {
            after = after.inHandOf(Optional.empty());
            if (charter.plan().operation() == Operation.RESTART) {
                tenures.restarted(charter.plan());
            }
        }
        draft.put(after);
    }

    private void forgetOldRuns() {
        int surplus = draft.state().count(Kind.RUN) - Transition.MAX_RUNS;
        if (surplus <= 0) {
            return;
        }
        draft.state()
                .runs()
                .filter(run -> run.phase().ended())
                .sorted(Comparator.comparing(run -> run.endedAt().orElse(Instant.MAX)))
                .limit(surplus)
                .toList()
                .forEach(run -> {
                    draft.remove(run.key());
                    draft.remove(RunCharter.key(run.id()));
                    draft.state()
                            .under(Kind.TASK, run.id() + "/", TaskProgress.class)
                            .toList()
                            .forEach(t -> draft.remove(t.key()));
                    draft.state()
                            .journal(run.id())
                            .map(JournalEntry::key)
                            .toList()
                            .forEach(draft::remove);
                });
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
