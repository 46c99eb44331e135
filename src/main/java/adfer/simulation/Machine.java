package adfer.simulation;

import adfer.inventory.Ownership;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A VM at one site, as it really is. */
final class Machine {
    /**
     * It counts as on from {@code STARTING} until it is seen {@code OFF}, or stands still with its
     * memory kept.
     */
    enum Power {
        OFF,
        STARTING,
        ON,
        STOPPING,
        SUSPENDED
    }

    private final World world;
    private final SiteId site;
    private final VmId vm;
    private final GroupId group;
    private HostId host;
    private Power power = Power.OFF;
    private Optional<Ownership> mark = Optional.empty();
    private Optional<Epoch> startedAt = Optional.empty();
    private boolean killed;

    /** Whether it stands still, also while it is being stopped. */
    private boolean still;

    /** How often its group had changed its owner when it was suspended. */
    private long suspendedAt;

    private long change;
    private final List<Runnable> waiting = new ArrayList<>();

    Machine(World world, SiteId site, HostId host, VmId vm, GroupId group) {
        this.world = world;
        this.site = site;
        this.host = host;
        this.vm = vm;
        this.group = group;
    }

    SiteId site() {
        return site;
    }

    HostId host() {
        return host;
    }

    VmId vm() {
        return vm;
    }

    GroupId group() {
        return group;
    }

    Power power() {
        return power;
    }

    boolean on() {
        return there() && !still;
    }

    boolean there() {
        return power != Power.OFF;
    }

    Optional<Ownership> mark() {
        return mark;
    }

    void marked(Ownership by) {
        mark = Optional.of(by);
    }

    /** As it was before Adfer came: on, and with no mark. */
    void foundOn() {
        power = Power.ON;
    }

    /** The epoch of the start that it was last turned on by, or found on. */
    Optional<Epoch> startedAt() {
        return startedAt;
    }

    void startedFor(Epoch epoch) {
        startedAt = Optional.of(epoch);
    }

    void start(HostId at, long takes) {
        host = at;
        killed = false;
        become(Power.STARTING);
        world.counts.count(Counts.Of.VM_STARTS);
        world.checks.turnedOn(this);
        later(takes, Power.ON);
    }

    /** Goes on with the memory it had. */
    void resume(long takes) {
        world.checks.resumed(this, suspendedAt);
        world.counts.count(Counts.Of.RESUMED);
        start(host, takes);
    }

    /** Its host has no power any more. */
    void losePower() {
        world.checks.lostPower(this);
        become(Power.OFF);
    }

    void stop(long takes) {
        become(Power.STOPPING);
        later(takes, Power.OFF);
    }

    /**
     * Ends it by force, or has it stand still, within the longest time that a stop takes, often in
     * just that.
     */
    void end(Guard by, boolean suspend) {
        if (killed || !there()) {
            return;
        }
        killed = true;
        world.counts.count(suspend ? Counts.Of.GUARD_SUSPENDS : Counts.Of.GUARD_STOPS);
        world.checks.stoppedByGuard(this);
        world.say(() -> by + (suspend ? " suspends " : " stops ") + this);
        long most = world.profile.stop();
        long takes = world.chance.percent(40) ? most : world.chance.micros(1, (int) (most / 1_000));
        power = Power.STOPPING;
        long of = change;
        world.events.after(
                takes,
                () -> {
                    if (killed && change == of) {
                        become(suspend ? Power.SUSPENDED : Power.OFF);
                    }
                });
    }

    /** Tells the caller once it has come to rest. */
    void whenSettled(Runnable what) {
        if (settled()) {
            what.run();
        } else {
            waiting.add(what);
        }
    }

    private void later(long takes, Power next) {
        long of = change;
        world.events.after(
                takes,
                () -> {
                    if (change == of && !(killed && next == Power.ON)) {
                        become(next);
                    }
                });
    }

    private boolean settled() {
        return power == Power.OFF || power == Power.ON || power == Power.SUSPENDED;
    }

    private void become(Power next) {
        power = next;
        change++;
        world.say(() -> this + " is " + next.name().toLowerCase(java.util.Locale.ROOT));
        still = next == Power.SUSPENDED || (still && next == Power.STOPPING);
        if (next == Power.SUSPENDED) {
            suspendedAt = world.checks.moves(group);
        }
        if (settled()) {
            killed = false;
            List<Runnable> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(Runnable::run);
        }
    }

    @Override
    public String toString() {
        return vm + "@" + host;
    }
}
