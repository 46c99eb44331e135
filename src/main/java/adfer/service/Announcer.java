package adfer.service;

import adfer.kernel.Actor;
import adfer.mesh.NodeSession;
import adfer.state.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Says to the cluster that this node lives anew, until it is committed. */
public final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final Duration TRY_AGAIN = Duration.ofMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final NodeSession session;
    private final Replica replica;
    private final Submitter submitter;
    private final Thread loop;

    public Announcer(NodeSession session, Replica replica, Submitter submitter) {
        this.session = session;
        this.replica = replica;
        this.submitter = submitter;
        this.loop = Thread.ofVirtual().name("announcer").start(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (known()) {
                    Thread.sleep(LOOK_AGAIN);
                } else {
                    announce();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean known() {
        return replica.state()
                .session(session.node())
                .filter(known -> known.incarnation() == session.incarnation())
                .isPresent();
    }

    private void announce() throws InterruptedException {
        try {
            var _ =
                    submitter
                            .submit(Actor.system(session.node()), new Command.AnnounceNode(session))
                            .get(15, TimeUnit.SECONDS);
            Thread.sleep(TRY_AGAIN);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("This node is not announced yet: {}", e.getMessage());
            Thread.sleep(TRY_AGAIN);
        }
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
