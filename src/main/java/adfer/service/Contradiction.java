package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Generation;
import adfer.kernel.SiteId;
import adfer.mesh.Row;
import adfer.mesh.Topology;
import adfer.state.Attestation;
import adfer.state.ClusterState;
import adfer.state.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Commits that VMs run at a site that people say is off, where a node there tells so that takes no
 * part in this generation of the cluster: one that others lead, or that has just heard of this one.
 * What takes part shows that it lives by its claims in the log.
 */
public final class Contradiction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Contradiction.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration COMMIT = Duration.ofSeconds(10);

    private final Generation generation;
    private final Watch watch;
    private final Replica replica;
    private final Submitter submitter;
    private final LongSupplier steadyNanos;
    private final Map<SiteId, Said> words = new HashMap<>();
    private final Thread loop;

    /** A word as it stands, and since when it has stood so, as far as this node knows. */
    private record Said(Attestation word, long sinceNanos) {}

    /**
     * @param steadyNanos a clock that is never set
     */
    public Contradiction(
            Generation generation,
            Watch watch,
            Replica replica,
            Submitter submitter,
            LongSupplier steadyNanos) {
        this.generation = generation;
        this.watch = watch;
        this.replica = replica;
        this.submitter = submitter;
        this.steadyNanos = steadyNanos;
        this.loop = Thread.ofVirtual().name("contradiction").start(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(LOOK);
                if (replica.leadership().leading()) {
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        ClusterState state = replica.state();
        for (Topology.Node node : watch.topology().nodes()) {
            Optional<Duration> stood = stood(state, node.site());
            Optional<Command> told =
                    stood.flatMap(least -> watch.lately(node.id(), least))
                            .flatMap(row -> contradicts(generation, node.site(), row));
            if (told.isPresent()) {
                commit(told.get());
            }
        }
    }

    /** For how long a word has stood: what a node told before it may have been true then. */
    private Optional<Duration> stood(ClusterState state, SiteId site) {
        Optional<Attestation> word =
                state.attestation(site).filter(said -> said.holds(state.now()));
        if (word.isEmpty()) {
            words.remove(site);
            return Optional.empty();
        }
        long now = steadyNanos.getAsLong();
        Said said = words.get(site);
        if (said == null || !said.word().equals(word.get())) {
            said = new Said(word.get(), now);
            words.put(site, said);
        }
        return Optional.of(Duration.ofNanos(now - said.sinceNanos()));
    }

    /** What a row says against a word that its site is off. */
    static Optional<Command> contradicts(Generation generation, SiteId site, Row row) {
        boolean apart = row.facts().quarantined() || !row.facts().generation().equals(generation);
        return row.facts()
                .running()
                .filter(vms -> apart && vms > 0)
                .map(vms -> new Command.TellRunning(site, row.observer(), vms));
    }

    private void commit(Command told) throws InterruptedException {
        try {
            var reply =
                    submitter
                            .submit(Actor.system(watch.self()), told)
                            .get(COMMIT.toSeconds(), TimeUnit.SECONDS);
            LOG.warn("A site that was said to be off runs VMs: {}: {}", told, reply);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("What runs elsewhere could not be committed yet: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
