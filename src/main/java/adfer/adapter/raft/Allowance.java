package adfer.adapter.raft;

import adfer.adapter.raft.RaftConfig.Limits;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import java.util.concurrent.Semaphore;

/** What may be on its way from this node at once: a number of entries, and their bytes together. */
final class Allowance {
    private final Limits limits;
    private final Semaphore entries;
    private final Semaphore bytes;

    Allowance(Limits limits) {
        this.limits = limits;
        this.entries = new Semaphore(limits.outstandingEntries());
        this.bytes = new Semaphore(Math.toIntExact(limits.outstandingBytes()));
    }

    boolean take(int size) {
        if (!entries.tryAcquire()) {
            return false;
        }
        if (!bytes.tryAcquire(size)) {
            entries.release();
            return false;
        }
        return true;
    }

    void giveBack(int size) {
        bytes.release(size);
        entries.release();
    }

    ReplicatorException exhausted() {
        return new ReplicatorException(
                Code.BUSY,
                false,
                "%,d entries or %,d bytes are on their way already; nothing was written, try again when some are through."
                        .formatted(limits.outstandingEntries(), limits.outstandingBytes()));
    }
}
