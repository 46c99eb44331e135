package adfer.lease;

import adfer.inventory.Ownership;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.VmId;

import org.pcollections.TreePMap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A guard's dead-man switch: until when, by this host's own clock, the VMs of each group may go on.
 * It hands out tickets, each with the clock of that moment, and counts from them; so the time a
 * renewal took on its way is on the safe side. All times are nanoseconds of one steady clock that
 * goes on while the host sleeps, and never fall.
 *
 * @param tickets tickets handed out; those older than a lease lasts are dropped
 * @param named what the tickets of this life have said of each group
 * @param ended what it had to stop, or its host's end has stopped, and it hasn't seen on since
 * @param turns how many tickets it has handed out
 */
public record DeadMan(
        LeaseTerms terms,
        TreePMap<Long, Issued> tickets,
        TreePMap<GroupId, Hold> holds,
        TreePMap<GroupId, Named> named,
        TreePMap<VmId, Ended> ended,
        long turns) {
    /** The most tickets kept; the oldest give way. */
    static final int MAX_TICKETS = 256;

    /**
     * A group's VMs on this host.
     *
     * @param until the clock at which they have to be off the way, exclusive
     */
    public record Hold(Epoch epoch, WhenIsolated whenIsolated, List<VmId> vms, long until) {
        public Hold {
            vms = List.copyOf(vms);
        }

        /** What a ticket's claim adds; that VMs needn't be kept any more counts from then on. */
        Hold with(Claim claim) {
            return new Hold(
                    epoch,
                    whenIsolated == WhenIsolated.KEEP ? claim.whenIsolated() : whenIsolated,
                    Stream.concat(vms.stream(), claim.vms().stream()).distinct().toList(),
                    until);
        }
    }

    /**
     * A ticket that was handed out.
     *
     * @param turn before which others were, and after which
     */
    public record Issued(long at, long turn) {}

    /**
     * What the latest tickets have said of a group. A confirmation that comes late, for an older
     * one, must not undo that: renewals of the newer ones may be committed, and count on it.
     *
     * @param latest the turn of the latest ticket that has named it
     * @param unkept the turn of the latest one by which its VMs aren't kept, 0 for none
     */
    public record Named(long latest, long unkept) {}

    /**
     * A VM that had to be stopped.
     *
     * @param at the clock at which it last had to be
     */
    public record Ended(Stopped stop, long at) {}

    /** A switch that holds nothing, as after a first start. */
    public static DeadMan unarmed(LeaseTerms terms) {
        return holding(terms, TreePMap.empty(), TreePMap.empty());
    }

    /** A switch that goes on with what it knew before a restart. */
    public static DeadMan holding(
            LeaseTerms terms, TreePMap<GroupId, Hold> holds, TreePMap<VmId, Ended> ended) {
        return new DeadMan(terms, TreePMap.empty(), holds, TreePMap.empty(), ended, 0);
    }

    /** Remembers a ticket at the clock {@code now}; it has to be new. */
    public DeadMan issued(long ticket, long now) {
        if (tickets.containsKey(ticket)) {
            throw new IllegalArgumentException("ticket " + ticket + " was handed out before");
        }
        TreePMap<Long, Issued> kept = tickets;
        for (var old : tickets.entrySet()) {
            if (old.getValue().at() + terms.lasts().toNanos() <= now) {
                kept = kept.minus(old.getKey());
            }
        }
        if (kept.size() >= MAX_TICKETS) {
            kept = kept.minus(oldest(kept));
        }
        Issued issued = new Issued(now, turns + 1);
        return new DeadMan(terms, kept.plus(ticket, issued), holds, named, ended, issued.turn());
    }

    /**
     * Remembers a ticket, and which VMs it is for: those of a group that wasn't known here are to
     * be off after a lease's time as well, should the confirmation never come. That lets them go
     * on, and starts nothing.
     *
     * @param claims each group whose renewal is going to be submitted with this ticket
     */
    public DeadMan issued(long ticket, long now, List<Claim> claims) {
        DeadMan next = issued(ticket, now);
        TreePMap<GroupId, Hold> armed = holds;
        TreePMap<GroupId, Named> said = named;
        long until = now + terms.lasts().toNanos();
        for (Claim claim : claims) {
            Hold before = armed.get(claim.group());
            Hold after =
                    before == null
                            ? new Hold(Epoch.NONE, claim.whenIsolated(), claim.vms(), until)
                            : before.with(claim);
            armed = armed.plus(claim.group(), after);
            long unkept =
                    claim.whenIsolated() == WhenIsolated.KEEP
                            ? named(claim.group()).unkept()
                            : next.turns();
            said = said.plus(claim.group(), new Named(next.turns(), unkept));
        }
        return new DeadMan(terms, next.tickets(), armed, said, ended, next.turns());
    }

    private Named named(GroupId group) {
        return named.getOrDefault(group, new Named(0, 0));
    }

    private static Long oldest(TreePMap<Long, Issued> tickets) {
        return tickets.entrySet().stream()
                .min(Comparator.comparingLong(ticket -> ticket.getValue().turn()))
                .orElseThrow()
                .getKey();
    }

    /**
     * What became of a confirmation.
     *
     * @param refused the groups that it changes nothing for, since they were held here at a later
     *     epoch
     */
    public record Taken(DeadMan next, List<GroupId> refused) {
        public Taken {
            refused = List.copyOf(refused);
        }
    }

    /**
     * Takes in that renewals were committed for which {@code ticket} had been handed out, each
     * group by itself.
     *
     * @return refused, with nothing changed, for a ticket that isn't known (any more)
     */
    public Result<Taken> confirmed(long ticket, List<Claim> claims) {
        Issued issued = tickets.get(ticket);
        if (issued == null) {
            return Result.refused(
                    "unknown-ticket", "This guard knows no ticket " + ticket + " any more.");
        }
        long until = issued.at() + terms.lasts().toNanos();
        TreePMap<GroupId, Hold> next = holds;
        List<GroupId> refused = new ArrayList<>();
        for (Claim claim : claims) {
            Optional<Hold> before = Optional.ofNullable(holds.get(claim.group()));
            if (before.filter(hold -> claim.epoch().before(hold.epoch())).isPresent()) {
                refused.add(claim.group());
                continue;
            }
            long latest =
                    before.filter(hold -> !hold.epoch().equals(Epoch.NONE))
                            .map(hold -> Math.max(hold.until(), until))
                            .orElse(until);
            next = next.plus(claim.group(), confirmed(claim, latest, before, issued.turn()));
        }
        return Result.ok(
                new Taken(new DeadMan(terms, tickets, next, named, ended, turns), refused));
    }

    private Hold confirmed(Claim claim, long until, Optional<Hold> before, long turn) {
        Hold hold = new Hold(claim.epoch(), claim.whenIsolated(), claim.vms(), until);
        Named said = named(claim.group());
        if (before.isEmpty() || turn >= said.latest()) {
            return hold;
        }
        boolean outdated = hold.whenIsolated() == WhenIsolated.KEEP && turn < said.unkept();
        return new Hold(
                hold.epoch(),
                outdated ? before.get().whenIsolated() : hold.whenIsolated(),
                Stream.concat(before.get().vms().stream(), hold.vms().stream()).distinct().toList(),
                until);
    }

    /** What had to be stopped and wasn't seen on since. */
    public List<Stopped> stopped() {
        return ended.values().stream().map(Ended::stop).toList();
    }

    /** Remembers that it stops a VM whose {@link #fate} it is. */
    public DeadMan stopping(VmId vm, Optional<Ownership> mark, long now) {
        return group(vm, mark)
                .map(group -> new Stopped(vm, group, epoch(group, mark), now))
                .map(stop -> with(ended.plus(vm, new Ended(asBefore(stop, now), now))))
                .orElse(this);
    }

    /** What is told as stopped when the host goes down with a VM on that may go on. */
    public Optional<Stopped> underLease(VmId vm, Optional<Ownership> mark, long now) {
        return group(vm, mark)
                .filter(group ->
                        Optional.ofNullable(holds.get(group))
                                .filter(hold -> !hold.epoch().equals(Epoch.NONE))
                                .filter(hold -> now < hold.until())
                                .isPresent())
                .map(group -> new Stopped(vm, group, epoch(group, mark), now));
    }

    private Epoch epoch(GroupId group, Optional<Ownership> mark) {
        return Optional.ofNullable(holds.get(group))
                .map(Hold::epoch)
                .or(() -> mark.map(Ownership::epoch))
                .orElse(Epoch.NONE);
    }

    /** Sees a VM on that may go on; right after the order to stop it that doesn't mean a thing. */
    public DeadMan seenOn(VmId vm, long now) {
        Ended end = ended.get(vm);
        return end != null && !recent(end, now) ? with(ended.minus(vm)) : this;
    }

    /** It is ordered at every look, which is one stop as long as it goes on in one tenure. */
    private Stopped asBefore(Stopped stop, long now) {
        Ended before = ended.get(stop.vm());
        return before != null && recent(before, now) && before.stop().epoch().equals(stop.epoch())
                ? before.stop()
                : stop;
    }

    private boolean recent(Ended end, long now) {
        return now - end.at() < terms.stopped().toNanos();
    }

    private DeadMan with(TreePMap<VmId, Ended> other) {
        return new DeadMan(terms, tickets, holds, named, other, turns);
    }

    private Optional<GroupId> group(VmId vm, Optional<Ownership> mark) {
        return mark.map(Ownership::group)
                .or(() ->
                        holds.entrySet().stream()
                                .filter(known -> known.getValue().vms().contains(vm))
                                .map(java.util.Map.Entry::getKey)
                                .findFirst());
    }

    /** Whether the lease of a group at this very epoch lets VMs go on or start here. */
    public boolean allows(GroupId group, Epoch epoch, long now) {
        Hold hold = holds.get(group);
        return hold != null
                && !epoch.equals(Epoch.NONE)
                && hold.epoch().equals(epoch)
                && now < hold.until();
    }

    /**
     * What has to be done with a VM that isn't off.
     *
     * @param mark what stands in the VM's metadata; a mark alone makes a VM protected, so that a
     *     guard that has forgotten everything stops what it holds no lease for. Its epoch doesn't
     *     count here: a VM that is being shut down for a move bears the next one already.
     * @return empty when it may go on, or isn't protected
     */
    public Optional<WhenIsolated> fate(VmId vm, Optional<Ownership> mark, long now) {
        Optional<Hold> hold =
                mark.map(Ownership::group)
                        .map(holds::get)
                        .or(() -> group(vm, Optional.empty()).map(holds::get));
        if (hold.isEmpty()) {
            return mark.map(unknown -> WhenIsolated.STOP);
        }
        boolean mayGoOn =
                now < hold.get().until() || hold.get().whenIsolated() == WhenIsolated.KEEP;
        return mayGoOn ? Optional.empty() : Optional.of(hold.get().whenIsolated());
    }
}
