package adfer.bench;

import adfer.adapter.json.JacksonCodec;
import adfer.adapter.store.H2Ledger;
import adfer.kernel.Actor;
import adfer.kernel.GroupId;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.port.Ledger;
import adfer.run.Engine;
import adfer.run.Outcome;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskStart;
import adfer.run.Workers;
import adfer.runbook.Bundle;
import adfer.runbook.Check;
import adfer.runbook.ProbeSpec;
import adfer.runbook.Runbook;
import adfer.runbook.Step;
import adfer.state.Applied;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Reply;
import adfer.state.Transition;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What durable steps cost apart from the log: one run of 10,000 trivial tasks (or as many as the
 * first argument says), each started and ended by an entry of its own, fifty under way at a time,
 * the engine asked after each; in memory alone and with a ledger in the directory of the second
 * argument.
 */
public final class RunBench {
    private static final int AT_ONCE = 50;
    private static final SiteId A = new SiteId("a");
    private static final SiteId B = new SiteId("b");
    private static final GroupId GROUP = new GroupId("bench");
    private static final Bundle BUNDLE = new Bundle(GROUP, "runbook: bench", Sorted.empty());
    static final RunId RUN = new RunId("run-1");
    static final Executor NODE = new Executor(new NodeId("b1"), 1);
    static final Workers WORKERS = new Workers(new TreeMap<>(Map.of(B, List.of(NODE))));

    private final @Nullable Ledger ledger;
    private ClusterState state;

    private RunBench(@Nullable Ledger ledger) {
        this.ledger = ledger;
        this.state = ledger == null ? ClusterState.EMPTY : ledger.load();
    }

    public static void main(String[] args) throws IOException {
        int tasks = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        Path directory =
                args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("adfer-bench");
        new RunBench(null).run("steps, warming up", tasks / 10);
        new RunBench(null).run("steps in memory", tasks);
        try (H2Ledger ledger = H2Ledger.open(directory, 32, new JacksonCodec())) {
            new RunBench(ledger).run("steps with a ledger", tasks);
        }
    }

    private void run(String what, int tasks) {
        apply(publish());
        apply(begin(state, tasks));
        Stopwatch watch = new Stopwatch();
        ArrayDeque<TaskStart> underWay = new ArrayDeque<>();
        while (!state.run(RUN).orElseThrow().header().phase().ended()) {
            Engine.Next next = Engine.next(state.run(RUN).orElseThrow(), WORKERS, Instant.EPOCH);
            if (!next.starts().isEmpty()) {
                apply(new Command.StartTasks(RUN, next.starts()));
                underWay.addAll(next.starts());
            }
            TaskStart done = underWay.remove();
            apply(
                    new Command.FinishTask(
                            RUN,
                            done.task(),
                            done.attempt(),
                            new Outcome.Done("It is so.", false),
                            ""));
        }
        watch.print(what, tasks);
    }

    private void apply(Command command) {
        Entry entry = new Entry("", new Actor("bench", "system"), Instant.EPOCH, "", command);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        if (applied.reply() instanceof Reply.Rejected(var index, var problem)) {
            throw new IllegalStateException(index + ": " + problem);
        }
        state = applied.state();
        if (ledger != null) {
            ledger.commit(state, applied.touched(), applied.audit().stream().toList());
        }
    }

    static Command publish() {
        return new Command.PublishRunbook(BUNDLE, runbook());
    }

    /** Begins the run on a state to which {@link #publish} was applied. */
    static Command begin(ClusterState state, int tasks) {
        return new Command.StartRun(RUN, plan(state, tasks));
    }

    private static Plan plan(ClusterState state, int tasks) {
        return new Plan(
                Operation.MIGRATION,
                GROUP,
                "Bench",
                BUNDLE.hash(),
                A,
                B,
                state.group(GROUP).orElseThrow().epoch(),
                0,
                List.of(step(tasks)),
                Plan.Estimate.NONE,
                Plan.DataAge.UNKNOWN,
                true,
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                List.of(),
                List.of());
    }

    private static PlannedStep step(int tasks) {
        return new PlannedStep(
                new StepId("work"),
                "Work",
                "probe",
                List.of(),
                Optional.empty(),
                IntStream.range(0, tasks).mapToObj(RunBench::task).toList(),
                List.of(),
                List.of(),
                AT_ONCE,
                AT_ONCE,
                Step.Retry.NONE);
    }

    private static Task task(int number) {
        return new Task(
                new TaskId("work/" + number),
                new TaskAction.Ask(
                        new Check(
                                new ProbeSpec.Tcp("db", 5432),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1))),
                B,
                0,
                Duration.ofMinutes(1),
                Duration.ofSeconds(1));
    }

    private static Runbook runbook() {
        return new Runbook(
                GROUP,
                "Bench",
                A,
                B,
                new Runbook.Objectives(Duration.ofMinutes(10), Duration.ofMinutes(5)),
                new Runbook.Protection(List.of(), Sorted.empty(), Sorted.empty()),
                Runbook.Automation.none(Duration.ofMinutes(5)),
                List.of(),
                List.of());
    }
}
