package adfer.service;

import adfer.kernel.Actor;
import adfer.state.Command;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells the log what has happened at this node already, in order and as soon as there is a
 * majority. Nobody waits for it; what comes on top of its bound is not told.
 */
final class Teller implements AutoCloseable {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(2);

    private final Submitter submitter;
    private final int most;
    private final ConcurrentLinkedQueue<Told> untold = new ConcurrentLinkedQueue<>();
    private final Semaphore news = new Semaphore(0);
    private final Thread teller;

    private record Told(Actor by, Command what) {}

    /**
     * @param most how much waits
     */
    Teller(String name, Submitter submitter, int most) {
        this.submitter = submitter;
        this.most = most;
        this.teller = Thread.ofVirtual().name(name).start(this::tell);
    }

    void tell(Actor by, Command what) {
        if (untold.size() < most) {
            untold.add(new Told(by, what));
            news.release();
        }
    }

    /** What is not in the log yet. */
    List<Command> untold() {
        return untold.stream().map(Told::what).toList();
    }

    private void tell() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                news.acquire();
                Told next = untold.peek();
                while (next != null && !told(next)) {
                    Thread.sleep(TRY_AGAIN);
                }
                untold.poll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean told(Told next) throws InterruptedException {
        try {
            var _ = submitter.submit(next.by(), next.what()).get(15, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() {
        teller.interrupt();
    }
}
