package adfer.simulation;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.lease.Claim;
import adfer.lease.DeadMan;
import adfer.lease.Stopped;

import org.pcollections.TreePMap;

import java.util.List;
import java.util.Optional;

/**
 * The guard of one hypervisor host: it keeps what it holds on its disk, and stops VMs by itself.
 */
final class Guard extends Being {
    private static final int LIVES = 32;

    final SiteId site;
    final HostId host;
    private DeadMan switches;
    private long tickets;

    Guard(World world, SiteId site, HostId host, Steady steady) {
        super(world, host.value(), steady);
        this.site = site;
        this.host = host;
        this.switches = DeadMan.unarmed(world.profile.guarding());
    }

    @Override
    void begin() {
        TreePMap<GroupId, DeadMan.Hold> kept =
                world.mutated(Mutation.FORGETFUL_GUARD) ? TreePMap.empty() : switches.holds();
        switches = DeadMan.holding(world.profile.guarding(), kept, switches.ended());
        tickets = life() << LIVES;
        tick();
    }

    @Override
    void lose() {}

    /** Hands out a ticket that no life of this guard has handed out before. */
    Optional<Long> ticket(List<Claim> claims) {
        switches = switches.issued(++tickets, clock(), claims);
        return Optional.of(tickets);
    }

    List<Stopped> stopped() {
        return switches.stopped();
    }

    /** Whether it knows the ticket, and lets the groups go on from then. */
    boolean confirm(long ticket, List<Claim> claims) {
        long counted = ticket;
        if (world.mutated(Mutation.COUNTED_FROM_THE_ANSWER)
                && switches.tickets().containsKey(ticket)) {
            counted = ++tickets;
            switches = switches.issued(counted, clock(), List.of());
        }
        return switch (switches.confirmed(counted, claims)) {
            case Result.Ok<DeadMan>(var next) -> {
                switches = next;
                yield true;
            }
            case Result.Refused<DeadMan> ignored -> false;
        };
    }

    /**
     * Whether a VM of the group may be started here now; nobody answers for a guard that is dead.
     */
    boolean admits(GroupId group, Epoch epoch) {
        return up() && !frozen() && switches.allows(group, epoch, clock());
    }

    private void tick() {
        after(
                world.profile.guarding().tick().toNanos(),
                () -> {
                    if (!world.mutated(Mutation.GUARD_STOPS_NOTHING)) {
                        world.fleet.on(host).forEach(this::look);
                    }
                    tick();
                });
    }

    private void look(Machine machine) {
        boolean forgot =
                world.mutated(Mutation.FORGETFUL_GUARD)
                        && !switches.holds().containsKey(machine.group());
        if (!forgot && switches.fate(machine.vm(), machine.mark(), clock()).isPresent()) {
            switches = switches.stopping(machine.vm(), machine.mark(), clock());
            machine.kill(this);
        } else {
            switches = switches.seenOn(machine.vm(), clock());
        }
    }
}
