package adfer.adapter.raft;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** How far the log is applied at this node, and who waits for it to get further. */
final class Applied {
    private final NavigableMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();
    private long index = -1;

    /** Completes, on the apply thread, when the log is applied up to the given index. */
    synchronized CompletableFuture<Void> reached(long awaited) {
        return index >= awaited
                ? CompletableFuture.completedFuture(null)
                : waiting.computeIfAbsent(awaited, i -> new CompletableFuture<>());
    }

    synchronized void advance(long to) {
        index = to;
        while (!waiting.isEmpty() && waiting.firstKey() <= to) {
            waiting.pollFirstEntry().getValue().complete(null);
        }
    }
}
