package adfer.adapter.raft;

import adfer.port.Replicator.Leadership;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells who leads, on a thread of its own: when Ratis signals a change, and by looking every
 * quarter of a second, for Ratis does not signal that a follower lost its leader, nor that its
 * server closed by itself.
 */
final class LeaderWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);
    private static final long LOOK_MILLIS = 250;

    private final Supplier<Leadership> look;
    private final Consumer<Leadership> changed;
    private final Semaphore signals = new Semaphore(0);
    private final Thread thread;
    private volatile boolean running = true;

    LeaderWatch(String node, Supplier<Leadership> look, Consumer<Leadership> changed) {
        this.look = look;
        this.changed = changed;
        this.thread =
                Thread.ofPlatform().daemon().name("leader-watch-" + node).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void signal() {
        signals.release();
    }

    private void run() {
        Leadership last = null;
        while (running) {
            last = tell(last, look.get());
            try {
                if (signals.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    signals.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Leadership tell(@Nullable Leadership last, Leadership now) {
        if (!now.equals(last)) {
            try {
                changed.accept(now);
            } catch (RuntimeException e) {
                LOG.error("The change of leadership to {} was not taken up", now, e);
            }
        }
        return now;
    }

    void close() {
        running = false;
        signal();
    }
}
