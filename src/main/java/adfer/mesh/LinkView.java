package adfer.mesh;

import adfer.kernel.NodeId;

import java.time.Duration;
import java.util.Optional;

/**
 * What one node measures to a peer over one path.
 *
 * @param up messages go there and back
 * @param hearing messages of the peer arrive, whether or not ours reach it; for people, never proof
 *     that the peer lives
 * @param lastHeard the peer is known to have lived this long ago, or later: counted from when we
 *     sent what it answered; empty when it never answered in this life of the observer
 * @param roundTrip smoothed, without the time the peer held the message
 * @param jitter smoothed mean deviation of the round trip
 * @param loss share of the peer's messages to us that were lost, 0 to 1
 */
public record LinkView(
        NodeId peer,
        PathName path,
        boolean up,
        boolean hearing,
        Optional<Duration> lastHeard,
        Optional<Duration> roundTrip,
        Optional<Duration> jitter,
        double loss) {
    public LinkView {
        if (!(loss >= 0 && loss <= 1)) {
            throw new IllegalArgumentException("a loss is 0 to 1, not " + loss);
        }
    }
}
