package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.Facts;
import adfer.mesh.LinkPolicy;
import adfer.mesh.LinkView;
import adfer.mesh.Matrix;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.PathName;
import adfer.mesh.Row;
import adfer.mesh.Topology;
import adfer.port.Mesh.Traffic;

import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One node's half of the heartbeat protocol, without sockets and threads: datagrams and time in,
 * datagrams out. For one thread at a time.
 *
 * <p><b>Exchange.</b> Once per interval each node sends a beat over every path to every peer, and
 * each beat is answered at once (asynchronous mode with echo, after BFD, RFC 5880). Every datagram
 * carries the sender's steady and wall clock and a receipt for the last beat it got on that link;
 * beats carry rows of the matrix too.
 *
 * <p><b>Proof of life.</b> A life is a random 64-bit number drawn at start. A receipt that names
 * this node's own life and a time t of its own clock proves that the peer lived at t or later, for
 * nobody without the key can have known t before. So a datagram that was recorded, delayed or sent
 * again proves no more than it did the first time, and none from before this node's start proves
 * anything. A link is up while such proofs are recent enough ({@link LinkPolicy}); both directions
 * must work for that. What bears no receipt of this life is answered, so that the peer can give one
 * next time, and otherwise ignored.
 *
 * <p><b>Lives of the peer.</b> Within a life each datagram is taken once ({@link ReplayWindow}). A
 * datagram of another life begins that life only with a proof that is later than any of the life
 * before; an ended life never comes back.
 *
 * <p><b>Measurement.</b> The four times of an exchange t1 to t4 (RFC 5905, 8) give the round trip
 * (t4 - t1) - (t3 - t2), where each difference is taken on one node's steady clock, and the offset
 * of the wall clocks ((t2 - t1) + (t3 - t4)) / 2.
 *
 * <p><b>Age of rows.</b> A row was made no earlier than the datagram that brought it was sent, less
 * the age it was sent with; and that was at most a round trip before it arrived, counted from the
 * receipt. Ages are so never told too young by a slow or delayed message.
 */
final class MeshProtocol {
    private static final int TICKS_PER_BEAT = 5;

    /** A link that went up or down. */
    record Change(NodeId peer, PathName path, boolean up) {}

    /** What is to be done after a tick. */
    record Due(List<Outgoing> datagrams, List<Change> changes) {}

    private final NodeId self;
    private final long incarnation;
    private final MeshClock clock;
    private final LinkPolicy policy;
    private final PacketCodec codec;
    private final Gossip gossip;
    private final TreeMap<NodeId, Peer> peers = new TreeMap<>();
    private final Counters counters = new Counters();
    private final Stall stall;

    private Facts facts = Facts.NONE;
    private long rowSequence;
    private Duration nextBeat;

    MeshProtocol(
            Topology topology, NodeId self, MeshConfig config, MeshClock clock, long incarnation) {
        this.self = self;
        this.incarnation = incarnation;
        this.clock = clock;
        this.policy = config.links();
        this.codec = new PacketCodec(config.key());
        this.gossip = new Gossip(topology, self);
        this.stall = new Stall(tick(), policy.interval().multipliedBy(policy.fewest()));
        this.nextBeat = clock.now();
        Topology.Node me = topology.node(self).orElseThrow();
        LargestRow.check(topology, me, codec);
        for (Topology.Node other : topology.nodes()) {
            if (!other.id().equals(self)) {
                Peer peer = new Peer(other.id());
                for (PathName path : Topology.shared(me, other)) {
                    peer.links.put(path, new Link(other.id(), path, policy));
                }
                peers.put(other.id(), peer);
            }
        }
    }

    /** How often to call {@link #due}. */
    Duration tick() {
        return policy.interval().dividedBy(TICKS_PER_BEAT);
    }

    /**
     * To be called every {@link #tick}: beats when it is time to, and at once when a link or what
     * the node has to say of a hypervisor has changed.
     *
     * @param told what the own row is to say of this node
     */
    Due due(Facts told) {
        Duration now = clock.now();
        stall.ticked(now);
        List<Change> changes = new ArrayList<>();
        for (Peer peer : peers.values()) {
            for (Link link : peer.links.values()) {
                if (link.changed(now)) {
                    changes.add(new Change(peer.id, link.path, link.view(now).up()));
                }
            }
        }
        boolean news = !changes.isEmpty() || told.hypervisor() != facts.hypervisor();
        facts = told;
        boolean regular = now.compareTo(nextBeat) >= 0;
        if (regular) {
            Duration planned = nextBeat.plus(policy.interval());
            nextBeat = planned.compareTo(now) > 0 ? planned : now.plus(policy.interval());
        }
        return new Due(regular || news ? beats(now, regular) : List.of(), changes);
    }

    /**
     * @param regular only those count as unanswered when no answer comes: the rule counts beats
     */
    private List<Outgoing> beats(Duration now, boolean regular) {
        rowSequence++;
        gossip.nextTurn();
        Aged own = new Aged(ownRow(now), Duration.ZERO);
        List<Outgoing> beats = new ArrayList<>();
        for (Peer peer : peers.values()) {
            List<Aged> rows = new ArrayList<>(List.of(own));
            rows.addAll(gossip.toTell(peer.id, now));
            for (Link link : peer.links.values()) {
                if (regular) {
                    link.beatGoesOut(now);
                }
                beats.add(outgoing(Packet.Kind.BEAT, link, now, link.echo(now), rows));
            }
        }
        return beats;
    }

    private Outgoing outgoing(
            Packet.Kind kind,
            Link link,
            Duration now,
            Optional<Packet.Echo> echo,
            List<Aged> rows) {
        Packet packet =
                new Packet(
                        kind,
                        self,
                        link.peer,
                        link.path,
                        incarnation,
                        link.nextSequence(),
                        now,
                        clock.wallNanos(),
                        echo,
                        rows);
        return new Outgoing(link.peer, link.path, codec.seal(packet));
    }

    /**
     * A datagram has arrived.
     *
     * @param path whose socket it came in by
     * @return the answer, where there is one to send
     */
    Optional<Outgoing> received(PathName path, byte[] datagram, int length) {
        Duration now = clock.now();
        long wall = clock.wallNanos();
        return switch (codec.open(datagram, length)) {
            case PacketCodec.Opened.Malformed() -> {
                counters.malformed++;
                yield Optional.empty();
            }
            case PacketCodec.Opened.Forged() -> {
                counters.forged++;
                yield Optional.empty();
            }
            case PacketCodec.Opened.Genuine(Packet packet) -> {
                Peer peer = peers.get(packet.sender());
                Link link = peer == null ? null : peer.links.get(packet.path());
                if (peer == null
                        || link == null
                        || !packet.receiver().equals(self)
                        || !packet.path().equals(path)) {
                    counters.misdirected++;
                    yield Optional.empty();
                }
                yield taken(peer, link, packet, now, wall);
            }
        };
    }

    private Optional<Outgoing> taken(Peer peer, Link link, Packet packet, Duration now, long wall) {
        Optional<Packet.Echo> proof = packet.echo().filter(echo -> isMine(echo, now));
        if (!peer.isLife(packet.incarnation())) {
            if (peer.hasEnded(packet.incarnation())) {
                counters.replayed++;
                return Optional.empty();
            }
            if (proof.filter(echo -> isLatest(echo, peer)).isEmpty()) {
                counters.unproven++;
                return answer(link, packet, now, wall);
            }
            peer.adopt(packet.incarnation());
        }
        long skipped = link.window.skipped(packet.sequence());
        if (!link.window.accept(packet.sequence())) {
            counters.replayed++;
            return Optional.empty();
        }
        link.heard(now, skipped);
        if (packet.kind() == Packet.Kind.BEAT) {
            link.beatArrived(packet, now, wall);
        }
        proof.ifPresentOrElse(
                echo -> proven(peer, link, packet, echo, now, wall), () -> counters.unproven++);
        return answer(link, packet, now, wall);
    }

    private boolean isMine(Packet.Echo echo, Duration now) {
        return echo.incarnation() == incarnation
                && !echo.sentAt().isNegative()
                && echo.sentAt().compareTo(now) <= 0
                && !echo.held().isNegative();
    }

    private static boolean isLatest(Packet.Echo echo, Peer peer) {
        return peer.proven().filter(proven -> proven.compareTo(echo.sentAt()) >= 0).isEmpty();
    }

    private void proven(
            Peer peer, Link link, Packet packet, Packet.Echo echo, Duration now, long wall) {
        counters.accepted++;
        Duration roundTrip = now.minus(echo.sentAt()).minus(echo.held());
        if (roundTrip.isNegative()) {
            roundTrip = Duration.ZERO;
        }
        if (packet.kind() == Packet.Kind.ANSWER) {
            link.measured(roundTrip);
            long there = echo.arrivedWall() - echo.sentWall();
            long back = packet.sentWall() - wall;
            peer.clockOff(Duration.ofNanos(there / 2 + back / 2));
        }
        link.proven(echo.sentAt(), now);
        for (Aged row : packet.rows()) {
            gossip.take(row, now.minus(roundTrip));
        }
    }

    private Optional<Outgoing> answer(Link link, Packet beat, Duration now, long wall) {
        if (beat.kind() != Packet.Kind.BEAT) {
            return Optional.empty();
        }
        Duration sentAt = clock.now();
        Packet.Echo receipt =
                new Packet.Echo(
                        beat.incarnation(),
                        beat.sentAt(),
                        beat.sentWall(),
                        wall,
                        sentAt.minus(now));
        return Optional.of(
                outgoing(Packet.Kind.ANSWER, link, sentAt, Optional.of(receipt), List.of()));
    }

    Matrix matrix() {
        Duration now = clock.now();
        Aged own = new Aged(ownRow(now), Duration.ZERO);
        return new Matrix(self, now, gossip.rows(now).plus(self, own));
    }

    private Row ownRow(Duration now) {
        List<LinkView> links = new ArrayList<>();
        TreePMap<NodeId, Duration> offsets = TreePMap.empty();
        for (Peer peer : peers.values()) {
            peer.links.values().forEach(link -> links.add(link.view(now)));
            Optional<Duration> offset = peer.clockOffset();
            if (offset.isPresent()) {
                offsets = offsets.plus(peer.id, offset.get());
            }
        }
        return new Row(self, incarnation, rowSequence, stall.lately(now), facts, links, offsets);
    }

    Optional<Duration> lastHeard(NodeId id) {
        Peer peer = peers.get(id);
        return peer == null ? Optional.empty() : peer.proven().map(clock.now()::minus);
    }

    Traffic traffic(long sent, long unsent) {
        return counters.traffic(sent, unsent);
    }

    private static final class Counters {
        long accepted;
        long malformed;
        long forged;
        long misdirected;
        long replayed;
        long unproven;

        Traffic traffic(long sent, long unsent) {
            return new Traffic(
                    sent, unsent, accepted, malformed, forged, misdirected, replayed, unproven);
        }
    }
}
