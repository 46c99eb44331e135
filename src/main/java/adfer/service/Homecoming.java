package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.port.Memory;
import adfer.state.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells the cluster who let this node rejoin it: in quarantine there was no log to say so in. Told
 * until it is committed, once.
 */
public final class Homecoming implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Homecoming.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final NodeId self;
    private final SiteId site;
    private final Memory memory;
    private final Submitter submitter;
    private final Thread loop;

    /**
     * Who ordered it, and when.
     *
     * @param latest the latest epoch that this node knew until then
     */
    public record Order(Actor by, Instant at, Epoch latest) {}

    public Homecoming(NodeId self, SiteId site, Memory memory, Submitter submitter) {
        this.self = self;
        this.site = site;
        this.memory = memory;
        this.submitter = submitter;
        this.loop = Thread.ofVirtual().name("homecoming").start(this::run);
    }

    private void run() {
        try {
            var order = memory.find(Order.class);
            while (order.isPresent() && !told(order.get())) {
                Thread.sleep(TRY_AGAIN);
            }
            memory.forget(Order.class);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Under a name of its own, so that it stands in the trail once however often it is told. */
    private boolean told(Order order) throws InterruptedException {
        try {
            var _ =
                    submitter
                            .submit(
                                    order.by(),
                                    "rejoin " + self + " " + order.at(),
                                    "",
                                    new Command.TellRejoin(self, site, order.at(), order.latest()))
                            .get(15, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("Who let this node rejoin is not committed yet: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
