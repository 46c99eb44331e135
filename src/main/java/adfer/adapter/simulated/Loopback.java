package adfer.adapter.simulated;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The network cards of all of a site's running guests: one thread that listens on loopback. */
final class Loopback implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Loopback.class);
    private static final int SESSIONS_AT_MOST = 4_000;
    private static final int BACKLOG = 64;
    private static final long SWEEP_MILLIS = 1_000;
    private static final long TASK_SECONDS = 20;

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private int sessions;
    private volatile boolean closed;

    /** A guest's open ports. */
    record Plug(List<ServerSocketChannel> ports, Set<Session> sessions) {}

    private record Listening(Plug plug, Service service, Guest guest) {}

    Loopback(String name) throws IOException {
        selector = Selector.open();
        thread = Thread.ofPlatform().daemon().name(name).start(this::loop);
    }

    /** Fails with one sentence unless all of a guest's ports could be opened now. */
    static void check(List<Service> services, List<String> addresses) throws IOException {
        for (Service service : services) {
            for (String address : addresses) {
                try (SocketChannel trial = SocketChannel.open()) {
                    bind(trial, target(address, service));
                }
            }
        }
    }

    /** Opens all ports of a guest, or none. */
    Plug plug(List<Service> services, List<String> addresses, Guest guest) throws IOException {
        return onThread(() -> {
            Plug plug = new Plug(new ArrayList<>(), new HashSet<>());
            try {
                for (Service service : services) {
                    for (String address : addresses) {
                        listen(plug, service, target(address, service), guest);
                    }
                }
            } catch (IOException e) {
                release(plug);
                throw e;
            }
            return plug;
        });
    }

    /** Once this returns, nothing listens and every connection is cut. */
    void unplug(Plug plug) throws IOException {
        onThread(() -> {
            release(plug);
            return plug;
        });
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(TASK_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetSocketAddress target(String address, Service service) throws IOException {
        InetAddress parsed = InetAddress.ofLiteral(address);
        if (!parsed.isLoopbackAddress()) {
            throw new IOException(
                    "%s is outside 127.0.0.0/8, where simulated VMs listen".formatted(address));
        }
        return new InetSocketAddress(parsed, service.port());
    }

    private void listen(Plug plug, Service service, InetSocketAddress target, Guest guest)
            throws IOException {
        ServerSocketChannel port = ServerSocketChannel.open();
        plug.ports().add(port);
        port.configureBlocking(false);
        try {
            port.bind(target, BACKLOG);
        } catch (IOException e) {
            throw occupied(target, e);
        }
        port.register(selector, SelectionKey.OP_ACCEPT, new Listening(plug, service, guest));
    }

    private static void bind(SocketChannel trial, InetSocketAddress target) throws IOException {
        try {
            trial.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            trial.bind(target);
        } catch (IOException e) {
            throw occupied(target, e);
        }
    }

    private static IOException occupied(InetSocketAddress target, IOException cause) {
        return new IOException(
                "%s:%d cannot be listened on (%s): end the program that uses it, or give the VM"
                                .formatted(
                                        target.getAddress().getHostAddress(),
                                        target.getPort(),
                                        cause.getMessage())
                        + " another address or port",
                cause);
    }

    private static void release(Plug plug) throws IOException {
        for (ServerSocketChannel port : plug.ports()) {
            port.close();
        }
        for (Session session : Set.copyOf(plug.sessions())) {
            session.close();
        }
    }

    private <T> T onThread(Callable<T> work) throws IOException {
        CompletableFuture<T> done = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                T value = work.call();
                // Only a selection lets go of channels that were closed.
                selector.selectNow();
                done.complete(value);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        selector.wakeup();
        try {
            return done.get(TASK_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the simulated network is stuck", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void loop() {
        try (selector) {
            long swept = System.nanoTime();
            while (!closed) {
                selector.select(SWEEP_MILLIS);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                if (System.nanoTime() - swept > TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS)) {
                    swept = System.nanoTime();
                    sweep();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            log.error("The simulated network has failed; restart this node", e);
        }
    }

    private void serve(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        try {
            if (key.attachment() instanceof Session session) {
                session.go();
            } else if (key.attachment() instanceof Listening listening) {
                accept((ServerSocketChannel) key.channel(), listening);
            }
        } catch (IOException e) {
            // A client that went away is no concern of a simulated guest.
            log.trace("A client's connection ended: {}", e.toString());
        }
    }

    private void accept(ServerSocketChannel port, Listening listening) throws IOException {
        SocketChannel client = port.accept();
        if (client == null) {
            return;
        }
        if (sessions >= SESSIONS_AT_MOST) {
            client.close();
            return;
        }
        client.configureBlocking(false);
        SelectionKey key = client.register(selector, SelectionKey.OP_READ);
        Dialogue dialogue = Dialogue.of(listening.service().kind(), listening.guest());
        Set<Session> ofGuest = listening.plug().sessions();
        Session session = new Session(client, key, dialogue, gone -> forget(ofGuest, gone));
        ofGuest.add(session);
        sessions++;
        key.attach(session);
        session.greet();
    }

    private void forget(Set<Session> ofGuest, Session session) {
        if (ofGuest.remove(session)) {
            sessions--;
        }
    }

    private void sweep() throws IOException {
        long now = System.nanoTime();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Session session && session.idle(now)) {
                session.close();
            }
        }
    }
}
