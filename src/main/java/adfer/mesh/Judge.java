package adfer.mesh;

import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.mesh.SiteVerdict.Status;

import org.pcollections.TreePMap;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The judgement of each data centre, tick by tick: what the matrix shows, damped in time.
 *
 * <p>It is a value: each judgement yields the judge of the next tick, which remembers since when
 * each site has looked as it does. Every node should keep its judge warm; only the leader's changes
 * are committed.
 */
public record Judge(
        Topology topology, JudgePolicy policy, SortedMap<SiteId, Impression> impressions) {
    /**
     * How a site looks, and since when by the judging node's steady clock.
     *
     * @param since when the status became what it is
     * @param wordsSince when diagnosis and sentence did
     */
    public record Impression(Finding finding, Duration since, Duration wordsSince) {
        Impression next(Finding now, Duration at) {
            return new Impression(
                    now,
                    now.status() == finding.status() ? since : at,
                    now.equals(finding) ? wordsSince : at);
        }
    }

    /**
     * @param next judges the next matrix
     * @param verdicts what holds now, for the data centres that have a verdict
     * @param changed those of them that are yet to be committed
     */
    public record Judgement(
            Judge next, SortedMap<SiteId, SiteVerdict> verdicts, List<SiteVerdict> changed) {
        public Judgement {
            verdicts = Sorted.copy(verdicts);
            changed = List.copyOf(changed);
        }
    }

    public Judge {
        impressions = Sorted.copy(impressions);
    }

    public Judge(Topology topology, JudgePolicy policy) {
        this(topology, policy, Sorted.empty());
    }

    /**
     * @param committed the verdicts that hold now, by site
     * @param now by the wall clock; only becomes a new verdict's {@code since}
     */
    public Judgement judge(Matrix matrix, Map<SiteId, SiteVerdict> committed, Instant now) {
        Assessment assessment = new Assessment(topology, matrix, policy);
        TreePMap<SiteId, Impression> next = TreePMap.empty();
        TreePMap<SiteId, SiteVerdict> verdicts = TreePMap.empty();
        List<SiteVerdict> changed = new ArrayList<>();
        for (Topology.Site site : topology.dataCentres()) {
            SiteId id = site.id();
            Impression impression = impression(id, assessment.of(id), matrix.taken());
            next = next.plus(id, impression);
            Optional<SiteVerdict> held = Optional.ofNullable(committed.get(id));
            if (isDue(impression, held, matrix.taken())) {
                Instant since =
                        held.filter(verdict -> verdict.status() == impression.finding().status())
                                .map(SiteVerdict::since)
                                .orElse(now);
                SiteVerdict verdict = impression.finding().since(id, since);
                changed.add(verdict);
                held = Optional.of(verdict);
            }
            if (held.isPresent()) {
                verdicts = verdicts.plus(id, held.get());
            }
        }
        return new Judgement(new Judge(topology, policy, next), verdicts, changed);
    }

    private Impression impression(SiteId site, Finding finding, Duration at) {
        Impression before = impressions.get(site);
        return before == null ? new Impression(finding, at, at) : before.next(finding, at);
    }

    /** Whether the finding differs from the verdict held, and has done so for long enough. */
    private boolean isDue(Impression impression, Optional<SiteVerdict> held, Duration at) {
        Status status = impression.finding().status();
        if (held.isPresent() && held.get().status() == status) {
            return !impression.finding().sameAs(held.get())
                    && lasted(impression.wordsSince(), at, policy.otherAfter());
        }
        return lasted(impression.since(), at, dwell(held.map(SiteVerdict::status), status));
    }

    private static boolean lasted(Duration since, Duration at, Duration dwell) {
        return at.minus(since).compareTo(dwell) >= 0;
    }

    private Duration dwell(Optional<Status> held, Status now) {
        boolean soon =
                switch (now) {
                    case UNREACHABLE -> true;
                    case DEGRADED -> held.isEmpty() || held.get() == Status.HEALTHY;
                    case HEALTHY -> held.isEmpty();
                    case UNDECIDED -> false;
                };
        return soon ? policy.worseAfter() : policy.otherAfter();
    }
}
