package adfer.run;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.runbook.Check;
import adfer.runbook.ProbeSpec;
import adfer.runbook.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Plans written by hand, from site a to site b. A task is named {@code step/what}. */
public final class Plans {
    public static final SiteId A = new SiteId("a");
    public static final SiteId B = new SiteId("b");
    static final HostId HOST = new HostId("host");
    static final Duration TIMEOUT = Duration.ofMinutes(1);

    private Plans() {}

    /** The usual: stop at the source, move, start at the target, each with what takes it back. */
    public static StepOf[] usual(String... vms) {
        return new StepOf[] {
            step("stop").stops(A, vms).undoStarts(A, vms),
            ownership().after("stop"),
            step("start").after("ownership").starts(B, vms).undoStops(B, vms)
        };
    }

    static Plan plan(Operation operation, String group, Epoch from, StepOf... steps) {
        return plan(operation, group, A, B, from, steps);
    }

    static Plan plan(
            Operation operation,
            String group,
            SiteId source,
            SiteId target,
            Epoch from,
            StepOf... steps) {
        return new Plan(
                operation,
                new GroupId(group),
                "Plan of " + group,
                Bench.bundle(group).hash(),
                source,
                target,
                from,
                0,
                Arrays.stream(steps).map(step -> step.of(group, source, target, from)).toList(),
                Plan.Estimate.NONE,
                Plan.DataAge.UNKNOWN,
                true,
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                List.of(),
                List.of());
    }

    public static StepOf step(String id) {
        return new StepOf(id);
    }

    public static StepOf ownership() {
        StepOf step = new StepOf("ownership");
        step.kind = PlannedStep.OWNERSHIP;
        step.moves = true;
        step.movesBack = true;
        return step;
    }

    public static Check check() {
        return new Check(
                new ProbeSpec.Tcp("10.0.0.1", 80), Duration.ofSeconds(30), Duration.ofSeconds(1));
    }

    /** A step in the making. */
    public static final class StepOf {
        private final String id;
        private String kind = "step";
        private boolean moves;
        private boolean movesBack;
        private List<StepId> after = List.of();
        private Optional<String> skipped = Optional.empty();
        private final List<Task> tasks = new ArrayList<>();
        private final List<Task> verify = new ArrayList<>();
        private final List<Task> undo = new ArrayList<>();
        private int atOnce = 100;
        private int perHost = 100;
        private Step.Retry retry = Step.Retry.NONE;
        private int wave;

        private StepOf(String id) {
            this.id = id;
        }

        public StepOf after(String... ids) {
            after = Arrays.stream(ids).map(StepId::new).toList();
            return this;
        }

        StepOf skipped() {
            skipped = Optional.of("not now");
            return this;
        }

        StepOf atOnce(int most) {
            atOnce = most;
            return this;
        }

        StepOf perHost(int most) {
            perHost = most;
            return this;
        }

        StepOf retry(int attempts, Duration backoff) {
            retry = new Step.Retry(attempts, backoff);
            return this;
        }

        /** What is added from here on belongs to this wave. */
        StepOf wave(int number) {
            wave = number;
            return this;
        }

        StepOf stops(SiteId site, String... vms) {
            return each(tasks, vms, "", site, Plans::stop);
        }

        StepOf starts(SiteId site, String... vms) {
            return each(tasks, vms, "", site, Plans::start);
        }

        public StepOf script(SiteId site, String name, Optional<Check> observe) {
            return add(tasks, name, site, script(name, observe));
        }

        public StepOf script(SiteId site, String name, String variable, SecretRef secret) {
            return add(
                    tasks,
                    name,
                    site,
                    new TaskAction.RunScript(
                            "scripts/" + name,
                            List.of(),
                            Sorted.empty(),
                            new TreeMap<>(Map.of(variable, secret)),
                            Optional.empty()));
        }

        StepOf approve() {
            return add(tasks, "ask", B, new TaskAction.Approve("duty-manager", "Well?"));
        }

        StepOf pause(Optional<Duration> time) {
            return add(tasks, "wait", B, new TaskAction.Wait(time, "Have a look."));
        }

        StepOf verify(SiteId site) {
            return add(verify, "verify", site, new TaskAction.Ask(check()));
        }

        StepOf undoStarts(SiteId site, String... vms) {
            return each(undo, vms, "undo/", site, Plans::start);
        }

        StepOf undoStops(SiteId site, String... vms) {
            return each(undo, vms, "undo/", site, Plans::stop);
        }

        StepOf undoScript(SiteId site, String name) {
            return add(undo, "undo/" + name, site, script(name, Optional.empty()));
        }

        StepOf undoPause(Duration time) {
            return add(
                    undo, "undo/wait", A, new TaskAction.Wait(Optional.of(time), "Let it settle."));
        }

        StepOf noWayBack() {
            movesBack = false;
            return this;
        }

        private static TaskAction script(String name, Optional<Check> observe) {
            return new TaskAction.RunScript(
                    "scripts/" + name, List.of(), Sorted.empty(), Sorted.empty(), observe);
        }

        private interface Making {
            TaskAction of(String vm);
        }

        private StepOf each(
                List<Task> to, String[] vms, String prefix, SiteId site, Making making) {
            for (String vm : vms) {
                add(to, prefix + vm, site, making.of(vm));
            }
            return this;
        }

        private StepOf add(List<Task> to, String name, SiteId site, TaskAction action) {
            to.add(
                    new Task(
                            new TaskId(id + "/" + name),
                            action,
                            site,
                            wave,
                            TIMEOUT,
                            Duration.ofSeconds(10)));
            return this;
        }

        PlannedStep of(String group, SiteId source, SiteId target, Epoch from) {
            GroupId of = new GroupId(group);
            if (moves) {
                Epoch to = from.next();
                add(tasks, "move", target, new TaskAction.MoveOwnership(of, source, target, to));
                if (movesBack) {
                    var back = new TaskAction.MoveOwnership(of, target, source, to.next());
                    add(undo, "undo", source, back);
                }
            }
            return new PlannedStep(
                    new StepId(id),
                    "Step " + id,
                    kind,
                    after,
                    skipped,
                    tasks,
                    verify,
                    undo,
                    atOnce,
                    perHost,
                    retry);
        }
    }

    private static TaskAction stop(String vm) {
        return new TaskAction.StopVm(new VmId(vm), vm, Duration.ofSeconds(30));
    }

    private static TaskAction start(String vm) {
        return new TaskAction.StartVm(new VmId(vm), vm, HOST, List.of());
    }
}
