package adfer.adapter.schedule;

import org.quartz.spi.ThreadPool;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A virtual thread for each run of a job, up to a fixed number at one time. Public, because Quartz
 * calls it by reflection; of no use elsewhere.
 */
public final class VirtualThreads implements ThreadPool {
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private final int atOnce;
    private final Semaphore free;
    private final Set<Thread> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    VirtualThreads(int atOnce) {
        this.atOnce = atOnce;
        this.free = new Semaphore(atOnce);
    }

    /** Only ever called by the scheduler's one thread, after it was told that there is a place. */
    @Override
    public boolean runInThread(Runnable run) {
        if (closed || !free.tryAcquire()) {
            return false;
        }
        Thread thread = Thread.ofVirtual().unstarted(() -> occupy(run));
        busy.add(thread);
        thread.start();
        return true;
    }

    @Override
    public int blockForAvailableThreads() {
        try {
            while (!closed) {
                if (free.tryAcquire(200, TimeUnit.MILLISECONDS)) {
                    free.release();
                    return Math.max(1, free.availablePermits());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    @Override
    public void shutdown(boolean wait) {
        closed = true;
    }

    /** Waits for the runs under way, then interrupts those that are left. */
    void drain(Duration patience) {
        if (!join(patience)) {
            busy.forEach(Thread::interrupt);
            join(AFTER_INTERRUPT);
        }
    }

    @Override
    public void initialize() {}

    @Override
    public int getPoolSize() {
        return atOnce;
    }

    @Override
    public void setInstanceId(String id) {}

    @Override
    public void setInstanceName(String name) {}

    private void occupy(Runnable run) {
        try {
            run.run();
        } finally {
            busy.remove(Thread.currentThread());
            free.release();
        }
    }

    private boolean join(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        try {
            for (Thread thread : busy) {
                long left = until - System.nanoTime();
                if (!thread.equals(Thread.currentThread())
                        && (left <= 0 || !thread.join(Duration.ofNanos(left)))) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
