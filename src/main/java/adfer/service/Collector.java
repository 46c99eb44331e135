package adfer.service;

import adfer.inventory.At;
import adfer.inventory.SiteInventory;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Check;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.state.ClusterState;
import adfer.state.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Keeps the replicated inventory of this node's site true: lists what the hypervisor has and
 * commits only what differs from what is known.
 */
public final class Collector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    /** The most changes in one command; more of them go side by side. */
    public static final int BATCH = 250;

    /** After a hint that something changed, how long others are waited for before the listing. */
    private static final Duration GATHER = Duration.ofMillis(200);

    private final SiteId site;
    private final Actor self;
    private final Hypervisor hypervisor;
    private final Replica replica;
    private final Submitter submitter;
    private final InstantSource clock;
    private final Duration longestSilence;
    private final BooleanSupplier onDuty;
    private final Signal signal = new Signal();
    private final Thread loop;
    private volatile Optional<String> problem =
            Optional.of("The hypervisor has not been listed yet.");

    /**
     * @param longestSilence how old the committed sweep may become before it is renewed although
     *     nothing changed
     * @param onDuty whether this node is the one of its site that lists; another one only stands by
     */
    public Collector(
            SiteId site,
            NodeId self,
            Hypervisor hypervisor,
            Replica replica,
            Submitter submitter,
            InstantSource clock,
            Duration longestSilence,
            BooleanSupplier onDuty) {
        this.site = site;
        this.self = Actor.system(self);
        this.hypervisor = hypervisor;
        this.replica = replica;
        this.submitter = submitter;
        this.clock = clock;
        this.longestSilence = longestSilence;
        this.onDuty = onDuty;
        hypervisor.onChange((vm, power) -> signal.ring());
        this.loop = Thread.ofVirtual().name("collector").start(this::run);
    }

    /** Asks for a sweep soon; what the schedule calls. */
    public void sweep() {
        signal.ring();
    }

    /** What this node knows of its hypervisor; nothing while another node lists it. */
    public Check check() {
        if (!onDuty.getAsBoolean()) {
            return Check.NONE;
        }
        return problem.isPresent() ? Check.SILENT : Check.ANSWERS;
    }

    /**
     * Why the hypervisor could not be listed the last time; empty when it could, or another node
     * lists it.
     */
    public Optional<String> problem() {
        return onDuty.getAsBoolean() ? problem : Optional.empty();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                signal.await(Duration.ofHours(1));
                Thread.sleep(GATHER);
                if (!onDuty.getAsBoolean()) {
                    continue;
                }
                try {
                    sweepNow();
                } catch (ExecutionException | TimeoutException e) {
                    LOG.info(
                            "Inventory changes could not be committed and are found again with the"
                                    + " next sweep: {}",
                            e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("A sweep of site {} failed.", site, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweepNow() throws InterruptedException, ExecutionException, TimeoutException {
        Instant at = clock.instant();
        try {
            SiteInventory found = hypervisor.list();
            problem = Optional.empty();
            commit(changes(site, replica.state(), found, at, longestSilence));
        } catch (HypervisorException e) {
            problem = Optional.of(e.problem().sentence());
            Optional<At.Sweep> last = replica.state().sweep(site);
            if (last.filter(sweep -> sweep.problem().equals(e.problem().sentence())).isEmpty()) {
                Instant lastGood = last.map(At.Sweep::at).orElse(Instant.EPOCH);
                int vms = last.map(At.Sweep::vms).orElse(0);
                At.Sweep failed = new At.Sweep(site, lastGood, vms, e.problem().sentence());
                commit(List.of(new Command.ChangeInventory(List.of(failed), List.of())));
            }
        }
    }

    private void commit(List<Command.ChangeInventory> commands)
            throws InterruptedException, ExecutionException, TimeoutException {
        var replies =
                commands.stream()
                        .map(command -> submitter.submit(self, command))
                        .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(replies).get(60, TimeUnit.SECONDS);
    }

    /** What must be committed so that the state's inventory of the site equals what was found. */
    static List<Command.ChangeInventory> changes(
            SiteId site,
            ClusterState state,
            SiteInventory found,
            Instant at,
            Duration longestSilence) {
        TreeMap<Key, At> wanted = new TreeMap<>();
        found.hosts().forEach(host -> add(wanted, new At.HostAt(site, host)));
        found.networks().forEach(network -> add(wanted, new At.NetworkAt(site, network)));
        found.stores().forEach(store -> add(wanted, new At.StoreAt(site, store)));
        found.vms().forEach(vm -> add(wanted, new At.VmAt(site, vm)));
        List<At> changed = new ArrayList<>();
        wanted.forEach((key, at2) -> {
            if (!state.find(key).map(at2::equals).orElse(false)) {
                changed.add(at2);
            }
        });
        List<Key> gone = new ArrayList<>();
        for (Kind kind : List.of(Kind.HOST, Kind.NETWORK, Kind.STORE, Kind.VM)) {
            state.under(kind, site + "/", Entity.class)
                    .map(Entity::key)
                    .filter(key -> !wanted.containsKey(key))
                    .forEach(gone::add);
        }
        Optional<At.Sweep> last = state.sweep(site);
        boolean stale =
                last.isEmpty()
                        || !last.get().problem().isEmpty()
                        || !last.get().at().plus(longestSilence).isAfter(at);
        if (!changed.isEmpty() || !gone.isEmpty() || stale) {
            changed.add(new At.Sweep(site, at, found.vms().size(), ""));
        }
        return batches(changed, gone);
    }

    private static void add(Map<Key, At> wanted, At at) {
        wanted.put(at.key(), at);
    }

    private static List<Command.ChangeInventory> batches(List<At> changed, List<Key> gone) {
        List<Command.ChangeInventory> batches = new ArrayList<>();
        for (int from = 0; from < gone.size(); from += BATCH) {
            batches.add(
                    new Command.ChangeInventory(
                            List.of(), gone.subList(from, Math.min(from + BATCH, gone.size()))));
        }
        for (int from = 0; from < changed.size(); from += BATCH) {
            batches.add(
                    new Command.ChangeInventory(
                            changed.subList(from, Math.min(from + BATCH, changed.size())),
                            List.of()));
        }
        return batches;
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
