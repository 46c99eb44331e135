package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Problem;
import adfer.port.Codec;
import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Reply;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The way from a wish to the log. What is submitted at the same time shares a log entry, since the
 * cost of one is in its round trip and its write to disk, not in its size.
 */
public final class Submitter implements AutoCloseable {
    /** How many commands may wait; beyond that submitting fails at once. */
    public static final int QUEUE = 10_000;

    /** How many log entries may be on their way; order is kept by the log. */
    public static final int IN_FLIGHT = 4;

    private static final int MOST_IN_ONE_ENTRY = 200;

    /** One log entry is no larger than this, unless a single command is. */
    static final int MOST_BYTES = 1 << 20;

    private final Replicator replicator;
    private final Codec codec;
    private final InstantSource clock;
    private final Duration timeout;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Semaphore flights = new Semaphore(IN_FLIGHT);
    private final Thread sender;
    private volatile boolean closed;

    private static final class Pending {
        private final byte[] entry;
        private final CompletableFuture<Reply> reply;

        Pending(byte[] entry, CompletableFuture<Reply> reply) {
            this.entry = entry;
            this.reply = reply;
        }

        byte[] entry() {
            return entry;
        }

        CompletableFuture<Reply> reply() {
            return reply;
        }
    }

    /**
     * @param timeout how long one command may take from submission to reply
     */
    public Submitter(Replicator replicator, Codec codec, InstantSource clock, Duration timeout) {
        this.replicator = replicator;
        this.codec = codec;
        this.clock = clock;
        this.timeout = timeout;
        this.sender = Thread.ofVirtual().name("submitter").start(this::send);
    }

    /** Completes with the reply; fails with {@link ReplicatorException} when there is none. */
    public CompletableFuture<Reply> submit(
            Actor actor, String request, String reason, Command command) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        byte[] entry = codec.encode(new Entry(request, actor, clock.instant(), reason, command));
        if (closed || !queue.offer(new Pending(entry, reply))) {
            var code = closed ? ReplicatorException.Code.CLOSED : ReplicatorException.Code.BUSY;
            reply.completeExceptionally(
                    new ReplicatorException(
                            code,
                            false,
                            closed
                                    ? "This node is stopping."
                                    : "Too many commands wait already; try again."));
        }
        return reply;
    }

    public CompletableFuture<Reply> submit(Actor actor, Command command) {
        return submit(actor, "", "", command);
    }

    /** Submits and waits; every failure comes back as a rejection with a sentence. */
    public Reply submitAndWait(Actor actor, String request, String reason, Command command) {
        try {
            return submit(actor, request, reason, command)
                    .get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReplicatorException problem) {
                String code = problem.code().name().toLowerCase(Locale.ROOT).replace('_', '-');
                return new Reply.Rejected(
                        0, new Problem(code, String.valueOf(problem.getMessage())));
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            return new Reply.Rejected(
                    0,
                    new Problem(
                            "timeout",
                            "No answer in time; the command may have been carried out. Look before"
                                    + " you repeat it."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Rejected(0, new Problem("closed", "This node is stopping."));
        }
    }

    private void send() {
        List<Pending> batch = new ArrayList<>();
        try {
            while (!closed) {
                Pending first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    addWhatFits(batch);
                    flights.acquire();
                    dispatch(List.copyOf(batch));
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            queue.drainTo(batch);
            batch.forEach(pending ->
                    pending.reply()
                            .completeExceptionally(
                                    new ReplicatorException(
                                            ReplicatorException.Code.CLOSED,
                                            false,
                                            "This node is stopping.")));
        }
    }

    private void addWhatFits(List<Pending> batch) {
        long size = batch.getFirst().entry().length;
        Pending next = queue.peek();
        while (next != null
                && batch.size() < MOST_IN_ONE_ENTRY
                && size + next.entry().length <= MOST_BYTES) {
            size += next.entry().length;
            batch.add(queue.remove());
            next = queue.peek();
        }
    }

    private void dispatch(List<Pending> batch) {
        byte[] bytes = codec.join(batch.stream().map(Pending::entry).toList());
        CompletableFuture<byte[]> answer = replicator.submit(bytes, timeout);
        var _ =
                answer.whenComplete((replies, failure) -> {
                    flights.release();
                    if (failure == null) {
                        deliver(batch, codec.decodeReplies(replies));
                    } else {
                        batch.forEach(pending -> pending.reply().completeExceptionally(failure));
                    }
                });
    }

    private static void deliver(List<Pending> batch, List<Reply> replies) {
        for (int i = 0; i < batch.size(); i++) {
            Reply reply = replies.get(i);
            batch.get(i).reply().completeAsync(() -> reply);
        }
    }

    @Override
    public void close() {
        closed = true;
        sender.interrupt();
    }
}
