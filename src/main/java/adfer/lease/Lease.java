package adfer.lease;

import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * The right of a site to run a protection group's VMs. The state knows whether it was renewed, in
 * which order, and whether it lapsed; how much time has gone by, only those with a clock know.
 *
 * @param epoch the tenure it belongs to, the same as the group's
 * @param renewal the log index of the latest renewal, or of the grant
 * @param guarded whether every guard concerned was armed for that renewal; only then does a lapse
 *     prove that the VMs are off
 * @param lapsedAt when it lapsed, for people to read; empty while it is held
 * @param debt what was stopped at its site and is to be started again once the site holds it
 */
public record Lease(
        GroupId group,
        SiteId site,
        Epoch epoch,
        long renewal,
        boolean guarded,
        Optional<Instant> lapsedAt,
        Debt debt)
        implements Entity {
    public static Lease granted(GroupId group, SiteId site, Epoch epoch, long index) {
        return new Lease(group, site, epoch, index, false, Optional.empty(), Debt.NONE);
    }

    /** Given to a site by another: what was stopped there in an earlier tenure is old news. */
    public static Lease movedTo(GroupId group, SiteId site, Epoch epoch, long index) {
        return new Lease(group, site, epoch, index, false, Optional.empty(), Debt.since(epoch));
    }

    @Override
    public Key key() {
        return key(group);
    }

    public static Key key(GroupId group) {
        return new Key(Kind.LEASE, group.value());
    }

    public boolean held() {
        return lapsedAt.isEmpty();
    }

    /** Proves that nothing of the group runs at its site any more. */
    public boolean provesOff() {
        return guarded && !held();
    }

    public Lease renewed(long index, boolean withGuards) {
        return new Lease(group, site, epoch, index, withGuards, lapsedAt, debt);
    }

    /**
     * The lease of a further tenure of the same site. Guards that were armed for the last renewal
     * end what it allowed, and the new one allows nothing before its first; so it is guarded as
     * that was.
     */
    public Lease takenUp(Epoch by, long index) {
        return new Lease(group, site, by, index, guarded, Optional.empty(), debt);
    }

    /**
     * Ended in a way that proves nothing, whatever was known of it before.
     *
     * @param running as in {@link #lapsed}
     */
    public Lease voided(Instant at, Collection<VmId> running) {
        return new Lease(
                group,
                site,
                epoch,
                renewal,
                false,
                Optional.of(lapsedAt.orElse(at)),
                debt.with(running));
    }

    /**
     * @param running the group's VMs that are on at its site as far as anybody knows; its guards
     *     stop them
     */
    public Lease lapsed(Instant at, Collection<VmId> running) {
        return new Lease(group, site, epoch, renewal, guarded, Optional.of(at), debt.with(running));
    }

    /** A guard has stopped this one, although the lease goes on. */
    public Lease stopping(Stopped stop) {
        return with(debt.with(stop));
    }

    /** A restart has these in hand. */
    public Lease starting(Collection<VmId> vms) {
        return with(debt.takenInHand(vms, epoch));
    }

    /**
     * All its guards have told what they have stopped.
     *
     * @param vms all of it
     */
    public Lease stillStopped(Collection<VmId> vms) {
        return with(debt.stillStopped(vms));
    }

    /** The restart that had these in hand is over, done or cancelled. */
    public Lease restarted(Collection<VmId> vms) {
        return with(debt.outOfHand(vms));
    }

    /** Nothing is left to be started again. */
    public Lease settled() {
        return with(debt.settled());
    }

    private Lease with(Debt other) {
        return new Lease(group, site, epoch, renewal, guarded, lapsedAt, other);
    }
}
