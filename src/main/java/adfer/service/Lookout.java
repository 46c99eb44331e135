package adfer.service;

import adfer.kernel.Belonging;
import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.mesh.Matrix;
import adfer.mesh.Topology;
import adfer.port.Mesh;
import adfer.port.Succession;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;

/**
 * Looks out for a later generation of the cluster in what other nodes say, first-hand or passed on.
 * On the first word of one this node takes part in nothing any more: its log closes and it goes
 * into quarantine.
 */
public final class Lookout implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Topology topology;
    private final Mesh mesh;
    private final Succession succession;
    private final Runnable beginAgain;
    private Optional<Thread> loop = Optional.empty();

    /**
     * @param beginAgain ends this life of the node, so that it comes up in quarantine
     */
    public Lookout(Topology topology, Mesh mesh, Succession succession, Runnable beginAgain) {
        this.topology = topology;
        this.mesh = mesh;
        this.succession = succession;
        this.beginAgain = beginAgain;
    }

    /** The later generation, of which anybody has told. */
    static Optional<Generation> later(Belonging belonging, Matrix matrix) {
        return belonging.later(
                matrix.rows().values().stream().map(aged -> aged.row().facts().generation()));
    }

    static boolean heardAll(Topology topology, Matrix matrix) {
        return topology.nodes().stream()
                .map(Topology.Node::id)
                .allMatch(node -> node.equals(matrix.holder()) || told(matrix, node));
    }

    private static boolean told(Matrix matrix, NodeId node) {
        return matrix.row(node).isPresent();
    }

    /**
     * Listens before this node's log is opened: a node that was away must not take part in what may
     * be over. Ends as soon as every other node has been heard of, or one of a later generation.
     *
     * @param longest how long to wait for those that say nothing
     */
    public void listen(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!succession.belonging().quarantined()
                && !heardAll(topology, mesh.matrix())
                && System.nanoTime() < deadline) {
            Thread.sleep(LOOK);
            look(() -> {});
        }
        look(() -> {});
    }

    /** Goes on looking out until this is closed. */
    public void start() {
        loop = Optional.of(Thread.ofVirtual().name("lookout").start(this::run));
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(LOOK);
                try {
                    look(beginAgain);
                } catch (RuntimeException e) {
                    LOG.error(
                            "A later generation is there, and this node can't go into quarantine.",
                            e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Runnable changed) {
        Belonging belonging = succession.belonging();
        Optional<Generation> later = later(belonging, mesh.matrix());
        if (later.isPresent()) {
            succession.cease();
            succession.quarantine(later.get());
            if (!belonging.quarantined()) {
                changed.run();
            }
        }
    }

    @Override
    public void close() {
        loop.ifPresent(Thread::interrupt);
    }
}
