package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.ClockReport;
import adfer.mesh.Judge;
import adfer.mesh.JudgePolicy;
import adfer.mesh.LinkView;
import adfer.mesh.Matrix;
import adfer.mesh.NodeSession;
import adfer.mesh.Row;
import adfer.mesh.SiteVerdict;
import adfer.mesh.Topology;
import adfer.port.Mesh;
import adfer.state.ClusterState;
import adfer.state.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Judges the sites, tick by tick. Every node keeps its judgement warm; only the leader's is
 * committed, and only what is committed is a verdict.
 */
public final class Watch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration COMMIT = Duration.ofSeconds(10);

    private final Topology topology;
    private final Mesh mesh;
    private final NodeId self;
    private final Replica replica;
    private final Submitter submitter;
    private final InstantSource clock;
    private final JudgePolicy policy;
    private final Duration clockThreshold;
    private final Generation generation;
    private final Thread loop;
    private Judge judge;

    public Watch(
            Topology topology,
            Mesh mesh,
            NodeId self,
            Replica replica,
            Submitter submitter,
            InstantSource clock,
            JudgePolicy policy,
            Duration clockThreshold,
            Generation generation) {
        this.topology = topology;
        this.mesh = mesh;
        this.self = self;
        this.replica = replica;
        this.submitter = submitter;
        this.clock = clock;
        this.policy = policy;
        this.clockThreshold = clockThreshold;
        this.generation = generation;
        this.judge = new Judge(topology, policy);
        this.loop = Thread.ofVirtual().name("watch").start(this::run);
    }

    public Topology topology() {
        return topology;
    }

    public NodeId self() {
        return self;
    }

    public Matrix matrix() {
        return mesh.matrix();
    }

    public ClockReport clocks() {
        return ClockReport.of(mesh.matrix(), policy.freshFor(), clockThreshold);
    }

    /** Whether messages go to this node and back now; of itself a node is always sure. */
    public boolean reaches(NodeId node) {
        return node.equals(self)
                || mesh.matrix().row(self).map(row -> row.sees(node)).orElse(false);
    }

    /** Whether a node is reached and takes part in this generation of the cluster. */
    public boolean hears(NodeId node) {
        return reaches(node) && (node.equals(self) || partakes(node));
    }

    private boolean partakes(NodeId node) {
        return row(node)
                .map(Row::facts)
                .filter(facts -> facts.generation().equals(generation) && !facts.quarantined())
                .isPresent();
    }

    /** Whether this life of a node is heard now. */
    public boolean hears(NodeSession session) {
        boolean sameLife =
                session.node().equals(self)
                        || mesh.matrix()
                                .row(session.node())
                                .map(row -> row.incarnation() == session.incarnation())
                                .orElse(true);
        return sameLife && hears(session.node());
    }

    /** Whether any node of the mesh hears it, as far as this one knows. */
    public boolean heardByAny(NodeId node) {
        Matrix matrix = mesh.matrix();
        return node.equals(self)
                || matrix.row(node, policy.freshFor()).isPresent()
                || matrix.rows().keySet().stream()
                        .flatMap(other -> matrix.row(other, policy.freshFor()).stream())
                        .anyMatch(row -> row.hears(node));
    }

    /** How long ago a node was heard last, by any path. */
    public Optional<Duration> lastHeard(NodeId node) {
        return mesh.matrix().row(self).stream()
                .flatMap(row -> row.linksTo(node).stream())
                .flatMap(link -> link.lastHeard().stream())
                .min(Duration::compareTo);
    }

    /** What a node last said of itself. */
    public Optional<Row> row(NodeId node) {
        return mesh.matrix().row(node);
    }

    /** What a node has said of itself no longer ago than that, and lately enough to hold. */
    Optional<Row> lately(NodeId node, Duration within) {
        Duration fresh = policy.freshFor();
        return mesh.matrix().row(node, within.compareTo(fresh) < 0 ? within : fresh);
    }

    /** The links of this node to another. */
    public java.util.List<LinkView> links(NodeId node) {
        return mesh.matrix().row(self).map(row -> row.linksTo(node)).orElse(java.util.List.of());
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(TICK);
                try {
                    tick();
                } catch (ExecutionException | TimeoutException e) {
                    LOG.info(
                            "A verdict could not be committed and is judged again: {}",
                            e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("The judgement failed and is tried again.", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() throws InterruptedException, ExecutionException, TimeoutException {
        Topology present = present(replica.state());
        if (!judge.topology().equals(present)) {
            judge = new Judge(present, policy);
        }
        Judge.Judgement judgement =
                judge.judge(mesh.matrix(), committed(replica.state()), clock.instant());
        judge = judgement.next();
        if (replica.leadership().leading() && !judgement.changed().isEmpty()) {
            CompletableFuture<?>[] commits =
                    judgement.changed().stream()
                            .map(verdict ->
                                    submitter.submit(
                                            Actor.system(self), new Command.JudgeSite(verdict)))
                            .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(commits).get(COMMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Without the sites that were given up at a takeover and have not come back since. */
    private Topology present(ClusterState state) {
        return state.founding().map(founding -> topology.without(founding.lost())).orElse(topology);
    }

    private Map<SiteId, SiteVerdict> committed(ClusterState state) {
        Map<SiteId, SiteVerdict> verdicts = new TreeMap<>();
        topology.sites()
                .forEach(site ->
                        state.verdict(site.id()).ifPresent(v -> verdicts.put(site.id(), v)));
        return verdicts;
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
