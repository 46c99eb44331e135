package adfer.run;

import adfer.kernel.Actor;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.Sorted;
import adfer.mesh.NodeSession;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.Fates.Doom;
import adfer.run.Fates.Fate;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskProgress.Status;
import adfer.state.Applied;
import adfer.state.Command;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A node that carries out what the log tells it, in as far as its fate lets it. */
final class WorldNode {
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final World world;
    private final WorldSite site;
    final NodeId id;
    boolean up = true;

    /** Whether it is connected: to be told, and to be heard. */
    boolean heard = true;

    private long incarnation = 1;
    private final Set<Key> begun = new HashSet<>();

    WorldNode(World world, WorldSite site, String name) {
        this.world = world;
        this.site = site;
        this.id = new NodeId(name);
    }

    private Executor self() {
        return new Executor(id, incarnation);
    }

    private boolean lives(Executor life) {
        return up && life.equals(self());
    }

    void announce() {
        var session =
                new NodeSession(
                        id,
                        site.id,
                        incarnation,
                        world.now,
                        "1",
                        "",
                        true,
                        Sorted.empty(),
                        List.of());
        world.apply("", Actor.system(id), "", new Command.AnnounceNode(session));
    }

    void crash() {
        up = false;
        begun.clear();
        world.note(() -> id + " crashes");
    }

    void restart() {
        if (!up && site.alive) {
            up = true;
            incarnation++;
            world.note(() -> id + " restarts");
            announce();
        }
    }

    void applied(Applied applied) {
        for (Key key : applied.touched()) {
            if (key.kind() == Kind.TASK
                    && applied.state().find(key).orElse(null) instanceof TaskProgress attempt
                    && attempt.status() == Status.RUNNING
                    && attempt.executor().filter(this::lives).isPresent()) {
                world.after(world.delay(1_000), () -> hear(attempt));
            }
        }
    }

    private void hear(TaskProgress attempt) {
        if (!lives(attempt.executor().orElseThrow())) {
            return;
        }
        if (!heard) {
            world.after(AGAIN, () -> hear(attempt));
            return;
        }
        if (begun.add(new Key(Kind.TASK, attempt.key() + "/" + attempt.attempt()))) {
            begin(world.task(attempt), attempt);
        }
    }

    private void begin(Task task, TaskProgress attempt) {
        Executor life = attempt.executor().orElseThrow();
        Fate fate = world.fates.of(task, attempt);
        boolean thereAlready = world.observes(task, attempt);
        world.after(
                fate.before(),
                () -> {
                    if (lives(life)) {
                        act(task, attempt, fate, thereAlready);
                    }
                });
    }

    private void act(Task task, TaskProgress attempt, Fate fate, boolean thereAlready) {
        if (fate.doom() == Doom.CRASH_BEFORE) {
            crash();
            return;
        }
        Outcome outcome =
                fate.doom() == Doom.FAIL_BEFORE ? broken() : effect(task, attempt, thereAlready);
        if (fate.doom() == Doom.TWICE && !isOnce(task)) {
            outcome = effect(task, attempt, world.observes(task, attempt));
        }
        world.note(() -> id + " did " + task.id() + " #" + attempt.attempt() + ", " + fate.doom());
        if (fate.doom() == Doom.CRASH_AFTER) {
            crash();
        } else if (fate.doom() != Doom.FALL_SILENT) {
            Outcome told =
                    fate.doom() == Doom.FAIL_AFTER && outcome instanceof Outcome.Done
                            ? broken()
                            : outcome;
            world.after(fate.after(), () -> deliver(attempt, told));
        }
    }

    /** Whether nothing tells that its effect is there, so that nobody may repeat it unasked. */
    private static boolean isOnce(Task task) {
        return task.action() instanceof TaskAction.RunScript script && script.observe().isEmpty();
    }

    private static Outcome broken() {
        return new Outcome.Failed(new Problem("broken", "It broke."), true);
    }

    private Outcome effect(Task task, TaskProgress attempt, boolean thereAlready) {
        return switch (task.action()) {
            case TaskAction.StopVm stop ->
                    site.stop(stop.vm(), attempt.epoch(), world.startsHere(attempt, stop.vm()));
            case TaskAction.StartVm start -> {
                Outcome outcome = site.start(start.vm(), attempt.epoch());
                world.checks.neverInBothSites(start.vm());
                yield outcome;
            }
            case TaskAction.RunScript script -> world.script(script, attempt, thereAlready);
            case TaskAction.Ask ignored -> new Outcome.Done("It answers.", false);
            case TaskAction.Approve ignored -> throw new IllegalStateException("not for a node");
            case TaskAction.Wait ignored -> throw new IllegalStateException("not for a node");
            case TaskAction.MoveOwnership ignored ->
                    throw new IllegalStateException("not for a node");
        };
    }

    /** Tells of the outcome as often as it takes, until it is settled or the node dies. */
    private void deliver(TaskProgress attempt, Outcome outcome) {
        if (!lives(attempt.executor().orElseThrow()) || !world.isCurrent(attempt)) {
            return;
        }
        if (heard) {
            world.send(
                    Actor.system(id),
                    new Command.FinishTask(
                            attempt.run(), attempt.task(), attempt.attempt(), outcome, ""));
        }
        world.after(AGAIN, () -> deliver(attempt, outcome));
    }
}
