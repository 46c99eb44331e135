package adfer.mesh;

import adfer.kernel.NodeId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that a node remembers of one link, as a value. Times are readings of the node's own steady
 * clock.
 *
 * <p>Life is dated by when the beat was <em>sent</em> that the peer answered: the peer lived then
 * or later, however long the answer was under way or was held back by somebody.
 *
 * @param proven when the latest answered beat was sent
 * @param heard when anything of the peer last arrived
 * @param open when the beats after that one were sent, oldest first, at most {@value #MAX_OPEN}
 * @param unanswered beats that were not answered though a later one was
 * @param lost messages of the peer that never arrived though a later one did
 */
public record LinkEstimate(
        Optional<Duration> proven,
        Optional<Duration> heard,
        Optional<RoundTrip> roundTrip,
        List<Duration> open,
        LossWindow unanswered,
        LossWindow lost) {
    public static final LinkEstimate NEW =
            new LinkEstimate(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    LossWindow.EMPTY,
                    LossWindow.EMPTY);

    /** One more than a policy can ask for. */
    static final int MAX_OPEN = 16;

    public LinkEstimate {
        open = List.copyOf(open);
    }

    /** A regular beat goes out. */
    public LinkEstimate sent(Duration now) {
        if (open.size() == MAX_OPEN) {
            return this;
        }
        List<Duration> more = new ArrayList<>(open);
        more.add(now);
        return new LinkEstimate(proven, heard, roundTrip, more, unanswered, lost);
    }

    /**
     * A message of the peer arrives.
     *
     * @param skipped how many of its earlier messages have not arrived; what a dead link swallowed
     *     is an outage and not counted as loss
     */
    public LinkEstimate heard(Duration now, long skipped, LinkPolicy policy) {
        LossWindow seen = (up(policy, now) ? lost.lost(skipped) : lost).arrived();
        return new LinkEstimate(proven, Optional.of(now), roundTrip, open, unanswered, seen);
    }

    /** The peer proves that it got what we sent at {@code sentAt}. */
    public LinkEstimate proven(Duration sentAt, Duration now, LinkPolicy policy) {
        if (proven.isPresent() && sentAt.compareTo(proven.get()) <= 0) {
            return this;
        }
        LossWindow counted = unanswered;
        if (up(policy, now)) {
            counted = counted.lost(open.stream().filter(at -> at.compareTo(sentAt) < 0).count());
        }
        if (open.contains(sentAt)) {
            counted = counted.arrived();
        }
        List<Duration> later = open.stream().filter(at -> at.compareTo(sentAt) > 0).toList();
        return new LinkEstimate(Optional.of(sentAt), heard, roundTrip, later, counted, lost);
    }

    /** A round trip was measured. */
    public LinkEstimate measured(Duration sample) {
        RoundTrip next = roundTrip.map(r -> r.next(sample)).orElse(RoundTrip.first(sample));
        return new LinkEstimate(proven, heard, Optional.of(next), open, unanswered, lost);
    }

    /** Whether messages go there and back; see {@link LinkPolicy} for the rule. */
    public boolean up(LinkPolicy policy, Duration now) {
        if (proven.isEmpty() || now.minus(proven.get()).compareTo(policy.limit()) > 0) {
            return false;
        }
        int misses = policy.misses(unanswered);
        if (open.size() < misses) {
            return true;
        }
        Duration patience = roundTrip.map(policy::patience).orElse(policy.mostPatience());
        return now.minus(open.get(misses - 1)).compareTo(patience) < 0;
    }

    public LinkView view(NodeId peer, PathName path, LinkPolicy policy, Duration now) {
        Duration lately = now.minus(policy.interval().multipliedBy(2));
        boolean hearing = heard.filter(at -> at.compareTo(lately) >= 0).isPresent();
        return new LinkView(
                peer,
                path,
                up(policy, now),
                hearing,
                proven.map(now::minus),
                roundTrip.map(RoundTrip::smoothed),
                roundTrip.map(RoundTrip::deviation),
                lost.share());
    }
}
