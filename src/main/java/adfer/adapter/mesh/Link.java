package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.LinkEstimate;
import adfer.mesh.LinkPolicy;
import adfer.mesh.LinkView;
import adfer.mesh.PathName;

import java.time.Duration;
import java.util.Optional;

/** One path to one peer, as this node's half of the protocol keeps it. */
final class Link {
    /** The last beat that came over the link, for the receipt. */
    private record Arrival(
            long incarnation, Duration sentAt, long sentWall, long arrivedWall, Duration at) {}

    final NodeId peer;
    final PathName path;
    final ReplayWindow window = new ReplayWindow();
    private final LinkPolicy policy;
    private LinkEstimate estimate = LinkEstimate.NEW;
    private Optional<Arrival> lastBeat = Optional.empty();
    private long sequence;
    private boolean wasUp;

    Link(NodeId peer, PathName path, LinkPolicy policy) {
        this.peer = peer;
        this.path = path;
        this.policy = policy;
    }

    long nextSequence() {
        return ++sequence;
    }

    void beatGoesOut(Duration now) {
        estimate = estimate.sent(now);
    }

    void beatArrived(Packet beat, Duration now, long wall) {
        lastBeat =
                Optional.of(
                        new Arrival(beat.incarnation(), beat.sentAt(), beat.sentWall(), wall, now));
    }

    void heard(Duration now, long skipped) {
        estimate = estimate.heard(now, skipped, policy);
    }

    void measured(Duration roundTrip) {
        estimate = estimate.measured(roundTrip);
    }

    void proven(Duration sentAt, Duration now) {
        estimate = estimate.proven(sentAt, now, policy);
    }

    Optional<Duration> proven() {
        return estimate.proven();
    }

    Optional<Packet.Echo> echo(Duration now) {
        return lastBeat.map(beat ->
                new Packet.Echo(
                        beat.incarnation(),
                        beat.sentAt(),
                        beat.sentWall(),
                        beat.arrivedWall(),
                        now.minus(beat.at())));
    }

    /** Whether the link went up or down since this was last asked. */
    boolean changed(Duration now) {
        boolean before = wasUp;
        wasUp = estimate.up(policy, now);
        return wasUp != before;
    }

    LinkView view(Duration now) {
        return estimate.view(peer, path, policy, now);
    }
}
