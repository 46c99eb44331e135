package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.port.Signer;
import adfer.state.Checkpoint;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reply;
import adfer.state.Seal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Has this node sign the audit trail: tells the others its key, marks the trail's end from time to
 * time while it leads, and signs what was marked. It signs only what it has applied itself.
 */
public final class Sealer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final NodeId self;
    private final Signer signer;
    private final Replica replica;
    private final Submitter submitter;
    private final InstantSource clock;
    private final Duration every;
    private final Thread loop;

    /**
     * @param every how often the trail is signed while it grows
     */
    public Sealer(
            NodeId self,
            Signer signer,
            Replica replica,
            Submitter submitter,
            InstantSource clock,
            Duration every) {
        this.self = self;
        this.signer = signer;
        this.replica = replica;
        this.submitter = submitter;
        this.clock = clock;
        this.every = every;
        this.loop = Thread.ofVirtual().name("sealer").start(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Optional<Command> next =
                        next(
                                replica.state(),
                                self,
                                signer,
                                replica.leadership().leading(),
                                clock.instant().minus(every));
                Thread.sleep(next.isEmpty() || submitted(next.get()) ? LOOK : TRY_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What is to be done for the trail now.
     *
     * @param due a mark that is older is due to be moved
     */
    static Optional<Command> next(
            ClusterState state, NodeId self, Signer signer, boolean leading, Instant due) {
        Checkpoint mark = state.checkpoint();
        if (mark.signer(self).filter(known -> known.key().equals(signer.key())).isEmpty()) {
            return Optional.of(new Command.AnnounceKey(self, signer.key()));
        }
        if (mark.awaits(self, signer.key())) {
            String statement = Seal.statement(self, mark.number(), mark.head());
            return Optional.of(
                    new Command.SignCheckpoint(
                            new Seal(
                                    self,
                                    mark.number(),
                                    mark.head(),
                                    signer.key(),
                                    signer.sign(statement))));
        }
        return leading && mark.outgrown(state.audits()) && !mark.at().isAfter(due)
                ? Optional.of(new Command.BeginCheckpoint())
                : Optional.empty();
    }

    private boolean submitted(Command command) throws InterruptedException {
        try {
            Reply reply =
                    submitter
                            .submit(Actor.system(self), command)
                            .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            if (reply instanceof Reply.Rejected(long ignored, var problem)) {
                LOG.info("The audit trail is not signed yet: {}", problem.sentence());
                return false;
            }
            return replica.awaitIndex(reply.index(), ANSWER);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The audit trail is not signed yet: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
