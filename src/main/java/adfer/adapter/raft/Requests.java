package adfer.adapter.raft;

import adfer.port.ReplicatorException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The requests under way at this node: each has a deadline, and close ends them all. */
final class Requests {
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final int MOST_DOUBLINGS = 4;

    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Request<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ReplicatorException closed;

    Requests(String node) {
        var threads = Thread.ofPlatform().daemon().name("raft-timer-" + node).factory();
        timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    ExecutorService executor() {
        return executor;
    }

    /** Fails what is under way and whatever comes. */
    void close(ReplicatorException reason) {
        closed = reason;
        underWay.forEach(request -> request.fail(reason));
    }

    /** Ends the threads, after {@link #close}. */
    void shutdown() {
        timer.shutdown();
        executor.shutdown();
    }

    /** One request, attempted again and again until it has its answer or its deadline has come. */
    abstract static class Request<T> {
        private final Requests all;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private int pauses;

        Request(Requests all) {
            this.all = all;
        }

        /** Tries once: ends in {@link #succeed}, {@link #fail} or {@link #tryLater}. */
        abstract void attempt();

        /** Why it failed when the deadline comes. */
        abstract ReplicatorException expired(Duration timeout);

        /** What to tell the caller for the common reason why all requests end. */
        ReplicatorException ended(ReplicatorException reason) {
            return reason;
        }

        CompletableFuture<T> start(Duration timeout) {
            all.underWay.add(this);
            var deadline =
                    all.timer.schedule(
                            () -> end(expired(timeout)), timeout.toNanos(), TimeUnit.NANOSECONDS);
            var done =
                    result.whenComplete((reply, failure) -> {
                        deadline.cancel(false);
                        all.underWay.remove(this);
                    });
            var reason = all.closed;
            if (reason == null) {
                attempt();
            } else {
                fail(reason);
            }
            return done;
        }

        void succeed(T reply) {
            result.complete(reply);
        }

        void fail(ReplicatorException reason) {
            end(ended(reason));
        }

        void tryLater() {
            if (!result.isDone() && all.closed == null) {
                var pause = FIRST_PAUSE_MILLIS << Math.min(pauses++, MOST_DOUBLINGS);
                var _ =
                        all.timer.schedule(
                                () -> all.executor.execute(this::again),
                                pause,
                                TimeUnit.MILLISECONDS);
            }
        }

        private void again() {
            if (!result.isDone()) {
                attempt();
            }
        }

        /** Never on the caller's thread, which may be the timer. */
        private void end(ReplicatorException failure) {
            all.executor.execute(() -> result.completeExceptionally(failure));
        }
    }
}
