package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.lease.LeaseTerms;
import adfer.lease.Overdue;
import adfer.lease.Waiting;
import adfer.state.ClusterState;
import adfer.state.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Ends leases that were not renewed for long enough: every node measures, by its steady clock from
 * when it applied a renewal; the leader proposes.
 */
public final class LeaseWatch implements Replica.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration COMMIT = Duration.ofSeconds(10);

    private final LeaseTerms terms;
    private final Replica replica;
    private final Submitter submitter;
    private final Actor self;
    private final LongSupplier steadyNanos;
    private final Thread loop;
    private volatile Waiting waiting;

    /**
     * @param steadyNanos a clock that is never set; it may stand still while the machine sleeps
     */
    public LeaseWatch(
            LeaseTerms terms,
            Replica replica,
            Submitter submitter,
            NodeId self,
            LongSupplier steadyNanos) {
        this.terms = terms;
        this.replica = replica;
        this.submitter = submitter;
        this.self = Actor.system(self);
        this.steadyNanos = steadyNanos;
        this.waiting = Waiting.NONE;
        replica.listen(this);
        look(replica.state());
        this.loop = Thread.ofVirtual().name("lease-watch").start(this::run);
    }

    @Override
    public void applied(ClusterState state, SortedSet<Key> touched) {
        boolean leases =
                touched.isEmpty()
                        || !touched.subSet(new Key(Kind.LEASE, ""), new Key(Kind.LEASE, "\uffff"))
                                .isEmpty();
        if (leases) {
            look(state);
        }
    }

    private synchronized void look(ClusterState state) {
        waiting = waiting.applied(state.leases().toList(), steadyNanos.getAsLong());
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(TICK);
                List<Overdue> overdue = waiting.overdue(terms, steadyNanos.getAsLong());
                if (!overdue.isEmpty() && replica.leadership().leading()) {
                    lapse(overdue);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lapse(List<Overdue> overdue) throws InterruptedException {
        try {
            var reply =
                    submitter
                            .submit(self, new Command.LapseLeases(overdue))
                            .get(COMMIT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("Leases that were not renewed in time: {}: {}", overdue, reply);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("A lapse could not be committed and is tried again: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        loop.interrupt();
        replica.unlisten(this);
    }
}
