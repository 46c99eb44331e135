package adfer.adapter.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A way to a port of another loopback address. While it is dark nothing gets through and nobody is
 * told; what was connected then stays dark for good, as TCP is for as long again.
 */
final class Relay implements AutoCloseable {
    private final InetSocketAddress target;
    private final ServerSocket door;
    private final List<Wire> wires = new CopyOnWriteArrayList<>();
    private volatile boolean dark;

    private final class Wire {
        final List<Socket> ends = new ArrayList<>();
        volatile boolean dead = dark;
    }

    /**
     * @param address {@code 127.0.0.1:port}; goes to the same port at another host
     */
    Relay(String address, String host) throws IOException {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        this.target = new InetSocketAddress(host, port);
        this.door = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::listen);
    }

    void darken() {
        dark = true;
        wires.forEach(wire -> wire.dead = true);
    }

    void lighten() {
        dark = false;
    }

    private void listen() {
        try {
            while (!door.isClosed()) {
                Socket caller = door.accept();
                Wire wire = new Wire();
                wires.add(wire);
                Socket called = new Socket();
                wire.ends.addAll(List.of(caller, called));
                Thread.ofVirtual().start(() -> join(wire, caller, called));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void join(Wire wire, Socket caller, Socket called) {
        try {
            if (!wire.dead) {
                called.connect(target, 1_000);
                Thread.ofVirtual().start(() -> pump(wire, called, caller));
                pump(wire, caller, called);
            }
        } catch (IOException e) {
            close(caller);
        }
    }

    private static void pump(Wire wire, Socket from, Socket to) {
        byte[] buffer = new byte[64 * 1024];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0 && !wire.dead;
                    n = from.getInputStream().read(buffer)) {
                to.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One of them has gone.
        }
        if (!wire.dead) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        wires.forEach(wire -> wire.ends.forEach(Relay::close));
    }
}
