package adfer.adapter.probe;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

import javax.net.SocketFactory;

/**
 * A TCP connection that cannot hold its asker: every wait on it ends at one deadline, however the
 * server drips its bytes, and it hears no more than {@value #MAX_BYTES} of them.
 */
final class Line extends Socket {
    static final int MAX_BYTES = 64 * 1024;

    private volatile Deadline deadline;
    private final byte[] opening = new byte[512];
    private int heard;

    Line(Deadline deadline) {
        this.deadline = deadline;
    }

    /** For clients that make their own sockets: a factory that knows only this one. */
    SocketFactory asFactory() {
        return new OneLine(this);
    }

    void hurry(Deadline earlier) {
        deadline = earlier;
    }

    /** The first of what the server has said, which may be nothing yet. */
    String heard() {
        return new String(opening, 0, Math.min(heard, opening.length), StandardCharsets.UTF_8);
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        super.connect(endpoint, deadline.millis());
    }

    @Override
    public void connect(SocketAddress endpoint, int ignored) throws IOException {
        connect(endpoint);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Heard(super.getInputStream());
    }

    /** Thrown when a server talks more than any greeting needs. */
    static final class TooMuch extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final class Heard extends FilterInputStream {
        Heard(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (heard >= MAX_BYTES) {
                throw new TooMuch();
            }
            setSoTimeout(deadline.millis());
            int count = super.read(into, offset, Math.min(length, MAX_BYTES - heard));
            if (count > 0) {
                int kept = Math.min(count, Math.max(0, opening.length - heard));
                System.arraycopy(into, offset, opening, Math.min(heard, opening.length), kept);
                heard += count;
            }
            return count;
        }
    }

    private static final class OneLine extends SocketFactory {
        private final Line line;

        OneLine(Line line) {
            this.line = line;
        }

        @Override
        public Socket createSocket() {
            return line;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException("a line is connected by its user");
        }

        @Override
        public Socket createSocket(
                String host, int port, java.net.InetAddress local, int localPort) {
            throw new UnsupportedOperationException("a line is connected by its user");
        }

        @Override
        public Socket createSocket(java.net.InetAddress host, int port) {
            throw new UnsupportedOperationException("a line is connected by its user");
        }

        @Override
        public Socket createSocket(
                java.net.InetAddress host, int port, java.net.InetAddress local, int localPort) {
            throw new UnsupportedOperationException("a line is connected by its user");
        }
    }
}
