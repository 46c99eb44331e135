package adfer.adapter.mesh;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;

/** A one-way piece of wire on loopback that can lose, spoil, record and repeat datagrams. */
final class UdpRelay implements AutoCloseable {
    private static final int MAX_RECORDED = 500;

    private final DatagramSocket socket;
    private final InetSocketAddress target;
    private final Random random = new Random(1);
    private final ConcurrentLinkedDeque<byte[]> recorded = new ConcurrentLinkedDeque<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("relay").unstarted(this::run);
    private volatile double loss;
    private volatile boolean spoiling;

    UdpRelay(int targetPort) throws IOException {
        this.socket =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** 0 loses nothing, 1 everything. */
    void lose(double share) {
        loss = share;
    }

    void spoil(boolean on) {
        spoiling = on;
    }

    /** Sends again what has come through lately. */
    int repeat() throws IOException {
        List<byte[]> again = List.copyOf(recorded);
        for (byte[] bytes : again) {
            socket.send(new DatagramPacket(bytes, bytes.length, target));
        }
        return again.size();
    }

    private void run() {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        try {
            while (true) {
                packet.setLength(2_000);
                socket.receive(packet);
                if (random.nextDouble() < loss) {
                    continue;
                }
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                recorded.add(bytes.clone());
                if (recorded.size() > MAX_RECORDED) {
                    recorded.remove();
                }
                if (spoiling) {
                    bytes[random.nextInt(bytes.length)] ^= 0x10;
                }
                socket.send(new DatagramPacket(bytes, bytes.length, target));
            }
        } catch (IOException e) {
            socket.close();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
