package adfer.adapter.mesh;

import adfer.mesh.PathName;
import adfer.mesh.Topology;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The socket of one own path, with the thread that reads it. When its address can't be listened on
 * it is tried again, since an interface may come back.
 */
final class PathSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PathSocket.class);
    private static final long RETRY_SECONDS = 2;

    /** Takes what arrives; the buffer is the reader's and is used again. */
    interface Reader {
        void datagram(PathName path, byte[] buffer, int length);
    }

    private final Topology.Path path;
    private final String host;
    private final Reader reader;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable DatagramSocket socket;

    PathSocket(Topology.Path path, Optional<String> bindHost, Reader reader) {
        this.path = path;
        this.host = bindHost.orElse(path.host());
        this.reader = reader;
        this.thread = Thread.ofPlatform().daemon().name("mesh-" + path.name()).unstarted(this::run);
    }

    /**
     * Begins to listen, now or later.
     *
     * @return what is in the way at first
     */
    Optional<String> start() {
        Optional<String> obstacle = Optional.empty();
        try {
            socket = bind();
        } catch (IOException e) {
            obstacle =
                    Optional.of(
                            "path %s can't be listened on at %s:%d (%s)"
                                    .formatted(path.name(), host, path.port(), e.getMessage()));
        }
        thread.start();
        return obstacle;
    }

    private DatagramSocket bind() throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, path.port());
        if (address.isUnresolved()) {
            throw new IOException("the name can't be resolved");
        }
        return new DatagramSocket(address);
    }

    /** Whether the network took it. */
    boolean send(byte[] bytes, InetSocketAddress to) {
        DatagramSocket current = socket;
        if (current == null) {
            return false;
        }
        try {
            current.send(new DatagramPacket(bytes, bytes.length, to));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void run() {
        while (closed.getCount() > 0) {
            DatagramSocket current = socket;
            if (current != null) {
                read(current);
            }
            socket = null;
            retry();
        }
        DatagramSocket last = socket;
        if (last != null) {
            last.close();
        }
    }

    private void read(DatagramSocket from) {
        byte[] buffer = new byte[PacketCodec.MAX_BYTES + 1];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try (from) {
            while (closed.getCount() > 0) {
                packet.setLength(buffer.length);
                from.receive(packet);
                reader.datagram(path.name(), buffer, packet.getLength());
            }
        } catch (IOException e) {
            if (closed.getCount() > 0) {
                LOG.warn("Path {} of the mesh stopped listening: {}", path.name(), e.getMessage());
            }
        }
    }

    private void retry() {
        try {
            if (!closed.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                socket = bind();
                LOG.info("Path {} of the mesh listens at {}:{}", path.name(), host, path.port());
            }
        } catch (IOException e) {
            LOG.debug("Path {} still can't be listened on: {}", path.name(), e.getMessage());
        } catch (InterruptedException e) {
            closed.countDown();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        DatagramSocket current = socket;
        if (current != null) {
            current.close();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(RETRY_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
