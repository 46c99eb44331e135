package adfer.run;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Task;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskProgress.Status;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;
import adfer.runbook.Selector;
import adfer.state.Applied;
import adfer.state.AttestationTerms;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Transition;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A log without a cluster: applies commands one by one, and asks the engine what comes next. */
public final class Bench {
    static final Actor JANE = new Actor("jane", "cli");
    static final Executor A1 = new Executor(new NodeId("a1"), 1);
    static final Executor B1 = new Executor(new NodeId("b1"), 1);
    static final String GROUP = "catalogue";
    static final RunId RUN = new RunId("run-1");
    static final Actor BOB = new Actor("bob", "cli");
    static final String WORDS = "I pulled the plug";

    ClusterState state = ClusterState.EMPTY;
    Instant now = Instant.parse("2025-03-01T03:00:00Z");
    Workers workers =
            new Workers(new TreeMap<>(Map.of(Plans.A, List.of(A1), Plans.B, List.of(B1))));
    final List<Entry> log = new ArrayList<>();

    /** A bench with one group at site a, of these VMs. */
    public static Bench of(String... vms) {
        Bench bench = new Bench();
        bench.publish(GROUP, vms);
        return bench;
    }

    /** The usual migration of these VMs, begun. */
    static Bench migrating(String... vms) {
        return of(vms).begin(Operation.MIGRATION, Plans.usual(vms));
    }

    static Bundle bundle(String group) {
        return new Bundle(new GroupId(group), "runbook: " + group, Sorted.empty());
    }

    static Runbook runbook(String group) {
        return new Runbook(
                new GroupId(group),
                group,
                Plans.A,
                Plans.B,
                new Runbook.Objectives(Duration.ofMinutes(10), Duration.ofMinutes(5)),
                new Runbook.Protection(
                        List.of(new Selector.Labelled("service", group)),
                        Sorted.empty(),
                        Sorted.empty()),
                Runbook.Automation.none(Duration.ofMinutes(5)),
                List.of(),
                List.of());
    }

    static Vm vm(String group, String name) {
        return new Vm(
                new VmId(name),
                name,
                Optional.of(Plans.HOST),
                Power.RUNNING,
                1,
                512,
                List.of(),
                List.of(),
                new TreeMap<>(Map.of("service", group)),
                Optional.empty(),
                "<domain/>");
    }

    void publish(String group, String... vms) {
        List<At> inventory =
                Arrays.stream(vms).<At>map(name -> new At.VmAt(Plans.A, vm(group, name))).toList();
        accepted(new Command.ChangeInventory(inventory, List.of()));
        accepted(new Command.PublishRunbook(bundle(group), runbook(group)));
    }

    Reply submit(String request, String reason, Command command) {
        return submit(JANE, request, reason, command);
    }

    Reply submit(Actor actor, String request, String reason, Command command) {
        Entry entry = new Entry(request, actor, now, reason, command);
        log.add(entry);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied.reply();
    }

    Reply submit(Command command) {
        return submit("", "", command);
    }

    Bench accepted(Command command) {
        assertThat(submit(command)).isInstanceOf(Reply.Accepted.class);
        return this;
    }

    /** The code with which a command is refused; the state must not have changed by it. */
    String refused(Command command) {
        ClusterState before = state;
        Reply reply = submit(command);
        assertThat(reply).isInstanceOf(Reply.Rejected.class);
        assertThat(state.entities()).isEqualTo(before.entities());
        Problem problem = ((Reply.Rejected) reply).problem();
        assertThat(problem.sentence()).endsWith(".");
        return problem.code();
    }

    Plan plan(Operation operation, Plans.StepOf... steps) {
        return Plans.plan(operation, GROUP, group().epoch(), steps);
    }

    public Bench begin(Operation operation, Plans.StepOf... steps) {
        if (operation == Operation.FAILOVER) {
            attest();
        }
        return accepted(new Command.StartRun(RUN, plan(operation, steps)));
    }

    /** Jane says that site a is off, and Bob confirms it. */
    Bench attest() {
        accepted(new Command.Attest(Plans.A, WORDS, state.index(), AttestationTerms.DEFAULT));
        long asked = state.attestation(Plans.A).orElseThrow().index();
        assertThat(submit(BOB, "", "", new Command.ConfirmAttestation(Plans.A, asked)))
                .isInstanceOf(Reply.Accepted.class);
        return this;
    }

    Group group() {
        return state.group(new GroupId(GROUP)).orElseThrow();
    }

    SiteId owner() {
        return group().owner();
    }

    Epoch epoch() {
        return group().epoch();
    }

    public ClusterState state() {
        return state;
    }

    public Run run() {
        return state.run(RUN).orElseThrow();
    }

    RunHeader.Phase phase() {
        return run().header().phase();
    }

    Run.StepStatus step(String id) {
        return run().stepStatus(run().step(new StepId(id)).orElseThrow());
    }

    TaskProgress progress(String task) {
        return run().progress(new TaskId(task)).orElseThrow();
    }

    Status status(String task) {
        return progress(task).status();
    }

    List<String> journal() {
        return state.journal(RUN).map(JournalEntry::sentence).toList();
    }

    Engine.Next next() {
        return Engine.next(run(), workers, now);
    }

    /** The tasks the engine would start now. */
    List<String> starts() {
        return next().starts().stream().map(start -> start.task().value()).toList();
    }

    /** Commits whatever the engine wants, once. */
    public Bench step() {
        Engine.Next next = next();
        if (!next.doubts().isEmpty()) {
            accepted(new Command.DoubtTasks(RUN, next.doubts(), "the node is gone."));
        }
        next.timeUp().forEach(task -> finish(task.task().value(), done()));
        if (!next.starts().isEmpty()) {
            accepted(new Command.StartTasks(RUN, next.starts()));
        }
        return this;
    }

    /** Goes on, every task succeeding, until the engine wants nothing more. */
    Bench flow() {
        while (!next().starts().isEmpty()) {
            step();
            run().running()
                    .filter(task -> task.executor().isPresent())
                    .toList()
                    .forEach(task -> finish(task.task().value(), done()));
        }
        return this;
    }

    /** Goes on until this task is under way, every other one succeeding. */
    Bench until(String task) {
        while (run().progress(new TaskId(task)).isEmpty()) {
            step();
            run().running()
                    .filter(p -> p.executor().isPresent() && !p.task().value().equals(task))
                    .toList()
                    .forEach(p -> finish(p.task().value(), done()));
        }
        return this;
    }

    static Command startOf(String task, int attempt, Optional<Executor> executor) {
        return new Command.StartTasks(
                RUN, List.of(new TaskStart(new TaskId(task), attempt, executor)));
    }

    /** An order to begin, by the node of the site the task is for. */
    Command start(String task) {
        Task planned = run().task(new TaskId(task)).orElseThrow();
        int attempt = run().progress(planned.id()).map(TaskProgress::attempt).orElse(0) + 1;
        Executor executor = planned.site().equals(Plans.A) ? A1 : B1;
        return startOf(
                task,
                attempt,
                Engine.needsExecutor(planned) ? Optional.of(executor) : Optional.empty());
    }

    static Outcome done() {
        return new Outcome.Done("It is so.", false);
    }

    static Outcome failed(boolean retryable) {
        return new Outcome.Failed(new Problem("broken", "It broke."), retryable);
    }

    Command finishOf(String task, Outcome outcome) {
        return new Command.FinishTask(
                RUN, new TaskId(task), progress(task).attempt(), outcome, "said something");
    }

    Bench finish(String task, Outcome outcome) {
        return accepted(finishOf(task, outcome));
    }

    Command doubtOf(String... tasks) {
        return new Command.DoubtTasks(
                RUN,
                Arrays.stream(tasks)
                        .map(task -> new TaskAttempt(new TaskId(task), progress(task).attempt()))
                        .toList(),
                "the node is gone.");
    }

    Bench decide(Decision decision) {
        assertThat(submit("", "because", new Command.Decide(RUN, decision)))
                .isInstanceOf(Reply.Accepted.class);
        return this;
    }

    String refusedDecision(Decision decision) {
        ClusterState before = state;
        Reply reply = submit("", "because", new Command.Decide(RUN, decision));
        assertThat(state.entities()).isEqualTo(before.entities());
        assertThat(reply).isInstanceOf(Reply.Rejected.class);
        return ((Reply.Rejected) reply).problem().code();
    }

    Bench wait(Duration time) {
        now = now.plus(time);
        return this;
    }

    Bench without(SiteId site) {
        TreeMap<SiteId, List<Executor>> left = new TreeMap<>(workers.bySite());
        left.remove(site);
        workers = new Workers(left);
        return this;
    }
}
