package adfer.adapter.raft;

import adfer.kernel.Belonging;
import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;
import adfer.port.StateMachine;

import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The replicated log on Apache Ratis: one group, one server, the local state machine behind it. */
public final class RaftReplicator implements Replicator {
    private static final Logger LOG = LoggerFactory.getLogger(RaftReplicator.class);

    private final RaftConfig config;
    private final StateMachine machine;
    private final Consumer<ReplicatorException> onFatal;
    private final Membership membership;
    private final LeaderWatch watch;
    private final MachineDriver driver;
    private final AtomicReference<@Nullable ReplicatorException> failed = new AtomicReference<>();
    private final AtomicBoolean closing = new AtomicBoolean();

    private volatile @Nullable OpenLog open;

    /**
     * @param onFatal told once, from a thread of its own, when this node's log had to stop and the
     *     node must be stopped and started again: an entry could not be applied, the disk failed
     */
    public RaftReplicator(
            RaftConfig config, StateMachine machine, Consumer<ReplicatorException> onFatal) {
        this(config, Belonging.FIRST, machine, onFatal);
    }

    /**
     * @param config of the node; which folder it is, its generation says
     * @param onFatal as above
     */
    public RaftReplicator(
            RaftConfig config,
            Belonging belonging,
            StateMachine machine,
            Consumer<ReplicatorException> onFatal) {
        this.config = config.of(belonging.generation());
        this.machine = machine;
        this.onFatal = onFatal;
        this.membership = new Membership(this.config, belonging);
        this.watch = new LeaderWatch(config.nodeId(), this::look, machine::leadershipChanged);
        this.driver =
                new MachineDriver(
                        config.nodeId(), machine, config.limits(), watch::signal, this::fail);
    }

    @Override
    public synchronized void start() {
        if (open != null || closing.get()) {
            throw new IllegalStateException("A replicated log is started once");
        }
        membership.claim();
        try {
            open = OpenLog.open(config, membership, machine, driver);
        } catch (RuntimeException e) {
            membership.release();
            throw e;
        }
        closeIfFailed();
        watch.start();
    }

    @Override
    public void close() {
        close(config.timing().handOver());
    }

    /** Closes without handing over: nobody is to go on with this log. */
    public void cease() {
        close(Duration.ZERO);
    }

    private void close(Duration handOver) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        var log = open;
        if (log == null) {
            return;
        }
        if (failed.get() == null && handOver.isPositive()) {
            log.handOver().run(handOver);
        }
        watch.close();
        log.end(new ReplicatorException(Code.CLOSED, false, "This node's log is closed."));
        log.close();
        membership.release();
    }

    /**
     * Stops at the point reached, says so once, and leaves the ending of the node to whoever runs
     * it.
     */
    private void fail(String what, Throwable cause) {
        var failure =
                new ReplicatorException(
                        Code.UNUSABLE,
                        "Node %s has stopped its log: %s (%s). Put the cause right and start the node again; nothing that was acknowledged is lost."
                                .formatted(config.nodeId(), what, Causes.root(cause)),
                        cause);
        if (closing.get() || !failed.compareAndSet(null, failure)) {
            return;
        }
        LOG.error("{}", failure.getMessage(), cause);
        Thread.startVirtualThread(() -> {
            closeIfFailed();
            onFatal.accept(failure);
        });
    }

    private void closeIfFailed() {
        var log = open;
        var failure = failed.get();
        if (log != null && failure != null) {
            log.end(failure);
            log.close();
        }
    }

    @Override
    public CompletableFuture<byte[]> submit(byte[] entry, Duration timeout) {
        var log = open;
        return log == null ? notStarted() : log.submitter().submit(entry, bounded(timeout));
    }

    @Override
    public CompletableFuture<Long> barrier(Duration timeout) {
        var log = open;
        return log == null ? notStarted() : log.barriers().await(bounded(timeout));
    }

    @Override
    public Leadership leadership() {
        var log = open;
        return log == null || !log.alive()
                ? new Leadership(false, Optional.empty(), 0)
                : log.leadership();
    }

    @Override
    public Progress progress() {
        var log = open;
        return log == null || !log.alive()
                ? new Progress(-1, -1, -1, -1, Map.of())
                : log.progress();
    }

    @Override
    public SortedSet<String> members() {
        var log = open;
        return log == null || !log.alive() ? new TreeSet<>() : log.roll().members();
    }

    @Override
    public CompletableFuture<Boolean> admit(String node, Duration timeout) {
        var log = open;
        return log == null ? notStarted() : log.roll().admit(node, bounded(timeout));
    }

    @Override
    public void reconnect(String node) {
        var log = open;
        if (log != null && log.alive()) {
            log.reconnection().to(RaftPeerId.valueOf(node));
        }
    }

    @Override
    public boolean handOver(Duration timeout) {
        var log = open;
        return log == null || log.handOver().run(bounded(timeout));
    }

    /**
     * Looks who leads, and whether the server still runs: Ratis closes it by itself where its log
     * or disk fails.
     */
    private Leadership look() {
        var log = open;
        if (log != null && !log.alive()) {
            fail("it closed by itself", new IOException("see the log above"));
        }
        return leadership();
    }

    private Duration bounded(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "A timeout must be greater than zero, not " + timeout);
        }
        var most = config.timing().submitMax();
        return timeout.compareTo(most) > 0 ? most : timeout;
    }

    private static <T> CompletableFuture<T> notStarted() {
        return CompletableFuture.failedFuture(
                new ReplicatorException(
                        Code.CLOSED,
                        false,
                        "This node's log is not open: it has not started yet, or is in"
                                + " quarantine."));
    }
}
