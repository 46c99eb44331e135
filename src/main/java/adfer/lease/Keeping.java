package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the keeper of a site asks of the state, and what it may conclude from the answer. */
public final class Keeping {
    private Keeping() {}

    /**
     * The renewals of what the site holds.
     *
     * @param guarded whether every guard of the site has just handed out a ticket
     */
    public static List<Renewal> renewals(SiteId site, Collection<Lease> leases, boolean guarded) {
        return leases.stream()
                .filter(lease -> lease.held() && lease.site().equals(site))
                .map(lease -> new Renewal(lease.group(), lease.epoch(), guarded))
                .toList();
    }

    /**
     * The renewals for which the guards were asked. Where they were told that they may let the VMs
     * run on, the renewal proves nothing, whatever the runbook says by the time it is committed.
     *
     * @param asked what the guards were told with their tickets
     * @param guarded whether every guard of the site has handed out one
     */
    public static List<Renewal> renewals(
            SiteId site, Collection<Lease> leases, List<Claim> asked, boolean guarded) {
        Set<GroupId> told = asked.stream().map(Claim::group).collect(Collectors.toSet());
        Set<GroupId> kept =
                asked.stream()
                        .filter(claim -> claim.whenIsolated() == WhenIsolated.KEEP)
                        .map(Claim::group)
                        .collect(Collectors.toSet());
        return renewals(site, leases, guarded).stream()
                .filter(renewal -> told.contains(renewal.group()))
                .map(renewal ->
                        new Renewal(
                                renewal.group(),
                                renewal.epoch(),
                                guarded && !kept.contains(renewal.group())))
                .toList();
    }

    /**
     * Which of the renewals took effect.
     *
     * @param index where they were applied
     * @param now the leases as applied at that index or later
     */
    public static List<Renewal> effective(
            List<Renewal> renewals, SiteId site, long index, Collection<Lease> now) {
        return renewals.stream()
                .filter(renewal ->
                        now.stream()
                                .anyMatch(lease ->
                                        lease.group().equals(renewal.group())
                                                && lease.held()
                                                && lease.site().equals(site)
                                                && lease.epoch().equals(renewal.epoch())
                                                && lease.renewal() >= index))
                .toList();
    }

    /** A group of the site whose lease lapsed, and the epoch that ended. */
    public record Lapsed(GroupId group, Epoch epoch) {}

    /** What the site has to take up anew before it may run it. */
    public static List<Lapsed> lapsed(SiteId site, Collection<Lease> leases) {
        return leases.stream()
                .filter(lease -> !lease.held() && lease.site().equals(site))
                .map(lease -> new Lapsed(lease.group(), lease.epoch()))
                .toList();
    }
}
