package adfer.bench;

import adfer.adapter.raft.RaftConfig;
import adfer.adapter.raft.RaftReplicator;
import adfer.port.Replicator;
import adfer.port.Replicator.Leadership;
import adfer.port.ReplicatorException;
import adfer.port.StateMachine;

import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The replicated log, three nodes in this JVM over gRPC on loopback, every write fsynced at every
 * node: latency of a submit at leader and follower, of a barrier, the delay from apply at the
 * leader to apply at the followers, pipelined rate, and how long the log stands still when the
 * leader closes without handing over.
 *
 * <p>Run with {@code -Dbench.directory=DIR} on the disk to be measured (default: the temporary
 * directory).
 */
public final class RaftBench {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SCALE = Integer.getInteger("bench.scale", 10);

    private RaftBench() {}

    public static void main(String[] args) throws Exception {
        var base =
                Path.of(
                        System.getProperty(
                                "bench.directory", System.getProperty("java.io.tmpdir")));
        var root = Files.createTempDirectory(base, "raft-bench");
        var nodes = start(root);
        try {
            var leader = awaitLeader(nodes);
            var follower = nodes.stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
            latency("warm-up", leader, nodes, 50 * SCALE, 256, 0);
            pipelined("warm-up, 256 B, 64 outstanding", leader, 1_000 * SCALE, 256, 64);
            latency("submit at the leader, back to back", leader, nodes, 200 * SCALE, 256, 0);
            latency("submit at a follower, back to back", follower, nodes, 200 * SCALE, 256, 0);
            latency("submit at the leader, one each 20 ms", leader, nodes, 20 * SCALE, 256, 20);
            barrier("barrier at the leader", leader);
            barrier("barrier at a follower", follower);
            pipelined("256 B, 16 outstanding, at the leader", leader, 1_000 * SCALE, 256, 16);
            pipelined("256 B, 64 outstanding, at the leader", leader, 2_000 * SCALE, 256, 64);
            pipelined("256 B, 512 outstanding, at the leader", leader, 4_000 * SCALE, 256, 512);
            pipelined("256 B, 512 outstanding, at a follower", follower, 4_000 * SCALE, 256, 512);
            pipelined("64 KiB, 64 outstanding, at the leader", leader, 400 * SCALE, 64 << 10, 64);
            pipelined("64 KiB, 64 outstanding, at a follower", follower, 400 * SCALE, 64 << 10, 64);
            handOver(nodes);
        } finally {
            nodes.forEach(n -> n.log().close());
            delete(root);
        }
    }

    private record Node(String id, Replicator log, Recorder recorder) {}

    private static void latency(
            String what, Node at, List<Node> nodes, int count, int size, long pauseMillis)
            throws InterruptedException {
        var took = new long[count];
        nodes.forEach(n -> n.recorder().applied.clear());
        for (var i = 0; i < count; i++) {
            var entry = ByteBuffer.allocate(size).putLong(0, i).array();
            var start = System.nanoTime();
            at.log().submit(entry, PATIENCE).join();
            took[i] = System.nanoTime() - start;
            if (pauseMillis > 0) {
                Thread.sleep(pauseMillis);
            }
        }
        print(what, took);
        Thread.sleep(1500);
        var leader =
                nodes.stream()
                        .filter(n -> n.log().leadership().leading())
                        .findFirst()
                        .orElseThrow();
        for (var node : nodes) {
            if (!node.equals(leader)) {
                var delays =
                        leader.recorder().applied.entrySet().stream()
                                .filter(e -> node.recorder().applied.containsKey(e.getKey()))
                                .mapToLong(e -> node.recorder().at(e.getKey()) - e.getValue())
                                .toArray();
                print("    applied at " + node.id() + " after the leader", delays);
            }
        }
    }

    private static void barrier(String what, Node at) {
        var took = new long[100 * SCALE];
        for (var i = 0; i < took.length; i++) {
            var start = System.nanoTime();
            at.log().barrier(PATIENCE).join();
            took[i] = System.nanoTime() - start;
        }
        print(what, took);
    }

    private static void pipelined(String what, Node at, int count, int size, int outstanding)
            throws InterruptedException {
        var cpu = cpuNanos();
        var places = new Semaphore(outstanding);
        var start = System.nanoTime();
        for (var i = 0; i < count; i++) {
            places.acquire();
            var _ =
                    at.log()
                            .submit(new byte[size], PATIENCE)
                            .whenComplete((reply, failure) -> {
                                places.release();
                                if (failure != null) {
                                    System.err.println(failure);
                                }
                            });
        }
        places.acquire(outstanding);
        var seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-46s %,9.0f entries/s %8.1f MB/s, CPU of all three nodes %5.0f us an entry%n",
                what,
                count / seconds,
                count / seconds * size / 1e6,
                (cpuNanos() - cpu) / 1e3 / count);
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void handOver(List<Node> nodes) {
        var took = new long[5];
        for (var i = 0; i < took.length; i++) {
            var leader = awaitLeader(nodes);
            var start = System.nanoTime();
            if (!leader.log().handOver(PATIENCE)) {
                System.out.println("nobody took over");
            }
            leader.log().submit(new byte[8], PATIENCE).join();
            took[i] = System.nanoTime() - start;
        }
        print("leadership handed over, to the next commit", took);
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        if (nanos.length == 0) {
            System.out.println(what + ": nothing measured");
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "%-46s n=%5d  p50 %7.2f ms  p90 %7.2f ms  p99 %7.2f ms  max %7.2f ms%n",
                what,
                nanos.length,
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 9 / 10] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6,
                nanos[nanos.length - 1] / 1e6);
    }

    private static List<Node> start(Path root) throws IOException {
        var peers = new TreeMap<String, String>();
        for (var i = 0; i < 3; i++) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                peers.put("n" + i, "127.0.0.1:" + socket.getLocalPort());
            }
        }
        var nodes = new ArrayList<Node>();
        for (var id : peers.keySet()) {
            var recorder = new Recorder();
            var config = RaftConfig.of(id, peers, root.resolve(id));
            var log = new RaftReplicator(config, recorder, RaftBench::fatal);
            log.start();
            nodes.add(new Node(id, log, recorder));
        }
        return nodes;
    }

    private static void fatal(ReplicatorException e) {
        System.err.println(e.getMessage());
    }

    private static Node awaitLeader(List<Node> nodes) {
        nodes.getFirst().log().barrier(PATIENCE).join();
        return nodes.stream()
                .filter(n -> n.log().leadership().leading())
                .max(Comparator.comparingLong(n -> n.log().leadership().term()))
                .orElseGet(() -> awaitLeader(nodes));
    }

    private static void delete(Path root) throws IOException {
        try (var all = Files.walk(root)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Keeps when it applied what, and nothing else. */
    private static final class Recorder implements StateMachine {
        final Map<Long, Long> applied = new ConcurrentHashMap<>();
        private volatile long index = -1;

        long at(long entry) {
            return applied.getOrDefault(entry, 0L);
        }

        @Override
        public long appliedIndex() {
            return index;
        }

        @Override
        public byte[] apply(long at, long term, byte[] entry) {
            applied.put(at, System.nanoTime());
            index = at;
            return new byte[0];
        }

        @Override
        public Snapshot capture() {
            return out -> out.write(0);
        }

        @Override
        public void restore(InputStream snapshot, long at) {
            index = at;
        }

        @Override
        public void leadershipChanged(Leadership now) {}
    }
}
