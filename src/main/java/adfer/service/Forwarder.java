package adfer.service;

import adfer.audit.Search;
import adfer.audit.Syslog;
import adfer.kernel.NodeId;
import adfer.port.AuditSink;
import adfer.port.AuditSink.Mark;
import adfer.port.Ledger;
import adfer.state.AuditEntry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends the audit trail on while it grows, from where it was when it ended last. What waits is in
 * the ledger, so nothing is lost and nothing is held however long the other side is away. What was
 * on its way when a connection broke is sent again: an entry comes once or more often, and is known
 * by its number and hash.
 */
public final class Forwarder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final int PAGE = 200;

    /** How many entries are sent again after a break. */
    static final int AGAIN = PAGE;

    private final NodeId self;
    private final Replica replica;
    private final Ledger ledger;
    private final AuditSink sink;
    private final Duration pause;
    private final Thread loop;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile long sent;

    /**
     * @param pause before it tries again
     */
    public Forwarder(NodeId self, Replica replica, Ledger ledger, AuditSink sink, Duration pause) {
        this.self = self;
        this.replica = replica;
        this.ledger = ledger;
        this.sink = sink;
        this.pause = pause;
        this.loop = Thread.ofVirtual().name("forwarder").start(this::run);
    }

    /** That it can't be forwarded, in a sentence. */
    Optional<String> sentence() {
        long waiting = Math.max(0, replica.state().audits() - sent);
        return trouble.map(why ->
                "The audit trail is not forwarded to "
                        + sink.name()
                        + " now ("
                        + why
                        + "); "
                        + waiting
                        + (waiting == 1 ? " entry waits" : " entries wait")
                        + " in this node's database, and nothing is lost.");
    }

    private void run() {
        try {
            begin();
            while (!Thread.currentThread().isInterrupted()) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sink.close();
        }
    }

    /** Where the trail that was sent is not this one any more, all of this one is sent. */
    private void begin() throws InterruptedException {
        Optional<Mark> last = sink.last();
        while (last.isPresent() && replica.state().audits() < last.get().number()) {
            Thread.sleep(LOOK_AGAIN); // This node has to catch up first.
        }
        sent = last.filter(this::isOurs).map(Mark::number).orElse(0L);
    }

    private boolean isOurs(Mark mark) {
        return ledger.auditAfter(Search.ALL, mark.number() - 1, mark.number(), 1).stream()
                .anyMatch(entry -> entry.hash().equals(mark.hash()));
    }

    private void step() throws InterruptedException {
        try {
            List<AuditEntry> page =
                    replica.state().audits() > sent
                            ? ledger.auditAfter(Search.ALL, sent, replica.state().audits(), PAGE)
                            : List.of();
            if (page.isEmpty()) {
                Thread.sleep(LOOK_AGAIN);
            } else {
                send(page);
            }
        } catch (IOException | RuntimeException e) {
            String why = Optional.ofNullable(e.getMessage()).orElse(e.toString());
            if (trouble.isEmpty()) {
                LOG.warn("The audit trail can't be forwarded to {}: {}", sink.name(), why);
            }
            trouble = Optional.of(why);
            sent = Math.max(0, sent - AGAIN);
            Thread.sleep(pause);
        }
    }

    private void send(List<AuditEntry> page) throws IOException {
        AuditEntry last = page.getLast();
        sink.send(
                page.stream().map(entry -> Syslog.message(self, entry)).toList(),
                new Mark(last.number(), last.hash()));
        sent = last.number();
        trouble = Optional.empty();
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
