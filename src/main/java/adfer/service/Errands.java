package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.state.Command;
import adfer.state.Reply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * What the log has told this node to do besides the tasks of runs: each errand in a thread of its
 * own, and its end told to the log as often as it takes.
 */
final class Errands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);
    private static final Duration COMMIT = Duration.ofSeconds(15);
    private static final Duration TRY_AGAIN = Duration.ofMillis(500);

    private final NodeId self;
    private final Submitter submitter;
    private final Set<Thread> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** What is to be done. */
    interface Errand {
        void run() throws InterruptedException;
    }

    Errands(NodeId self, Submitter submitter) {
        this.self = self;
        this.submitter = submitter;
    }

    void begin(String name, Errand errand) {
        Thread thread =
                Thread.ofVirtual()
                        .name(name)
                        .unstarted(() -> {
                            try {
                                errand.run();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } finally {
                                underWay.remove(Thread.currentThread());
                            }
                        });
        underWay.add(thread);
        thread.start();
    }

    int underWay() {
        return underWay.size();
    }

    boolean closed() {
        return closed;
    }

    /**
     * Commits what came of an errand.
     *
     * @param awaited whether the log still waits for it
     * @return the log's answer; empty when nobody waits any more
     */
    Optional<Reply> tell(String errand, Command end, BooleanSupplier awaited)
            throws InterruptedException {
        while (!closed && awaited.getAsBoolean()) {
            try {
                return Optional.of(
                        submitter
                                .submit(Actor.system(self), end)
                                .get(COMMIT.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException | TimeoutException e) {
                LOG.info("What became of {} is told again: {}", errand, e.getMessage());
                Thread.sleep(TRY_AGAIN);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        underWay.forEach(Thread::interrupt);
    }
}
