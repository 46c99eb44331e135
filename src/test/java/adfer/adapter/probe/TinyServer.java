package adfer.adapter.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import javax.net.ServerSocketFactory;

/** A server on loopback that treats every connection in one given way, well or badly. */
final class TinyServer implements AutoCloseable {
    private final ServerSocket listening;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TinyServer(Manner manner) {
        this(ServerSocketFactory.getDefault(), manner);
    }

    TinyServer(ServerSocketFactory sockets, Manner manner) {
        try {
            listening = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var _ = threads.submit(() -> accept(manner));
    }

    /** What is done to a connection. */
    interface Manner {
        void treat(Socket socket) throws IOException, InterruptedException;
    }

    static Manner silent() {
        return TinyServer::listen;
    }

    static Manner rude() {
        return Socket::close;
    }

    static Manner says(String text) {
        return socket -> {
            write(socket, text);
            listen(socket);
        };
    }

    static Manner drips(String text) {
        return socket -> {
            for (int i = 0; ; i++) {
                write(socket, text.substring(i % text.length(), i % text.length() + 1));
                var _ = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
            }
        };
    }

    static Manner babbles() {
        return socket -> {
            while (true) {
                write(socket, "x".repeat(8192));
            }
        };
    }

    private static void listen(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {}
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    int port() {
        return listening.getLocalPort();
    }

    int connections() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }

    private void accept(Manner manner) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                var _ = threads.submit(() -> treat(socket, manner));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void treat(Socket socket, Manner manner) {
        try (socket) {
            manner.treat(socket);
        } catch (IOException | InterruptedException e) {
            // The asker has hung up, or the test is over.
        }
    }
}
