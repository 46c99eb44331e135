package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.PathName;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One datagram of the mesh.
 *
 * @param incarnation the sender's life
 * @param sequence counts the datagrams of that life on this link, from 1
 * @param sentAt the sender's steady clock; the receiver only hands it back
 * @param sentWall the sender's wall clock, nanoseconds since 1970
 * @param echo what the sender last got from the receiver on this link
 * @param rows what the sender sees, and what others told it, with their ages when it was sent
 */
record Packet(
        Kind kind,
        NodeId sender,
        NodeId receiver,
        PathName path,
        long incarnation,
        long sequence,
        Duration sentAt,
        long sentWall,
        Optional<Echo> echo,
        List<Aged> rows) {
    /** A beat is answered at once; an answer is not. */
    enum Kind {
        BEAT,
        ANSWER
    }

    /**
     * A receipt for a beat.
     *
     * @param incarnation the life of the beat's sender
     * @param sentAt its steady clock when it sent the beat
     * @param sentWall its wall clock then
     * @param arrivedWall the wall clock of the one who got it, when it did
     * @param held how long ago that was, by its steady clock
     */
    record Echo(
            long incarnation, Duration sentAt, long sentWall, long arrivedWall, Duration held) {}

    Packet {
        rows = List.copyOf(rows);
    }
}
