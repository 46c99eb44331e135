package adfer.adapter.probe;

import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Name look-ups with a deadline. The system's look-up cannot be broken off, so it is left to one of
 * a few threads of its own; when name servers hang and all of them are taken, further names are
 * refused at once instead of queued.
 */
final class Resolver implements AutoCloseable {
    private static final int AT_ONCE = 16;

    private final Lookup lookup;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    0,
                    AT_ONCE,
                    30,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().daemon().name("probe-names-", 0).factory());

    Resolver(Lookup lookup) {
        this.lookup = lookup;
    }

    /** The operating system's way of finding an address. */
    interface Lookup {
        InetAddress find(String name) throws UnknownHostException;
    }

    /**
     * @throws Unresolved with a sentence, when there is no address by the deadline
     */
    InetAddress find(String host, Deadline deadline) throws Unresolved, InterruptedException {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException aName) {
            return lookUp(host, deadline);
        }
    }

    private InetAddress lookUp(String name, Deadline deadline)
            throws Unresolved, InterruptedException {
        try {
            Future<InetAddress> answer = threads.submit(() -> lookup.find(name));
            return answer.get(deadline.millis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new Unresolved("the name '" + name + "' is not known at this node");
        } catch (RejectedExecutionException | TimeoutException | SocketTimeoutException e) {
            throw new Unresolved("the look-up of the name '" + name + "' got no answer in time");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** No address, and why, in one sentence. */
    static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1L;

        Unresolved(String sentence) {
            super(sentence);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }
}
