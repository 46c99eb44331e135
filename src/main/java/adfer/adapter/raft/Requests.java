package adfer.adapter.raft;

import adfer.port.ReplicatorException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The requests under way at this node: each has a deadline, and close ends them all. */
final class Requests {
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final int MOST_DOUBLINGS = 4;

    private final ScheduledThreadPoolExecutor timer;
    private final Executor executor = Thread::startVirtualThread;
    private final Set<Request<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ReplicatorException closed;

    Requests(String node) {
        var threads = Thread.ofPlatform().daemon().name("raft-timer-" + node).factory();
        timer = new ScheduledThreadPoolExecutor(1, threads, new DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    Executor executor() {
        return executor;
    }

    /** Fails what is under way and whatever comes. */
    void close(ReplicatorException reason) {
        closed = reason;
        underWay.forEach(request -> request.fail(request.ended(reason)));
        timer.shutdown();
    }

    /** One request, attempted again and again until it has its answer or its deadline has come. */
    abstract static class Request<T> {
        private final Requests all;
        private final Duration timeout;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final AtomicBoolean settled = new AtomicBoolean();
        private volatile @Nullable Future<?> deadline;
        private int pauses;

        Request(Requests all, Duration timeout) {
            this.all = all;
            this.timeout = timeout;
        }

        /** Tries once: ends in {@link #succeed}, {@link #fail} or {@link #tryLater}. */
        abstract void attempt();

        /** Why it failed, when the deadline comes. */
        abstract ReplicatorException expired();

        /** Why it failed, when all requests end. */
        ReplicatorException ended(ReplicatorException reason) {
            return reason;
        }

        /** Gives back what it holds, once, before its caller hears of the end. */
        void release() {}

        Duration timeout() {
            return timeout;
        }

        CompletableFuture<T> start() {
            all.underWay.add(this);
            deadline =
                    all.timer.schedule(
                            () -> fail(expired()), timeout.toNanos(), TimeUnit.NANOSECONDS);
            var reason = all.closed;
            if (reason == null) {
                attempt();
            } else {
                fail(ended(reason));
            }
            return result;
        }

        void succeed(T reply) {
            if (settle()) {
                result.complete(reply);
            }
        }

        /**
         * Tells the caller on a thread of its own: this one may be the timer's, or be closing the
         * log.
         */
        void fail(ReplicatorException failure) {
            if (settle()) {
                all.executor.execute(() -> result.completeExceptionally(failure));
            }
        }

        private boolean settle() {
            if (!settled.compareAndSet(false, true)) {
                return false;
            }
            var waiting = deadline;
            if (waiting != null) {
                waiting.cancel(false);
            }
            all.underWay.remove(this);
            release();
            return true;
        }

        void tryLater() {
            if (!settled.get() && all.closed == null) {
                var pause = FIRST_PAUSE_MILLIS << Math.min(pauses++, MOST_DOUBLINGS);
                var _ =
                        all.timer.schedule(
                                () -> all.executor.execute(this::again),
                                pause,
                                TimeUnit.MILLISECONDS);
            }
        }

        private void again() {
            if (!settled.get()) {
                attempt();
            }
        }
    }
}
