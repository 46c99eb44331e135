package adfer.simulation;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.lease.Claim;
import adfer.lease.Keeping;
import adfer.lease.Lease;
import adfer.lease.Renewal;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;
import adfer.state.Command;
import adfer.state.Reply;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Renews the leases of its node's site: tickets first, then the log, then the confirmation. */
final class Keeper {
    private final Node node;
    private final World world;
    private Map<GroupId, Tenure> tenures = new HashMap<>();

    /** Until when, by this node's clock, the site may run a group. */
    private record Tenure(Epoch epoch, long until) {}

    /** One renewal under way. */
    private final class Round {
        final long begun = node.clock();
        final Map<Guard, Long> tickets = new LinkedHashMap<>();
        final long life = node.life();
        final List<Claim> claims;
        final List<Stopped> stopped = new ArrayList<>();
        boolean asked = true;

        Round(List<Claim> claims) {
            this.claims = claims;
        }
    }

    Keeper(Node node) {
        this.node = node;
        this.world = node.world;
    }

    void begin() {
        tenures = new HashMap<>();
        round();
    }

    /** Whether this node believes that the site may start a group's VMs at this epoch. */
    boolean holds(GroupId group, Epoch epoch) {
        Tenure tenure = tenures.get(group);
        boolean granted =
                node.state()
                        .lease(group)
                        .filter(lease -> lease.held() && lease.site().equals(node.site))
                        .filter(lease -> lease.epoch().equals(epoch))
                        .isPresent();
        return granted
                && tenure != null
                && tenure.epoch().equals(epoch)
                && node.clock() < tenure.until();
    }

    private List<Guard> guards() {
        return world.guards(node.site);
    }

    private List<Lease> leases() {
        return node.state().leases().toList();
    }

    private void round() {
        Round round = new Round(claims(Keeping.renewals(node.site, leases(), false)));
        List<Claim> claims =
                world.mutated(Mutation.ARMED_BY_CONFIRMATION_ONLY) ? List.of() : round.claims;
        for (Guard guard : guards()) {
            world.network.send(
                    node,
                    guard,
                    () ->
                            guard.ticket(claims)
                                    .ifPresent(ticket ->
                                            world.network.send(
                                                    guard,
                                                    node,
                                                    answered(
                                                            round,
                                                            guard,
                                                            ticket,
                                                            guard.stopped()))));
        }
        node.after(world.profile.terms().renewEvery().toNanos(), () -> renew(round));
    }

    private Runnable answered(Round round, Guard guard, long ticket, List<Stopped> stopped) {
        return () -> {
            if (!round.asked) {
                return; // A ticket from after the renewal counts for nothing.
            }
            round.tickets.putIfAbsent(guard, ticket);
            round.stopped.addAll(stopped);
            if (round.tickets.size() == guards().size()) {
                renew(round);
            }
        };
    }

    private void renew(Round round) {
        if (!round.asked || round.life != node.life()) {
            return;
        }
        round.asked = false;
        world.worstMoments.keeps(node, false);
        node.soon(() -> submit(round));
    }

    private void submit(Round round) {
        boolean guarded =
                round.tickets.size() == guards().size()
                        || world.mutated(Mutation.SILENT_GUARDS_COUNTED);
        Deque<Command> commands = new ArrayDeque<>();
        List<Renewal> renewals =
                world.mutated(Mutation.KEEP_TICKET_FORGOTTEN)
                                || world.mutated(Mutation.KEEP_TAKEN_AS_PROOF)
                        ? Keeping.renewals(node.site, leases(), guarded)
                        : Keeping.renewals(node.site, leases(), round.claims, guarded);
        if (!renewals.isEmpty()) {
            commands.add(new Command.RenewLeases(node.site, renewals, List.copyOf(round.stopped)));
        }
        if (guarded) {
            Keeping.lapsed(node.site, leases())
                    .forEach(lapsed ->
                            commands.add(
                                    new Command.RegainLease(
                                            lapsed.group(), node.site, lapsed.epoch())));
        }
        commit(round, renewals, commands);
    }

    private void commit(Round round, List<Renewal> renewals, Deque<Command> commands) {
        Command command = commands.poll();
        if (command == null) {
            long spent = node.clock() - round.begun;
            long left = world.profile.terms().renewEvery().toNanos() - spent;
            node.after(Math.max(left, 10 * Events.MILLI), this::round);
            return;
        }
        node.propose(
                node.self(),
                command,
                world.profile.terms().lasts().toNanos(),
                reply -> {
                    Runnable on = () -> commit(round, renewals, commands);
                    if (command instanceof Command.RenewLeases
                            && reply.orElse(null) instanceof Reply.Accepted(long index)) {
                        world.worstMoments.keeps(node, true);
                        node.soon(() -> takeUp(round, renewals, index, 20, on));
                    } else {
                        on.run();
                    }
                });
    }

    /**
     * Waits until this node has applied the renewal as well, since only then it can be seen.
     *
     * @param on what comes once the guards have answered, or didn't in time
     */
    private void takeUp(Round round, List<Renewal> renewals, long index, int looks, Runnable on) {
        if (node.state().index() < index) {
            if (looks > 0) {
                node.after(50 * Events.MILLI, () -> takeUp(round, renewals, index, looks - 1, on));
            } else {
                on.run();
            }
            return;
        }
        boolean[] over = {round.tickets.isEmpty()};
        Runnable once =
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        on.run();
                    }
                };
        if (over[0]) {
            on.run();
        } else {
            node.after(world.profile.terms().renewEvery().toNanos(), once);
        }
        List<Renewal> effective = Keeping.effective(renewals, node.site, index, leases());
        List<Claim> claims = claims(effective);
        Map<Guard, Set<GroupId>> armed = new HashMap<>();
        round.tickets.forEach((guard, ticket) ->
                world.network.send(
                        node,
                        guard,
                        () -> {
                            guard.confirm(ticket, claims)
                                    .ifPresent(taken ->
                                            world.network.send(
                                                    guard,
                                                    node,
                                                    () -> {
                                                        armed.put(guard, taken);
                                                        if (armed.size() == guards().size()
                                                                && round.life == node.life()) {
                                                            hold(
                                                                    round,
                                                                    byAll(
                                                                            effective,
                                                                            armed.values()));
                                                        }
                                                        if (armed.size() == round.tickets.size()
                                                                && round.life == node.life()) {
                                                            once.run();
                                                        }
                                                    }));
                        }));
    }

    private static List<Renewal> byAll(List<Renewal> renewals, Collection<Set<GroupId>> armed) {
        return renewals.stream()
                .filter(renewal ->
                        armed.stream().allMatch(taken -> taken.contains(renewal.group())))
                .toList();
    }

    private void hold(Round round, List<Renewal> renewals) {
        long until = round.begun + world.profile.terms().lasts().toNanos();
        Map<GroupId, Tenure> nextTenures = new HashMap<>(tenures);
        renewals.forEach(r -> nextTenures.put(r.group(), new Tenure(r.epoch(), until)));
        tenures = nextTenures;
    }

    private WhenIsolated isolated(GroupId group) {
        return node.state()
                .runbook(group)
                .map(published -> published.runbook().automation().isolated())
                .orElse(WhenIsolated.STOP);
    }

    private List<Claim> claims(List<Renewal> renewals) {
        return renewals.stream()
                .map(renewal ->
                        new Claim(
                                renewal.group(),
                                renewal.epoch(),
                                isolated(renewal.group()),
                                world.fleet.vms(renewal.group())))
                .toList();
    }
}
