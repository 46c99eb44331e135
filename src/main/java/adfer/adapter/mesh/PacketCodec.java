package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.PathName;

import java.nio.BufferUnderflowException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;

/**
 * Packets as bytes, sealed with HMAC-SHA256 over all of them. Nothing but the length and the first
 * bytes is looked at before the seal has been found genuine. For one thread at a time.
 */
final class PacketCodec {
    /** What IPv6 carries everywhere without fragments: 1,280 less the headers of IPv6 and UDP. */
    static final int MAX_BYTES = 1_232;

    private static final int SEAL_BYTES = 32;
    private static final byte[] MAGIC = {'A', 'd', 'f', 2};

    private final Mac mac;

    PacketCodec(MeshKey key) {
        this.mac = key.mac();
    }

    /** What came of opening a datagram. */
    sealed interface Opened {
        record Genuine(Packet packet) implements Opened {}

        record Forged() implements Opened {}

        record Malformed() implements Opened {}
    }

    /** Whether its first row gets through, thinned out if need be. */
    boolean carries(Packet packet) {
        byte[] sealed = seal(packet);
        return open(sealed, sealed.length) instanceof Opened.Genuine(Packet arrived)
                && !arrived.rows().isEmpty();
    }

    byte[] seal(Packet packet) {
        ByteWriter out = new ByteWriter();
        out.bytes(MAGIC);
        out.flag(packet.kind() == Packet.Kind.ANSWER);
        out.name(packet.sender());
        out.name(packet.receiver());
        out.name(packet.path());
        out.i64(packet.incarnation());
        out.i64(packet.sequence());
        out.nanos(packet.sentAt());
        out.i64(packet.sentWall());
        out.flag(packet.echo().isPresent());
        packet.echo().ifPresent(echo -> write(out, echo));
        int left = MAX_BYTES - SEAL_BYTES - out.size();
        out.bytes(RowCodec.write(packet.rows(), left).orElse(new byte[] {0, 0}));
        out.bytes(mac.doFinal(out.toByteArray()));
        return out.toByteArray();
    }

    private static void write(ByteWriter out, Packet.Echo echo) {
        out.i64(echo.incarnation());
        out.nanos(echo.sentAt());
        out.i64(echo.sentWall());
        out.i64(echo.arrivedWall());
        out.nanos(echo.held());
    }

    Opened open(byte[] datagram, int length) {
        boolean ours =
                length > MAGIC.length + SEAL_BYTES
                        && length <= MAX_BYTES
                        && Arrays.equals(datagram, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        if (!ours) {
            return new Opened.Malformed();
        }
        int body = length - SEAL_BYTES;
        mac.update(datagram, 0, body);
        byte[] seal = Arrays.copyOfRange(datagram, body, length);
        if (!MessageDigest.isEqual(mac.doFinal(), seal)) {
            return new Opened.Forged();
        }
        try {
            return new Opened.Genuine(read(new ByteReader(datagram, body)));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Opened.Malformed();
        }
    }

    private static Packet read(ByteReader in) {
        in.u32();
        Packet.Kind kind = in.flag() ? Packet.Kind.ANSWER : Packet.Kind.BEAT;
        NodeId sender = new NodeId(in.name());
        NodeId receiver = new NodeId(in.name());
        PathName path = new PathName(in.name());
        long incarnation = in.i64();
        long sequence = in.i64();
        Duration sentAt = in.nanos();
        long sentWall = in.i64();
        Optional<Packet.Echo> echo = in.maybe(in.flag(), () -> readEcho(in));
        List<Aged> rows = RowCodec.read(in);
        in.end();
        return new Packet(
                kind, sender, receiver, path, incarnation, sequence, sentAt, sentWall, echo, rows);
    }

    private static Packet.Echo readEcho(ByteReader in) {
        return new Packet.Echo(in.i64(), in.nanos(), in.i64(), in.i64(), in.nanos());
    }
}
