package adfer.service;

import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.mesh.Topology;
import adfer.port.Replicator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * The leader lets configured nodes in that have joined its generation and don't vote yet, one at a
 * time. In the first generation everybody votes from the beginning.
 */
public final class Admission implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Generation generation;
    private final Watch watch;
    private final Replicator replicator;
    private final Thread loop;

    public Admission(Generation generation, Watch watch, Replicator replicator) {
        this.generation = generation;
        this.watch = watch;
        this.replicator = replicator;
        this.loop = Thread.ofVirtual().name("admission").start(this::run);
    }

    /**
     * Who is to be let in next.
     *
     * @param partakes whether a node is heard now and says that it is of this generation
     */
    static Optional<NodeId> next(
            Topology topology, SortedSet<String> members, Predicate<NodeId> partakes) {
        return topology.nodes().stream()
                .map(Topology.Node::id)
                .filter(node -> !members.contains(node.value()))
                .filter(partakes)
                .findFirst();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(LOOK);
                if (generation.number() > 1 && replicator.leadership().leading()) {
                    Optional<NodeId> next =
                            next(watch.topology(), replicator.members(), watch::hears);
                    if (next.isPresent()) {
                        admit(next.get());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(NodeId node) throws InterruptedException {
        try {
            boolean done =
                    replicator
                            .admit(node.value(), LONGEST)
                            .get(LONGEST.toSeconds() + 1, TimeUnit.SECONDS);
            if (done) {
                LOG.info("Node {} has come into {} and votes now.", node, generation);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("Node {} could not be let in yet: {}", node, e.getMessage());
        }
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
