package adfer.adapter.raft;

import adfer.adapter.raft.RaftConfig.Limits;
import adfer.port.StateMachine;

import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides when a snapshot is due and has it written in the background: captured on the apply
 * thread, written on another, and reported to Ratis (which then purges the log) on a later call,
 * when it is on disk. All methods but {@link #close} are called on the apply thread.
 */
final class SnapshotTaker {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTaker.class);
    private static final long NONE = -1;

    private final String node;
    private final StateMachine machine;
    private final SnapshotStore store;
    private final Limits limits;

    private final AtomicLong written = new AtomicLong(NONE);
    private volatile @Nullable Thread writer;
    private volatile boolean closed;
    private long entries;
    private long bytes;
    private long newest = NONE;

    SnapshotTaker(String node, StateMachine machine, SnapshotStore store, Limits limits) {
        this.node = node;
        this.machine = machine;
        this.store = store;
        this.limits = limits;
    }

    /** Counts one entry since the last capture. */
    void applied(int entryBytes) {
        entries++;
        bytes += entryBytes;
    }

    /** Starts a snapshot at the given position where one is due. */
    private void startIfDue(TermIndex at) {
        if (closed
                || writer != null
                || (entries < limits.snapshotEntries() && bytes < limits.snapshotBytes())) {
            return;
        }
        entries = 0;
        bytes = 0;
        var snapshot = machine.capture();
        var thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("snapshot-" + node)
                        .unstarted(() -> write(at, snapshot));
        writer = thread;
        thread.start();
    }

    /**
     * What Ratis asks for after every batch of entries.
     *
     * @return the index of a snapshot that was published since the last call, else -1
     */
    long take(TermIndex at) {
        var done = written.getAndSet(NONE);
        if (done > newest) {
            newest = done;
            return done;
        }
        startIfDue(at);
        return NONE;
    }

    /**
     * A snapshot of another node was installed: counting starts again, and one of our own that is
     * older does not count.
     */
    void installed(long index) {
        newest = index;
        entries = 0;
        bytes = 0;
    }

    private void write(TermIndex at, StateMachine.Snapshot snapshot) {
        try {
            var start = System.nanoTime();
            store.write(at, snapshot);
            written.set(at.getIndex());
            LOG.info(
                    "{}: snapshot at {} written in {} ms",
                    node,
                    at,
                    (System.nanoTime() - start) / 1_000_000);
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            // Not published, so the log stays; tried again after as many entries as between two
            // snapshots.
            LOG.warn(
                    "{}: the snapshot at {} could not be written and was dropped; the log is kept:"
                            + " {}",
                    node,
                    at,
                    e,
                    e);
        } finally {
            writer = null;
        }
    }

    /**
     * Waits a little for a snapshot being written; one that is not done by then is dropped at the
     * next start.
     */
    void close(Duration patience) {
        closed = true;
        var thread = writer;
        if (thread != null) {
            try {
                if (!thread.join(patience)) {
                    thread.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
