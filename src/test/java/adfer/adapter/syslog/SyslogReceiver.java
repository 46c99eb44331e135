package adfer.adapter.syslog;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ServerSocketFactory;

/** A syslog server that takes messages with their length before them, and nothing else. */
public final class SyslogReceiver implements AutoCloseable {
    private final ServerSocket server;
    private final Thread acceptor;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    /**
     * @param port 0 for any
     */
    public SyslogReceiver(ServerSocketFactory factory, int port) throws IOException {
        server = factory.createServerSocket(port, 5, InetAddress.ofLiteral("127.0.0.1"));
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public List<String> messages() {
        return List.copyOf(messages);
    }

    /** What was not framed as it has to be. */
    public List<String> wrong() {
        return List.copyOf(wrong);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> read(socket));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void read(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                byte[] message = new byte[length(in)];
                in.readFully(message);
                messages.add(new String(message, StandardCharsets.UTF_8));
            }
        } catch (NumberFormatException e) {
            wrong.add(e.toString());
        } catch (IOException e) {
            // The other side has gone.
        } finally {
            open.remove(socket);
        }
    }

    private static int length(DataInputStream in) throws IOException {
        StringBuilder digits = new StringBuilder();
        for (int c = in.read(); c != ' '; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            digits.append((char) c);
        }
        return Integer.parseInt(digits.toString());
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        try {
            acceptor.join(Duration.ofSeconds(5)); // The port is free only then.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
