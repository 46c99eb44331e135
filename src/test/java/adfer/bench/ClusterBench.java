package adfer.bench;

import adfer.adapter.json.JacksonCodec;
import adfer.adapter.raft.RaftConfig;
import adfer.adapter.raft.RaftReplicator;
import adfer.adapter.store.H2Ledger;
import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.kernel.Actor;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.port.Codec;
import adfer.port.Ledger;
import adfer.port.Replicator;
import adfer.run.Engine;
import adfer.run.Outcome;
import adfer.run.TaskProgress;
import adfer.run.TaskProgress.Status;
import adfer.service.Collector;
import adfer.service.Replica;
import adfer.service.Submitter;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reply;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Three whole nodes as far as the state goes, in this JVM over gRPC on loopback: log, state, H2
 * database. First VM changes in batches as a collector sends them, then the steps of one run,
 * started by the leader and ended by another node, fifty under way at a time. Everything is on disk
 * at a majority before it counts.
 */
public final class ClusterBench implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Actor BENCH = new Actor("bench", "system");
    private static final int VMS = 20_000;
    private static final int STEPS = 5_000;

    private final Codec codec = new JacksonCodec();
    private final List<Node> nodes = new ArrayList<>();

    private record Node(Replicator log, Replica replica, Submitter submitter, Ledger ledger) {
        void apply(Command command) {
            accepted(submitter.submitAndWait(BENCH, "", "", command));
        }
    }

    private ClusterBench(Path root) throws IOException {
        TreeMap<String, String> peers = new TreeMap<>();
        for (int i = 0; i < 3; i++) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                peers.put("n" + i, "127.0.0.1:" + socket.getLocalPort());
            }
        }
        for (String id : peers.keySet()) {
            Ledger ledger = H2Ledger.open(root.resolve(id), 32, codec);
            Replica replica = new Replica(ledger, codec);
            Replicator log =
                    new RaftReplicator(
                            RaftConfig.of(id, peers, root.resolve(id + "-log")),
                            replica,
                            System.err::println);
            log.start();
            nodes.add(
                    new Node(
                            log,
                            replica,
                            new Submitter(log, codec, InstantSource.system(), PATIENCE),
                            ledger));
        }
        nodes.getFirst().log().barrier(PATIENCE).join();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("adfer-bench");
        try (ClusterBench bench = new ClusterBench(root)) {
            bench.changes("warm-up: VMs that are new", Power.RUNNING);
            bench.changes("VM changes through three nodes", Power.OFF);
            bench.changes("VM changes through three nodes, again", Power.RUNNING);
            bench.steps();
        }
        System.exit(0);
    }

    private Node leader() {
        return nodes.stream()
                .filter(node -> node.log().leadership().leading())
                .findFirst()
                .orElseThrow();
    }

    private Node follower() {
        return nodes.stream()
                .filter(node -> !node.log().leadership().leading())
                .findFirst()
                .orElseThrow();
    }

    private void changes(String what, Power power) {
        Stopwatch watch = new Stopwatch();
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int from = 0; from < VMS; from += Collector.BATCH) {
            List<At> batch =
                    IntStream.range(from, Math.min(VMS, from + Collector.BATCH))
                            .<At>mapToObj(number -> Fleet.vm(number, power))
                            .toList();
            replies.add(
                    follower()
                            .submitter()
                            .submit(BENCH, new Command.ChangeInventory(batch, List.of())));
        }
        replies.forEach(reply -> accepted(reply.join()));
        watch.print(what, VMS);
        awaitAll();
        watch.print(what + ", applied by all", VMS);
    }

    private void steps() throws InterruptedException {
        Node leader = leader();
        Node worker = follower();
        Semaphore news = new Semaphore(1);
        leader.apply(RunBench.publish());
        leader.replica().listen((state, touched) -> news.release());
        worker.replica().listen((state, touched) -> work(worker, state, touched));
        Stopwatch watch = new Stopwatch();
        leader.apply(RunBench.begin(leader.replica().state(), STEPS));
        while (!ended(leader.replica().state())) {
            news.acquire();
            news.drainPermits();
            var next =
                    Engine.next(
                            leader.replica().state().run(RunBench.RUN).orElseThrow(),
                            RunBench.WORKERS,
                            Instant.now());
            if (!next.starts().isEmpty()) {
                leader.apply(new Command.StartTasks(RunBench.RUN, next.starts()));
            }
        }
        watch.print("durable steps of a run of " + STEPS, STEPS);
        awaitAll();
        System.out.println(
                "fingerprints equal: "
                        + (nodes.stream()
                                        .map(n -> n.replica().state().fingerprint())
                                        .distinct()
                                        .count()
                                == 1));
    }

    private static boolean ended(ClusterState state) {
        return state.run(RunBench.RUN).orElseThrow().header().phase().ended();
    }

    /** What a worker does, with nothing to be done. */
    private static void work(Node node, ClusterState state, SortedSet<Key> touched) {
        touched.stream()
                .filter(key -> key.kind() == Kind.TASK)
                .map(key -> (TaskProgress) state.find(key).orElseThrow())
                .filter(task -> task.status() == Status.RUNNING)
                .forEach(task -> {
                    var _ =
                            node.submitter()
                                    .submit(
                                            BENCH,
                                            new Command.FinishTask(
                                                    task.run(),
                                                    task.task(),
                                                    task.attempt(),
                                                    new Outcome.Done("It is so.", false),
                                                    ""));
                });
    }

    private void awaitAll() {
        long index = leader().replica().state().index();
        for (Node node : nodes) {
            if (!node.replica().awaitIndex(index, PATIENCE)) {
                throw new IllegalStateException("a node does not catch up");
            }
        }
    }

    private static void accepted(Reply reply) {
        if (reply instanceof Reply.Rejected(var index, var problem)) {
            throw new IllegalStateException(index + ": " + problem);
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.submitter().close());
        nodes.forEach(node -> node.log().close());
        nodes.forEach(node -> node.ledger().close());
    }
}
