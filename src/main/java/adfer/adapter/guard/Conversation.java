package adfer.adapter.guard;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;

/**
 * One authenticated exchange of bounded frames over a socket, within a time limit for the whole.
 *
 * <pre>
 * caller -> guard   "ADFG" 1, nonce c (32 bytes)
 * guard -> caller   nonce g (32), HMAC(key, "guard", c, g, guard's name)
 * both              frames: length (4), content, HMAC(session, direction, count, content)
 * </pre>
 *
 * <p>HMAC-SHA256 throughout; the session's key is derived from the shared key, both nonces and the
 * guard's name. The caller's first frame is empty and proves that it knows the key; before that,
 * the guard reads 73 bytes and no more. As each side brings a nonce of its own, nothing recorded
 * earlier is accepted; as frames are counted, none can be repeated, left out or exchanged. What is
 * said is no secret and isn't encrypted.
 */
final class Conversation {
    /** Content of a frame, in bytes: tickets and claims of some twenty thousand VMs. */
    static final int MAX_FRAME = 1 << 20;

    private static final byte[] HELLO = {'A', 'D', 'F', 'G', 1};
    private static final int NONCE_BYTES = 32;
    private static final byte CALLERS = 'c';
    private static final byte GUARDS = 'g';
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Socket socket;
    private final long deadline;
    private final InputStream in;
    private final OutputStream out;
    private final GuardKey session;
    private final byte mine;
    private final byte theirs;
    private long sent;
    private long received;

    private Conversation(Wire wire, GuardKey session, boolean caller) {
        this.socket = wire.socket;
        this.deadline = wire.deadline;
        this.in = wire.in;
        this.out = wire.out;
        this.session = session;
        this.mine = caller ? CALLERS : GUARDS;
        this.theirs = caller ? GUARDS : CALLERS;
    }

    /** A socket with the end of its time. */
    private record Wire(Socket socket, long deadline, InputStream in, OutputStream out) {
        static Wire over(Socket socket, Duration limit) throws IOException {
            socket.setTcpNoDelay(true);
            return new Wire(
                    socket,
                    System.nanoTime() + limit.toNanos(),
                    socket.getInputStream(),
                    socket.getOutputStream());
        }
    }

    /**
     * Begins as the one who asks.
     *
     * @param guard the name of the guard that is expected at the other end
     * @throws ProtocolException when the other end doesn't prove to be that guard
     */
    static Conversation call(Socket socket, GuardKey key, String guard, Duration limit)
            throws IOException {
        Wire wire = Wire.over(socket, limit);
        byte[] callers = nonce();
        wire.out.write(join(HELLO, callers));
        byte[] guards = read(wire.socket, wire.in, NONCE_BYTES, wire.deadline);
        byte[] proof = read(wire.socket, wire.in, GuardKey.SEAL_BYTES, wire.deadline);
        byte[] name = guard.getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(proof, key.seal("guard", callers, guards, name))) {
            throw new ProtocolException(
                    "what answers is not guard " + guard + ", or has another mesh.key");
        }
        Conversation begun =
                new Conversation(wire, key.derive("session", callers, guards, name), true);
        begun.send(new byte[0]);
        return begun;
    }

    /**
     * Begins as the guard of that name.
     *
     * @throws ProtocolException when the other end says nonsense or doesn't know the key
     */
    static Conversation answer(Socket socket, GuardKey key, String guard, Duration limit)
            throws IOException {
        Wire wire = Wire.over(socket, limit);
        if (!Arrays.equals(read(wire.socket, wire.in, HELLO.length, wire.deadline), HELLO)) {
            throw new ProtocolException("it does not speak as a node does");
        }
        byte[] callers = read(wire.socket, wire.in, NONCE_BYTES, wire.deadline);
        byte[] guards = nonce();
        byte[] name = guard.getBytes(StandardCharsets.UTF_8);
        wire.out.write(join(guards, key.seal("guard", callers, guards, name)));
        Conversation begun =
                new Conversation(wire, key.derive("session", callers, guards, name), false);
        var _ = begun.receive(0);
        return begun;
    }

    void send(byte[] content) throws IOException {
        if (content.length > MAX_FRAME) {
            throw new ProtocolException(content.length + " bytes are too long for a frame");
        }
        byte[] seal = session.seal("frame", place(mine, sent++), content);
        byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array();
        out.write(join(length, content, seal));
    }

    byte[] receive() throws IOException {
        return receive(MAX_FRAME);
    }

    private byte[] receive(int atMost) throws IOException {
        int length = ByteBuffer.wrap(read(socket, in, Integer.BYTES, deadline)).getInt();
        if (length < 0 || length > atMost) {
            throw new ProtocolException("a frame is of " + length + " bytes");
        }
        byte[] content = read(socket, in, length, deadline);
        byte[] seal = read(socket, in, GuardKey.SEAL_BYTES, deadline);
        if (!MessageDigest.isEqual(
                seal, session.seal("frame", place(theirs, received++), content))) {
            throw new ProtocolException("it does not know the mesh.key, or repeats what was said");
        }
        return content;
    }

    private static byte[] place(byte side, long count) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(side).putLong(count).array();
    }

    private static byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return nonce;
    }

    /** The time is limited as a whole, so that a peer that drips bytes gains nothing. */
    private static byte[] read(Socket socket, InputStream in, int length, long deadline)
            throws IOException {
        byte[] bytes = new byte[length];
        int have = 0;
        while (have < length) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("it took too long");
            }
            socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
            int read = in.read(bytes, have, length - have);
            if (read < 0) {
                throw new EOFException("it hung up");
            }
            have += read;
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }
}
