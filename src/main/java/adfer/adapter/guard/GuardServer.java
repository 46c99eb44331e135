package adfer.adapter.guard;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * The guard's ear: one question and one answer per connection, each on a virtual thread, so many at
 * once at most and so long at most.
 */
public final class GuardServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GuardServer.class);
    private static final int MOST_CONNECTIONS = 64;
    private static final int BACKLOG = 64;
    private static final long COMPLAIN_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocket socket;
    private final GuardKey key;
    private final String name;
    private final Duration patience;
    private final Optional<GuardTls> tls;
    private final UnaryOperator<Message> desk;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
    private final AtomicLong complained = new AtomicLong(System.nanoTime() - COMPLAIN_EVERY);

    private GuardServer(
            ServerSocket socket,
            GuardKey key,
            String name,
            Duration patience,
            Optional<GuardTls> tls,
            UnaryOperator<Message> desk) {
        this.socket = socket;
        this.key = key;
        this.name = name;
        this.patience = patience;
        this.tls = tls;
        this.desk = desk;
    }

    /**
     * Lets a guard be asked from now on.
     *
     * @param name of the guard, which it proves to callers; see {@link GuardLink#name}
     * @param patience how long a connection may take as a whole
     * @param tls around every connection; none on loopback and in closed networks
     * @throws IOException when that address can't be listened on
     */
    public static GuardServer listen(
            InetSocketAddress address,
            GuardKey key,
            String name,
            Duration patience,
            Optional<GuardTls> tls,
            Guard guard)
            throws IOException {
        return listen(address, key, name, patience, tls, guard::answer);
    }

    /**
     * Listens from now on.
     *
     * @param name of the guard, which it proves to callers; see {@link GuardLink#name}
     * @param patience how long a connection may take as a whole
     */
    static GuardServer listen(
            InetSocketAddress address,
            GuardKey key,
            String name,
            Duration patience,
            Optional<GuardTls> tls,
            UnaryOperator<Message> desk)
            throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(address, BACKLOG);
        GuardServer server = new GuardServer(socket, key, name, patience, tls, desk);
        Thread.ofPlatform().name("guard-ear").daemon().start(server::accept);
        return server;
    }

    /** Where it listens, also when any free port was asked for. */
    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket caller = socket.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().name("guard-caller").start(() -> serve(caller));
                } else {
                    caller.close();
                    complain("A connection was dropped: {} are open.", MOST_CONNECTIONS);
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    complain("A connection failed: {}", e.toString());
                }
            }
        }
    }

    private void serve(Socket caller) {
        Thread limit = Thread.ofVirtual().name("guard-limit").start(() -> hangUpOn(caller));
        try (caller;
                Socket secured = secured(caller)) {
            Conversation talk = Conversation.answer(secured, key, name, patience);
            talk.send(desk.apply(Message.read(talk.receive())).written());
        } catch (IOException e) {
            complain(
                    "The connection from {} was dropped: {}.",
                    caller.getRemoteSocketAddress(),
                    String.valueOf(e.getMessage()));
        } finally {
            limit.interrupt();
            places.release();
        }
    }

    private Socket secured(Socket caller) throws IOException {
        return tls.isPresent() ? tls.get().answer(caller) : caller;
    }

    /** A handshake has no time limit of its own as a whole. */
    private void hangUpOn(Socket caller) {
        try {
            Thread.sleep(patience);
            caller.close();
        } catch (InterruptedException e) {
            // It has ended in time.
        } catch (IOException e) {
            log.debug("While hanging up: {}", e.toString());
        }
    }

    /** One line a second at most: whoever can reach the port must not fill the disk. */
    private void complain(String format, Object... about) {
        long now = System.nanoTime();
        long before = complained.get();
        if (now - before >= COMPLAIN_EVERY && complained.compareAndSet(before, now)) {
            log.warn(format, about);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("While closing: {}", e.toString());
        }
    }
}
