package adfer.service;

import adfer.port.Codec;
import adfer.port.Replicator;
import adfer.state.Entry;
import adfer.state.Reply;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A log that takes everything and does nothing. */
final class TakesAll implements Replicator {
    private final Codec codec;
    final List<byte[]> taken = new CopyOnWriteArrayList<>();
    final List<String> reconnected = new CopyOnWriteArrayList<>();

    TakesAll(Codec codec) {
        this.codec = codec;
    }

    int commands() {
        return entries().size();
    }

    List<Entry> entries() {
        return taken.stream().flatMap(bytes -> codec.decodeEntries(bytes).stream()).toList();
    }

    @Override
    public void start() {}

    @Override
    public CompletableFuture<byte[]> submit(byte[] entry, Duration timeout) {
        taken.add(entry);
        List<Reply> replies =
                codec.decodeEntries(entry).stream()
                        .<Reply>map(ignored -> new Reply.Accepted(taken.size()))
                        .toList();
        return CompletableFuture.completedFuture(codec.encodeReplies(replies));
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
    public void reconnect(String node) {
        reconnected.add(node);
    }

    @Override
    public boolean handOver(Duration timeout) {
        return false;
    }

    @Override
    public void close() {}
}
