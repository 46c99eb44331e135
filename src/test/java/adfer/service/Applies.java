package adfer.service;

import adfer.port.Codec;
import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.state.ClusterState;
import adfer.state.Entry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A log that applies everything at once, at all its replicas. */
final class Applies implements Replicator {
    private final Codec codec;
    private final List<Replica> replicas = new CopyOnWriteArrayList<>();
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /** That answers get lost, after what was asked is committed. */
    volatile boolean loses;

    Applies(Codec codec) {
        this.codec = codec;
    }

    Replica replica(ClusterState from) {
        Replica replica = new Replica(new Kept(from), codec);
        replicas.add(replica);
        return replica;
    }

    void leads(Optional<Replica> leader) {
        replicas.forEach(replica ->
                replica.leadershipChanged(
                        new Leadership(
                                leader.filter(replica::equals).isPresent(),
                                leader.map(ignored -> "leader"),
                                1)));
    }

    List<Entry> entries() {
        return entries;
    }

    @Override
    public void start() {}

    @Override
    public synchronized CompletableFuture<byte[]> submit(byte[] entry, Duration timeout) {
        entries.addAll(codec.decodeEntries(entry));
        long index = replicas.getFirst().state().index() + 1;
        byte[] answer = {};
        for (Replica replica : replicas) {
            answer = replica.apply(index, 1, entry);
        }
        return loses
                ? CompletableFuture.failedFuture(
                        new ReplicatorException(
                                ReplicatorException.Code.REPLY_LOST, true, "It was lost."))
                : CompletableFuture.completedFuture(answer);
    }

    @Override
    public CompletableFuture<Long> barrier(Duration timeout) {
        return CompletableFuture.completedFuture(1L);
    }

    @Override
    public Leadership leadership() {
        return new Leadership(true, Optional.empty(), 1);
    }

    @Override
    public Progress progress() {
        return new Progress(1, 1, 0, 1, Map.of());
    }

    @Override
    public SortedSet<String> members() {
        return new TreeSet<>();
    }

    @Override
    public CompletableFuture<Boolean> admit(String node, Duration timeout) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public void reconnect(String node) {}

    @Override
    public boolean handOver(Duration timeout) {
        return false;
    }

    @Override
    public void close() {}
}
