package adfer.adapter.raft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import adfer.port.ReplicatorException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Nodes of one group in this JVM, on free loopback ports, each in a directory of its own under one
 * root.
 */
final class Cluster implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(20);

    private final Path root;
    private final UnaryOperator<RaftConfig> tuning;
    final Map<String, String> peers;
    final NavigableMap<String, Node> nodes = new TreeMap<>();
    final List<ReplicatorException> failures = new CopyOnWriteArrayList<>();

    record Node(String id, RaftReplicator log, Notebook notebook) {}

    Cluster(Path root, int size, UnaryOperator<RaftConfig> tuning) {
        this.root = root;
        this.tuning = tuning;
        this.peers = freePeers(size);
    }

    static Cluster started(Path root, int size) {
        return started(root, size, c -> c);
    }

    static Cluster started(Path root, int size, UnaryOperator<RaftConfig> tuning) {
        var cluster = new Cluster(root, size, tuning);
        cluster.peers.keySet().forEach(id -> cluster.start(id, new Notebook()));
        return cluster;
    }

    RaftConfig config(String id) {
        return tuning.apply(RaftConfig.of(id, peers, root.resolve(id)));
    }

    Node start(String id, Notebook notebook) {
        var node = new Node(id, new RaftReplicator(config(id), notebook, failures::add), notebook);
        node.log().start();
        nodes.put(id, node);
        return node;
    }

    void stop(String id) {
        var node = nodes.remove(id);
        if (node != null) {
            node.log().close();
        }
    }

    @Nullable Node leaderNow() {
        return nodes.values().stream()
                .filter(n -> n.log().leadership().leading())
                .max(Comparator.comparingLong((Node n) -> n.log().leadership().term()))
                .orElse(null);
    }

    Node leader() {
        return await().atMost(LONG).until(this::leaderNow, n -> n != null);
    }

    Node follower() {
        var leader = leader();
        return nodes.values().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
    }

    /** Submits and waits; a failure comes out as it is. */
    static String submit(Node node, String entry) {
        return string(node.log().submit(bytes(entry), LONG).orTimeout(30, TimeUnit.SECONDS).join());
    }

    void submitMany(Node node, String prefix, int count) {
        var replies = new ArrayList<CompletableFuture<byte[]>>();
        for (var i = 0; i < count; i++) {
            replies.add(node.log().submit(bytes(prefix + i), LONG));
        }
        replies.forEach(reply -> reply.orTimeout(30, TimeUnit.SECONDS).join());
    }

    /** Why it failed: with a {@link ReplicatorException}, in time. */
    static ReplicatorException failure(CompletableFuture<?> future) {
        return future.handle(
                        (reply, failure) -> assertInstanceOf(ReplicatorException.class, failure))
                .orTimeout(40, TimeUnit.SECONDS)
                .join();
    }

    void awaitSameEverywhere() {
        var newest = leader();
        var index = newest.log().barrier(LONG).join();
        await().atMost(LONG)
                .until(() ->
                        nodes.values().stream()
                                .allMatch(n -> n.notebook().appliedIndex() >= index));
        nodes.values()
                .forEach(n ->
                        org.assertj.core.api.Assertions.assertThat(n.notebook().entries())
                                .as(n.id())
                                .isEqualTo(newest.notebook().entries()));
    }

    static byte[] bytes(String entry) {
        return entry.getBytes(StandardCharsets.UTF_8);
    }

    static String string(byte[] reply) {
        return new String(reply, StandardCharsets.UTF_8);
    }

    /** Free ports, all held open until all are known so that they differ. */
    static Map<String, String> freePeers(int size) {
        var peers = new HashMap<String, String>();
        var held = new ArrayList<ServerSocket>();
        try {
            for (var i = 0; i < size; i++) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                peers.put("n" + i, "127.0.0.1:" + socket.getLocalPort());
            }
            for (var socket : held) {
                socket.close();
            }
            return peers;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        List.copyOf(nodes.keySet()).forEach(this::stop);
    }
}
