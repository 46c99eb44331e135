package adfer.simulation;

import adfer.kernel.Epoch;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.mesh.SiteVerdict.Diagnosis;
import adfer.mesh.SiteVerdict.Status;
import adfer.run.Engine;
import adfer.run.Outcome;
import adfer.run.Run;
import adfer.run.TaskProgress;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskStart;
import adfer.run.Workers;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Moves runs on and judges the sites, at the leader. */
final class Conductor {
    private static final long LOOK_AGAIN = 250 * Events.MILLI;
    private static final long PATIENCE = 10 * Events.SECOND;

    private final Node node;
    private final World world;
    private int open;

    Conductor(Node node) {
        this.node = node;
        this.world = node.world;
    }

    void begin() {
        open = 0;
        look();
    }

    private void look() {
        node.after(
                LOOK_AGAIN,
                () -> {
                    if (node.member.leading() && open == 0) {
                        conduct(node.state());
                    }
                    look();
                });
    }

    private void conduct(ClusterState state) {
        judge(state);
        Workers workers = workers(state);
        List<RunId> active =
                state.groups().map(Group::activeRun).flatMap(Optional::stream).toList();
        for (RunId id : active) {
            Run run = state.run(id).orElseThrow();
            Engine.Next next = Engine.next(run, workers, node.wallClock());
            if (!next.doubts().isEmpty()) {
                world.counts.count(Counts.Of.DOUBTS);
                propose(new Command.DoubtTasks(id, next.doubts(), "the node is gone."));
            }
            next.timeUp().forEach(task -> propose(over(id, task)));
            if (!next.starts().isEmpty()) {
                propose(new Command.StartTasks(id, next.starts()));
                if (world.mutated(Mutation.START_BEFORE_COMMIT)) {
                    next.starts().forEach(start -> tell(state, run, start));
                }
            }
        }
    }

    private static Command over(RunId id, TaskProgress task) {
        Outcome outcome = new Outcome.Done("The pause is over.", false);
        return new Command.FinishTask(id, task.task(), task.attempt(), outcome, "");
    }

    private void propose(Command command) {
        open++;
        node.propose(node.self(), command, PATIENCE, reply -> open--);
    }

    private Workers workers(ClusterState state) {
        TreeMap<SiteId, List<Executor>> bySite = new TreeMap<>();
        state.sessions()
                .filter(NodeSession::worker)
                .filter(s -> node.member.hears(world.node(s.node()), s.incarnation()))
                .forEach(s ->
                        bySite.computeIfAbsent(s.site(), site -> new ArrayList<>())
                                .add(new Executor(s.node(), s.incarnation())));
        return new Workers(bySite);
    }

    /** A plain stand-in for the mesh: a site is well when any of its nodes was just heard. */
    private void judge(ClusterState state) {
        for (SiteId site : List.of(Books.A, Books.B)) {
            boolean heard =
                    world.nodes.stream()
                            .anyMatch(n -> n.site.equals(site) && node.member.hearsAny(n));
            Status status = heard ? Status.HEALTHY : Status.UNREACHABLE;
            if (state.verdict(site).filter(v -> v.status() == status).isEmpty()) {
                Diagnosis why = heard ? Diagnosis.ALL_WELL : Diagnosis.SITE_DEAD;
                propose(
                        new Command.JudgeSite(
                                new SiteVerdict(site, status, why, "So it is.", node.wallClock())));
            }
        }
    }

    /** What nobody may do: acting before the start is committed. */
    private void tell(ClusterState state, Run run, TaskStart start) {
        Epoch epoch = state.group(run.plan().group()).orElseThrow().epoch();
        start.executor()
                .ifPresent(executor -> {
                    TaskProgress early =
                            new TaskProgress(
                                    run.id(),
                                    start.task(),
                                    TaskProgress.Status.RUNNING,
                                    start.attempt(),
                                    0,
                                    false,
                                    start.executor(),
                                    epoch,
                                    node.wallClock(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    "");
                    Node to = world.node(executor.node());
                    world.network.send(node, to, () -> to.obey(early));
                });
    }
}
