package adfer.service;

import adfer.inventory.Ownership;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.Keeping;
import adfer.lease.Lease;
import adfer.lease.LeaseTerms;
import adfer.lease.Renewal;
import adfer.lease.WhenIsolated;
import adfer.port.Guards;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Renews the leases of this node's site: a ticket of every guard first, then the renewal through
 * the log, then the confirmation to the guards. Where not every guard answers, it renews without
 * them: the service goes on, and a lapse then proves nothing.
 */
public final class LeaseKeeper implements Replica.Listener, Tenancy, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    /**
     * After so many intervals a renewal that isn't answered is given up for one with new tickets:
     * its own are getting old, and it may wait for a leader that is gone.
     */
    private static final int PATIENCE = 2;

    private final LeaseTerms terms;
    private final SiteId site;
    private final Actor self;
    private final Guards guards;
    private final Replica replica;
    private final Submitter submitter;
    private final LongSupplier steadyNanos;
    private final Signal signal = new Signal();
    private final Thread loop;
    private Map<GroupId, Held> tenures = new HashMap<>();
    private volatile Map<GroupId, List<VmId>> members = Map.of();
    private volatile boolean membersKnown;
    private volatile Optional<String> problem = Optional.empty();

    /** Until when, by this node's clock, the site may run a group. */
    private record Held(Epoch epoch, long until) {}

    public LeaseKeeper(
            LeaseTerms terms,
            SiteId site,
            NodeId self,
            Guards guards,
            Replica replica,
            Submitter submitter,
            LongSupplier steadyNanos) {
        this.terms = terms;
        this.site = site;
        this.self = Actor.system(self);
        this.guards = guards;
        this.replica = replica;
        this.submitter = submitter;
        this.steadyNanos = steadyNanos;
        replica.listen(this);
        this.loop = Thread.ofVirtual().name("lease-keeper").start(this::run);
    }

    /** Why the last renewal didn't come about as it should; empty when it did. */
    public Optional<String> problem() {
        return problem;
    }

    @Override
    public void applied(ClusterState state, SortedSet<Key> touched) {
        if (touched.isEmpty() || any(touched, Kind.VM) || any(touched, Kind.RUNBOOK)) {
            membersKnown = false;
        }
        if (any(touched, Kind.GROUP)) {
            signal.ring();
        }
    }

    private static boolean any(SortedSet<Key> touched, Kind kind) {
        return !touched.subSet(new Key(kind, ""), new Key(kind, "\uffff")).isEmpty();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long begun = steadyNanos.getAsLong();
                try {
                    round(begun);
                } catch (RuntimeException e) {
                    problem = Optional.of("The leases could not be renewed: " + e.getMessage());
                    LOG.warn("The leases could not be renewed: {}", e.toString());
                }
                long left = terms.renewEvery().toNanos() - (steadyNanos.getAsLong() - begun);
                signal.await(Duration.ofNanos(Math.max(left, 10_000_000)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round(long begun) throws InterruptedException {
        ClusterState state = replica.state();
        List<Claim> claims = claims(state, Keeping.renewals(site, leases(state), true));
        Guards.Tickets tickets = guards.ask(claims, terms.renewEvery());
        boolean guarded =
                !guards.expected().isEmpty()
                        && tickets.byHost().keySet().containsAll(guards.expected());
        List<Renewal> renewals = Keeping.renewals(site, leases(state), claims, guarded);
        List<Command> commands = new ArrayList<>();
        if (!renewals.isEmpty()) {
            commands.add(new Command.RenewLeases(site, renewals, tickets.stopped()));
        }
        if (guarded || guards.expected().isEmpty()) {
            Keeping.lapsed(site, leases(state))
                    .forEach(lapsed ->
                            commands.add(
                                    new Command.RegainLease(lapsed.group(), site, lapsed.epoch())));
        }
        commands.addAll(measured(state));
        boolean failed = false;
        for (Command command : commands) {
            Optional<Long> index = commit(command);
            failed |= index.isEmpty();
            if (index.isPresent() && command instanceof Command.RenewLeases) {
                takeUp(begun, index.get(), renewals, tickets);
            }
        }
        problem = failed ? problem : missing(tickets);
    }

    /** What guards have told anew of how long their stops take. */
    private List<Command> measured(ClusterState state) {
        List<Command> news = new ArrayList<>();
        guards.longestStops()
                .forEach((host, longest) -> {
                    boolean known =
                            state.stopTime(site, host)
                                    .filter(time ->
                                            time.longest().equals(longest)
                                                    && time.allowed().equals(terms.stop()))
                                    .isPresent();
                    if (!known && !longest.isZero()) {
                        news.add(new Command.MeasureStop(site, host, longest, terms.stop()));
                    }
                });
        return news;
    }

    private Optional<String> missing(Guards.Tickets tickets) {
        List<String> silent =
                guards.expected().stream()
                        .filter(host -> !tickets.byHost().containsKey(host))
                        .map(Object::toString)
                        .toList();
        return silent.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "No armed guard answers at "
                                + String.join(", ", silent)
                                + ": leases are renewed without proof.");
    }

    private static Collection<Lease> leases(ClusterState state) {
        return state.leases().toList();
    }

    /** The index at which it was accepted. */
    private Optional<Long> commit(Command command) throws InterruptedException {
        try {
            Reply reply =
                    submitter
                            .submit(self, command)
                            .get(PATIENCE * terms.renewEvery().toMillis(), TimeUnit.MILLISECONDS);
            return switch (reply) {
                case Reply.Accepted(long index) -> Optional.of(index);
                case Reply.Rejected rejected -> {
                    LOG.debug("{} was refused: {}", command, rejected.problem().sentence());
                    yield Optional.empty();
                }
            };
        } catch (ExecutionException | TimeoutException e) {
            problem = Optional.of("The leases can't be renewed: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void takeUp(long begun, long index, List<Renewal> renewals, Guards.Tickets tickets)
            throws InterruptedException {
        if (!replica.awaitIndex(index, terms.renewEvery())) {
            return;
        }
        ClusterState state = replica.state();
        List<Renewal> effective = Keeping.effective(renewals, site, index, leases(state));
        Map<HostId, Set<GroupId>> armed =
                guards.confirm(tickets, claims(state, effective), terms.renewEvery());
        hold(
                effective.stream()
                        .filter(renewal ->
                                guards.expected().stream()
                                        .allMatch(host ->
                                                armed.getOrDefault(host, Set.of())
                                                        .contains(renewal.group())))
                        .toList(),
                begun + terms.lasts().toNanos());
    }

    private List<Claim> claims(ClusterState state, List<Renewal> renewals) {
        if (!membersKnown) {
            membersKnown = true;
            members = members(state);
        }
        return renewals.stream().map(renewal -> claim(state, renewal)).toList();
    }

    private Claim claim(ClusterState state, Renewal renewal) {
        return new Claim(
                renewal.group(),
                renewal.epoch(),
                state.runbook(renewal.group())
                        .map(published -> published.runbook().automation().isolated())
                        .orElse(WhenIsolated.STOP),
                members.getOrDefault(renewal.group(), List.of()));
    }

    private Map<GroupId, List<VmId>> members(ClusterState state) {
        Map<GroupId, List<VmId>> found = new HashMap<>();
        state.groups()
                .forEach(group ->
                        state.runbook(group.id())
                                .ifPresent(published -> {
                                    var selectors = published.runbook().protect().vms();
                                    found.put(
                                            group.id(),
                                            state.vms(site)
                                                    .filter(vm ->
                                                            selectors.stream()
                                                                    .anyMatch(s -> s.matches(vm)))
                                                    .map(Vm::id)
                                                    .toList());
                                }));
        return found;
    }

    /** What not every guard has confirmed goes on as long as it was confirmed before. */
    private synchronized void hold(List<Renewal> renewals, long until) {
        long now = steadyNanos.getAsLong();
        Map<GroupId, Held> next = new HashMap<>(tenures);
        next.values().removeIf(tenure -> now - tenure.until() >= 0);
        renewals.forEach(renewal -> next.put(renewal.group(), new Held(renewal.epoch(), until)));
        tenures = next;
        notifyAll();
    }

    @Override
    public synchronized Optional<Problem> hindrance(GroupId group, Epoch epoch, Duration patience)
            throws InterruptedException {
        long deadline = steadyNanos.getAsLong() + patience.toNanos();
        while (!holds(group, epoch)) {
            long left = deadline - steadyNanos.getAsLong();
            if (left <= 0) {
                return Optional.of(
                        new Problem(
                                "no-lease",
                                "Site "
                                        + site
                                        + " holds no lease of "
                                        + group
                                        + " at epoch "
                                        + epoch
                                        + ", so nothing of it may start here."
                                        + problem.map(p -> " " + p).orElse("")));
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return Optional.empty();
    }

    @Override
    public Tenure of(Ownership mark) {
        return new Tenure(mark, replica.state().ownedSince(mark.group(), mark.epoch()));
    }

    private boolean holds(GroupId group, Epoch epoch) {
        Held tenure = tenures.get(group);
        boolean granted =
                replica.state()
                        .lease(group)
                        .filter(lease -> lease.held() && lease.site().equals(site))
                        .filter(lease -> lease.epoch().equals(epoch))
                        .isPresent();
        return granted
                && tenure != null
                && tenure.epoch().equals(epoch)
                && steadyNanos.getAsLong() < tenure.until();
    }

    @Override
    public void close() {
        loop.interrupt();
        replica.unlisten(this);
    }
}
