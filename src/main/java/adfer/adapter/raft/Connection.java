package adfer.adapter.raft;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which connection to the leader is in use, by number. Of the many requests that fail with one
 * connection, one renews it. The number rises only when that is done: a request that is sent
 * meanwhile may fail with the old one still, and must not take the new one from all others.
 */
final class Connection {
    private final AtomicLong number = new AtomicLong();
    private final AtomicBoolean renewing = new AtomicBoolean();

    /** To be asked for before a request is sent. */
    long number() {
        return number.get();
    }

    /**
     * Tells that a request has failed.
     *
     * @param over the number from before it was sent
     * @param renew run unless another has renewed that connection, or does now
     */
    void failed(long over, Runnable renew) {
        if (!renewing.compareAndSet(false, true)) {
            return;
        }
        try {
            if (number.get() == over) {
                renew.run();
                number.incrementAndGet();
            }
        } finally {
            renewing.set(false);
        }
    }
}
