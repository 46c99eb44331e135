package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.Facts;
import adfer.mesh.Matrix;
import adfer.mesh.PathName;
import adfer.mesh.Topology;
import adfer.port.Mesh;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The {@link Mesh} over UDP: {@link MeshProtocol} with sockets, clocks and threads. One thread
 * beats, one per path reads, one tells listeners; the protocol's state is under one lock that is
 * never held while the network or anybody else's code is called.
 */
public final class HeartbeatMesh implements Mesh {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatMesh.class);
    private static final int MAX_UNTOLD = 256;
    private static final Duration RESOLVE_EVERY = Duration.ofSeconds(30);

    private final long incarnation;
    private final NodeId self;
    private final MeshProtocol protocol;
    private final Addresses addresses;
    private final Duration tick;
    private final TreeMap<PathName, PathSocket> sockets = new TreeMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong unsent = new AtomicLong();
    private final AtomicBoolean readFailed = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ThreadPoolExecutor telling =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MAX_UNTOLD),
                    Thread.ofVirtual().name("mesh-tell").factory(),
                    new ThreadPoolExecutor.DiscardOldestPolicy());

    private volatile Supplier<Facts> facts = () -> Facts.NONE;
    private Facts lastFacts = Facts.NONE;
    private boolean factsFailed;

    /**
     * @param self one of the topology's nodes
     * @throws IllegalArgumentException with one sentence when it isn't, or when there are too many
     *     nodes, or too long names, for one datagram
     */
    public HeartbeatMesh(Topology topology, NodeId self, MeshConfig config) {
        this(topology, self, config, MeshClock.system(), new SecureRandom().nextLong());
    }

    HeartbeatMesh(
            Topology topology, NodeId self, MeshConfig config, MeshClock clock, long incarnation) {
        Topology.Node me =
                topology.node(self)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "Node %s is not in the topology: add it.".formatted(self)));
        this.incarnation = incarnation;
        this.self = self;
        this.protocol = new MeshProtocol(topology, self, config, clock, incarnation);
        this.tick = protocol.tick();
        this.addresses = new Addresses(topology);
        for (Topology.Path path : me.paths()) {
            sockets.put(path.name(), new PathSocket(path, config.bindHost(), this::datagram));
        }
    }

    @Override
    public void start() {
        List<String> obstacles = new ArrayList<>();
        sockets.values().forEach(socket -> socket.start().ifPresent(obstacles::add));
        if (obstacles.size() == sockets.size()) {
            close();
            throw new IllegalStateException(
                    "Node %s can't join the mesh: %s. Check its paths' hosts and ports."
                            .formatted(self, String.join("; ", obstacles)));
        }
        obstacles.forEach(obstacle -> LOG.warn("In the mesh, {}; trying again.", obstacle));
        Thread.ofVirtual()
                .name("mesh-resolve")
                .start(() -> every(RESOLVE_EVERY, addresses::resolve));
        Thread.ofPlatform().daemon().name("mesh-beat").start(() -> every(tick, this::beat));
    }

    private void every(Duration pause, Runnable work) {
        try {
            do {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    LOG.error("The mesh goes on after a fault of its own", e);
                }
            } while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat() {
        Facts own = ask();
        MeshProtocol.Due due = locked(() -> protocol.due(own));
        due.datagrams().forEach(this::send);
        if (!due.changes().isEmpty() && closed.getCount() > 0) {
            telling.execute(() -> tell(due.changes()));
        }
    }

    /** When they can't be had, the row goes on saying what it said. */
    private Facts ask() {
        try {
            lastFacts = facts.get();
            factsFailed = false;
        } catch (RuntimeException e) {
            if (!factsFailed) {
                LOG.error("This node's facts can't be had", e);
            }
            factsFailed = true;
        }
        return lastFacts;
    }

    private void tell(List<MeshProtocol.Change> changes) {
        for (MeshProtocol.Change change : changes) {
            for (Listener listener : listeners) {
                try {
                    listener.linkChanged(change.peer(), change.path(), change.up());
                } catch (RuntimeException e) {
                    LOG.error("A listener of the mesh failed", e);
                }
            }
        }
    }

    private void datagram(PathName path, byte[] buffer, int length) {
        try {
            locked(() -> protocol.received(path, buffer, length)).ifPresent(this::send);
        } catch (RuntimeException e) {
            if (!readFailed.getAndSet(true)) {
                LOG.error("The mesh could not take a datagram; further such faults go unlogged", e);
            }
        }
    }

    private void send(Outgoing datagram) {
        PathSocket socket = sockets.get(datagram.path());
        boolean taken =
                socket != null
                        && addresses
                                .of(datagram.to(), datagram.path())
                                .filter(address -> socket.send(datagram.bytes(), address))
                                .isPresent();
        (taken ? sent : unsent).incrementAndGet();
    }

    @Override
    public Matrix matrix() {
        return locked(protocol::matrix);
    }

    @Override
    public void facts(Supplier<Facts> supplier) {
        facts = supplier;
    }

    @Override
    public void onLinkChange(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public Optional<Duration> lastHeard(NodeId peer) {
        return locked(() -> protocol.lastHeard(peer));
    }

    @Override
    public Traffic traffic() {
        return locked(() -> protocol.traffic(sent.get(), unsent.get()));
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        sockets.values().forEach(PathSocket::close);
        telling.shutdown();
    }
}
