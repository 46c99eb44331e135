package adfer.simulation;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.DeadMan;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;

import org.pcollections.TreePMap;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The guard of one hypervisor host: it keeps what it holds on its disk, and stops VMs by itself.
 */
final class Guard extends Being {
    private static final int LIVES = 32;

    final SiteId site;
    final HostId host;
    private DeadMan switches;
    private long tickets;
    private boolean booted;

    /** What is in its file as on under a lease. */
    private List<Stopped> underLease = List.of();

    Guard(World world, SiteId site, HostId host, Steady steady) {
        super(world, host.value(), steady);
        this.site = site;
        this.host = host;
        this.switches = DeadMan.unarmed(world.profile.guarding());
    }

    @Override
    void begin() {
        TreePMap<GroupId, DeadMan.Hold> kept =
                world.mutated(Mutation.FORGETFUL_GUARD)
                        ? TreePMap.empty()
                        : booted ? over(switches.holds()) : switches.holds();
        switches = DeadMan.holding(world.profile.guarding(), kept, ended());
        booted = false;
        tickets = life() << LIVES;
        tick();
    }

    /** A boot has stopped what was on. */
    private TreePMap<VmId, DeadMan.Ended> ended() {
        TreePMap<VmId, DeadMan.Ended> ended = switches.ended();
        if (booted) {
            for (Stopped stop : underLease) {
                ended = ended.plus(stop.vm(), new DeadMan.Ended(stop, clock()));
            }
        }
        return ended;
    }

    @Override
    void lose() {}

    @Override
    boolean powered() {
        return world.plug(host).on();
    }

    /** Starts after its host has. */
    void boot() {
        booted = true;
        resetClock();
        start();
    }

    /** After a boot its clock means nothing any more, and nothing may go on. */
    private TreePMap<GroupId, DeadMan.Hold> over(TreePMap<GroupId, DeadMan.Hold> holds) {
        TreePMap<GroupId, DeadMan.Hold> over = holds;
        for (var known : holds.entrySet()) {
            DeadMan.Hold hold = known.getValue();
            over =
                    over.plus(
                            known.getKey(),
                            new DeadMan.Hold(hold.epoch(), hold.whenIsolated(), hold.vms(), 0));
        }
        return world.mutated(Mutation.HOLDS_OUTLIVE_THE_BOOT) ? holds : over;
    }

    /** Hands out a ticket that no life of this guard has handed out before. */
    Optional<Long> ticket(List<Claim> claims) {
        switches = switches.issued(++tickets, clock(), heard(claims));
        return Optional.of(tickets);
    }

    private List<Claim> heard(List<Claim> claims) {
        return world.mutated(Mutation.KEPT_UNTIL_CONFIRMED)
                ? claims.stream().filter(claim -> !keeps(claim.group())).toList()
                : claims;
    }

    private boolean keeps(GroupId group) {
        return Optional.ofNullable(switches.holds().get(group))
                .filter(hold -> hold.whenIsolated() == WhenIsolated.KEEP)
                .isPresent();
    }

    List<Stopped> stopped() {
        return switches.stopped();
    }

    /** Which groups it lets go on from the ticket; empty where it doesn't know that. */
    Optional<Set<GroupId>> confirm(long ticket, List<Claim> claims) {
        long counted = ticket;
        if (world.mutated(Mutation.COUNTED_FROM_THE_ANSWER)
                && switches.tickets().containsKey(ticket)) {
            counted = ++tickets;
            switches = switches.issued(counted, clock(), List.of());
        }
        return switch (forgetting(claims).confirmed(counted, claims)) {
            case Result.Ok<DeadMan.Taken>(var taken) -> {
                world.checks.confirmed(this, switches, taken.next());
                switches = taken.next();
                underLease =
                        world.fleet.there(host).stream()
                                .filter(Machine::on)
                                .flatMap(on ->
                                        switches.underLease(on.vm(), on.mark(), clock()).stream())
                                .toList();
                yield Optional.of(
                        claims.stream()
                                .map(Claim::group)
                                .filter(group -> !taken.refused().contains(group))
                                .collect(Collectors.toSet()));
            }
            case Result.Refused<DeadMan.Taken> ignored -> Optional.empty();
        };
    }

    /** Where nothing is taken out, it knows which tenures it has let go on. */
    private DeadMan forgetting(List<Claim> claims) {
        TreePMap<GroupId, DeadMan.Hold> holds = switches.holds();
        if (world.mutated(Mutation.OLD_CONFIRMATIONS_COUNT)) {
            for (Claim claim : claims) {
                holds = holds.minus(claim.group());
            }
        }
        return new DeadMan(
                switches.terms(),
                switches.tickets(),
                holds,
                switches.named(),
                switches.ended(),
                switches.turns());
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
                        world.fleet.there(host).forEach(this::look);
                    }
                    tick();
                });
    }

    private void look(Machine machine) {
        boolean forgot =
                world.mutated(Mutation.FORGETFUL_GUARD)
                        && !switches.holds().containsKey(machine.group());
        Optional<WhenIsolated> fate =
                forgot ? Optional.empty() : switches.fate(machine.vm(), machine.mark(), clock());
        boolean suspend = fate.filter(WhenIsolated.SUSPEND::equals).isPresent();
        if (fate.isPresent() && (machine.on() || !suspend)) {
            switches = switches.stopping(machine.vm(), machine.mark(), clock());
            machine.end(this, suspend);
        } else if (machine.on()) {
            switches = switches.seenOn(machine.vm(), clock());
        }
    }
}
