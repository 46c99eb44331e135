package adfer.adapter.libvirt;

import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;

import org.libvirt.Connect;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A connection to one libvirt daemon that comes back by itself, and through which no caller waits
 * longer than it wants to.
 *
 * <p>libvirt's calls block in native code and can hang, so they run on a bounded pool of platform
 * threads; a caller that gives up leaves its thread behind until the keep-alive breaks the
 * connection. Attempts to connect run on threads of their own for the same reason, a bounded number
 * at a time.
 */
final class Link implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final Duration RETRY_FIRST = Duration.ofMillis(500);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration BURY_AFTER = Duration.ofSeconds(30);
    private static final int WAITING_PER_THREAD = 32;
    private static final int ATTEMPTS_AT_MOST = 4;

    private final LibvirtConfig config;
    private final Greeting greeting;
    private final ThreadPoolExecutor pool;
    private final Semaphore attempts = new Semaphore(ATTEMPTS_AT_MOST);
    private final CountDownLatch tried = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<Connect> current = Optional.empty();
    private volatile String trouble = "there was no connection yet";

    /** What is done with each new connection. */
    interface Greeting {
        void greet(Connect connect) throws LibvirtException;
    }

    /** What a caller does through the link. It may be interrupted when nobody waits any longer. */
    interface Work<T> {
        T run(Connect connect) throws LibvirtException;
    }

    Link(LibvirtConfig config, Greeting greeting) {
        this(config, greeting, config.connectTimeout());
    }

    /**
     * @param patience how long to wait here for the first attempt to connect
     */
    Link(LibvirtConfig config, Greeting greeting, Duration patience) {
        this.config = config;
        this.greeting = greeting;
        this.pool =
                new ThreadPoolExecutor(
                        config.threads(),
                        config.threads(),
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(config.threads() * WAITING_PER_THREAD),
                        Thread.ofPlatform().daemon().name("libvirt-call-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        Thread.ofPlatform().daemon().name("libvirt-link").start(this::keep);
        waitFor(tried, patience);
    }

    /**
     * @throws HypervisorException {@code UNREACHABLE} without a connection, {@code TIMEOUT} when
     *     there was no answer in time, or what libvirt refused
     */
    <T> T call(Duration timeout, Work<T> work) {
        Connect connect = alive();
        Future<T> answer;
        try {
            answer = pool.submit(() -> work.run(connect));
        } catch (RejectedExecutionException e) {
            throw unreachable(closing() ? "the connection is closed" : "too many calls wait", e);
        }
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw refusal(e, connect);
        } catch (TimeoutException | CancellationException e) {
            answer.cancel(true);
            throw new HypervisorException(
                    Code.TIMEOUT,
                    "libvirt at %s did not answer within %s s."
                            .formatted(config.uri(), timeout.toMillis() / 1_000.0),
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new HypervisorException(Code.TIMEOUT, "The call was interrupted.", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        pool.shutdownNow();
    }

    private Connect alive() {
        Optional<Connect> connect = current.filter(Link::stands);
        if (closing() || connect.isEmpty()) {
            throw unreachable(closing() ? "the connection is closed" : trouble, null);
        }
        return connect.get();
    }

    private HypervisorException unreachable(
            String why, @org.jspecify.annotations.Nullable Throwable cause) {
        String sentence = "libvirt at %s can't be reached: %s.".formatted(config.uri(), why);
        return cause == null
                ? new HypervisorException(Code.UNREACHABLE, sentence)
                : new HypervisorException(Code.UNREACHABLE, sentence, cause);
    }

    private HypervisorException refusal(ExecutionException e, Connect connect) {
        return switch (e.getCause()) {
            case HypervisorException refusal -> refusal;
            case LibvirtException refused -> Refusals.of(refused, config.uri(), stands(connect));
            case null, default ->
                    new HypervisorException(
                            stands(connect) ? Code.FAILED : Code.UNREACHABLE,
                            "libvirt at %s: %s.".formatted(config.uri(), e.getCause()),
                            e);
        };
    }

    /** Keeps a connection up until the link is closed. */
    private void keep() {
        Duration wait = RETRY_FIRST;
        while (!closing()) {
            if (current.filter(Link::stands).isPresent()) {
                waitFor(closed, LOOK);
                continue;
            }
            retire();
            current = attempt();
            tried.countDown();
            if (current.isPresent()) {
                log.info("Connected to libvirt at {}", config.uri());
                wait = RETRY_FIRST;
            } else {
                log.warn("No connection to libvirt at {}: {}", config.uri(), trouble);
                waitFor(closed, wait);
                wait = shorter(wait.multipliedBy(2), config.retryAtMost());
            }
        }
        retire();
    }

    private Optional<Connect> attempt() {
        if (!attempts.tryAcquire()) {
            trouble = "it does not answer, and earlier attempts to connect still hang";
            return Optional.empty();
        }
        CompletableFuture<Connect> opened = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("libvirt-connect").start(() -> open(opened));
        try {
            return Optional.of(opened.get(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            trouble = "it did not answer within " + config.connectTimeout().toSeconds() + " s";
        } catch (ExecutionException e) {
            trouble = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "interrupted";
        }
        if (!opened.cancel(false) && !opened.isCompletedExceptionally()) {
            // It came through at the last moment.
            return Optional.of(opened.join());
        }
        return Optional.empty();
    }

    private void open(CompletableFuture<Connect> opened) {
        try {
            EventLoop.turn();
            Connect connect = new Connect(config.uri());
            keepAlive(connect);
            greeting.greet(connect);
            if (!opened.complete(connect)) {
                connect.close();
            }
        } catch (LibvirtException | LinkageError | RuntimeException e) {
            opened.completeExceptionally(e);
        } finally {
            attempts.release();
        }
    }

    private void keepAlive(Connect connect) throws LibvirtException {
        try {
            connect.setKeepAlive(config.keepAliveSeconds(), config.keepAliveCount());
        } catch (LibvirtException e) {
            // Drivers that live in this process have nothing to keep alive.
            if (!Refusals.is(e, ErrorNumber.VIR_ERR_NO_SUPPORT)) {
                throw e;
            }
        }
    }

    /** Closes what was the connection, once calls that still use it have had time to fail. */
    private void retire() {
        Optional<Connect> old = current;
        current = Optional.empty();
        old.ifPresent(connect ->
                CompletableFuture.delayedExecutor(
                                closing() ? 0 : BURY_AFTER.toMillis(),
                                TimeUnit.MILLISECONDS,
                                work -> Thread.ofPlatform().daemon().start(work))
                        .execute(() -> bury(connect)));
    }

    private static void bury(Connect connect) {
        try {
            connect.close();
        } catch (LibvirtException e) {
            log.debug("A broken connection did not close: {}", e.toString());
        }
    }

    private boolean closing() {
        return closed.getCount() == 0;
    }

    private static boolean stands(Connect connect) {
        try {
            return connect.isAlive();
        } catch (LibvirtException | RuntimeException e) {
            log.debug("A connection that can't be asked is gone: {}", e.toString());
            return false;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void waitFor(CountDownLatch latch, Duration time) {
        try {
            if (latch.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                log.trace("What was waited for has come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
