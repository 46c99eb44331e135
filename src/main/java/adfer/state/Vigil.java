package adfer.state;

import adfer.inventory.At;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.mesh.SiteVerdict;

import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Since when, by this node's own steady clock, things have been as they are that {@link Autopilot}
 * decides by. Every node notes them, whether or not it leads, so that a new leader need not begin
 * anew. All times are nanoseconds of one steady clock.
 *
 * @param listings how each group's site was listed last when its tenure was settled
 */
public record Vigil(
        TreePMap<SiteId, Since<Judged>> verdicts,
        TreePMap<GroupId, Since<Epoch>> tenures,
        TreePMap<GroupId, Instant> listings) {
    public static final Vigil NONE =
            new Vigil(TreePMap.empty(), TreePMap.empty(), TreePMap.empty());

    /** What has been so since when. */
    record Since<T>(T what, long at) {
        Duration lasts(long now) {
            return Duration.ofNanos(now - at);
        }
    }

    /** Other than before also where a site was well in between and nobody looked. */
    record Judged(SiteVerdict.Status status, Instant since) {
        static Judged by(SiteVerdict verdict) {
            return new Judged(verdict.status(), verdict.since());
        }
    }

    /** Takes in how things stand now. */
    public Vigil noted(ClusterState state, long now) {
        Vigil next = this;
        for (Group group : state.groups().toList()) {
            next = next.noted(state, group, now);
        }
        return next;
    }

    private Vigil noted(ClusterState state, Group group, long now) {
        SiteId site = group.owner();
        GroupId id = group.id();
        var nextVerdicts =
                state.verdict(site)
                        .map(verdict ->
                                verdicts.plus(
                                        site, since(verdicts.get(site), Judged.by(verdict), now)))
                        .orElse(verdicts);
        var nextTenures =
                state.lease(id)
                        .filter(Lease::held)
                        .map(lease -> tenures.plus(id, since(tenures.get(id), lease.epoch(), now)))
                        .orElseGet(() -> tenures.minus(id));
        boolean settled =
                Optional.ofNullable(nextTenures.get(id))
                        .filter(since -> since.lasts(now).compareTo(Autopilot.SETTLING) >= 0)
                        .isPresent();
        var nextListings =
                settled
                        ? listings.containsKey(id)
                                ? listings
                                : listings.plus(id, listing(state, group).orElse(Instant.EPOCH))
                        : listings.minus(id);
        return new Vigil(nextVerdicts, nextTenures, nextListings);
    }

    private static <T> Since<T> since(@Nullable Since<T> before, T what, long now) {
        return before != null && before.what().equals(what) ? before : new Since<>(what, now);
    }

    private static Optional<Instant> listing(ClusterState state, Group group) {
        return state.sweep(group.owner()).map(At.Sweep::at);
    }

    /** What is known of a group's site now. */
    public Autopilot.Held held(ClusterState state, Group group, long now) {
        return new Autopilot.Held(
                lasts(verdicts.get(group.owner()), now),
                lasts(tenures.get(group.id()), now),
                listed(state, group));
    }

    private static Duration lasts(@Nullable Since<?> since, long now) {
        return since == null ? Duration.ZERO : since.lasts(now);
    }

    /**
     * A listing that was under way while the site was cut off may come late and tell old things.
     */
    private boolean listed(ClusterState state, Group group) {
        Instant first = listings.get(group.id());
        return first != null && listing(state, group).filter(first::isBefore).isPresent();
    }
}
