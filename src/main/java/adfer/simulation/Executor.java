package adfer.simulation;

import adfer.inventory.Ownership;
import adfer.inventory.Tenure;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.Problem;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.Outcome;
import adfer.run.Run;
import adfer.run.TaskProgress;
import adfer.run.TaskProgress.Status;
import adfer.state.ClusterState;
import adfer.state.Command;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/** Carries out what the log tells its node, in this life of it. */
final class Executor {
    private static final long CALL_TIMEOUT = 15 * Events.SECOND;

    /** So many of a hundred orders are stuck on their way, and are carried out nevertheless. */
    private static final int STUCK = 4;

    private static final int LOOKS_FOR_A_LEASE = 50;

    private final Node node;
    private final World world;
    private final Set<String> begun = new HashSet<>();

    Executor(Node node) {
        this.node = node;
        this.world = node.world;
    }

    void begin() {
        begun.clear();
    }

    void applied(ClusterState state, SortedSet<Key> touched) {
        for (Key key : touched.tailSet(new Key(Kind.TASK, ""))) {
            if (key.kind() != Kind.TASK) {
                return;
            }
            state.find(key).map(TaskProgress.class::cast).ifPresent(this::consider);
        }
    }

    void consider(TaskProgress progress) {
        boolean mine =
                progress.executor()
                        .filter(e -> e.node().equals(node.id()) && e.incarnation() == node.life())
                        .isPresent();
        String attempt = progress.run() + "/" + progress.task() + "/" + progress.attempt();
        if (mine && progress.status() == Status.RUNNING && begun.add(attempt)) {
            node.after(world.chance.micros(100, 50_000), () -> carryOut(progress));
        }
    }

    private void carryOut(TaskProgress progress) {
        node.state().run(progress.run()).ifPresent(run -> carryOut(run, progress));
    }

    private void carryOut(Run run, TaskProgress progress) {
        Task task = run.task(progress.task()).orElseThrow();
        Ownership mark = new Ownership(run.plan().group(), progress.epoch());
        boolean[] over = {false};
        Consumer<Outcome> once =
                outcome -> {
                    if (!over[0]) {
                        over[0] = true;
                        deliver(progress, outcome);
                    }
                };
        switch (task.action()) {
            case TaskAction.StartVm start ->
                    startWithLease(progress, start, mark, LOOKS_FOR_A_LEASE, once);
            case TaskAction.StopVm stop -> {
                Machine machine = world.fleet.machine(node.site, stop.vm());
                call(
                        once,
                        (hypervisor, answer) -> hypervisor.stop(machine, mark, progress, answer));
            }
            case TaskAction.RunScript script -> run(progress, script, once);
            case TaskAction.Ask ignored -> once.accept(done());
            case TaskAction.Approve ignored -> {}
            case TaskAction.Wait ignored -> {}
            case TaskAction.MoveOwnership ignored -> {}
        }
    }

    /** Where nobody can look whether it has done its work, it is not run again by itself. */
    private void run(TaskProgress progress, TaskAction.RunScript script, Consumer<Outcome> once) {
        if (!progress.mayRun(script) && !world.mutated(Mutation.SCRIPT_REPEATED)) {
            Problem doubt = new Problem("in-doubt", "Nobody knows how it ended.");
            once.accept(new Outcome.Unsure(doubt));
            return;
        }
        world.checks.ran(progress, script.observe().isPresent());
        Outcome failed = new Outcome.Failed(new Problem("script-failed", "It failed."), true);
        Outcome outcome = world.stormy() && world.chance.percent(10) ? failed : done();
        node.after(world.chance.millis(10, 3_000), () -> once.accept(outcome));
    }

    private static Outcome done() {
        return new Outcome.Done("It is so.", false);
    }

    /** A change of owner is followed by the new owner's first renewal, so it is waited for. */
    private void startWithLease(
            TaskProgress progress,
            TaskAction.StartVm start,
            Ownership mark,
            int looks,
            Consumer<Outcome> once) {
        if (node.keeper.holds(mark.group(), mark.epoch())) {
            Machine machine = world.fleet.machine(node.site, start.vm());
            Tenure tenure = new Tenure(mark, node.state().ownedSince(mark.group(), mark.epoch()));
            call(
                    once,
                    (hypervisor, answer) ->
                            hypervisor.start(machine, start.host(), tenure, progress, answer));
        } else if (looks == 0) {
            Problem none = new Problem("no-lease", "Site " + node.site + " holds no lease.");
            once.accept(new Outcome.Failed(none, true));
        } else {
            node.after(
                    200 * Events.MILLI,
                    () -> startWithLease(progress, start, mark, looks - 1, once));
        }
    }

    private interface Call {
        void on(Hypervisor hypervisor, Consumer<Outcome> answer);
    }

    private void call(Consumer<Outcome> once, Call what) {
        Hypervisor hypervisor = world.hypervisor(node.site);
        long of = node.life();
        Consumer<Outcome> answer =
                outcome ->
                        world.network.send(
                                hypervisor,
                                node,
                                () -> {
                                    if (node.life() == of) {
                                        once.accept(outcome);
                                    }
                                });
        world.worstMoments.acts(node);
        Runnable order = () -> what.on(hypervisor, answer);
        if (world.stormy() && world.chance.percent(STUCK)) {
            world.events.after(
                    world.chance.millis(2_000, 60_000),
                    () -> hypervisor.wake(hypervisor.life(), order));
        } else {
            node.after(
                    world.chance.micros(100, 20_000),
                    () -> world.network.send(node, hypervisor, order));
        }
        Problem late = new Problem("timeout", "The hypervisor did not answer in time.");
        node.after(CALL_TIMEOUT, () -> once.accept(new Outcome.Failed(late, true)));
    }

    private void deliver(TaskProgress progress, Outcome outcome) {
        if (isCurrent(progress)) {
            Command finish =
                    new Command.FinishTask(
                            progress.run(), progress.task(), progress.attempt(), outcome, "");
            node.propose(
                    node.self(),
                    finish,
                    30 * Events.SECOND,
                    reply -> {
                        if (reply.isEmpty()) {
                            node.after(500 * Events.MILLI, () -> deliver(progress, outcome));
                        }
                    });
        }
    }

    private boolean isCurrent(TaskProgress progress) {
        Optional<TaskProgress> now =
                node.state().find(progress.key()).map(TaskProgress.class::cast);
        return now.filter(p -> p.attempt() == progress.attempt())
                .filter(p -> p.status() == Status.RUNNING || p.status() == Status.DOUBTFUL)
                .isPresent();
    }
}
