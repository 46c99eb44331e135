package adfer.adapter.raft;

import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings entries to the leader: straight into the local server where this node leads, over gRPC
 * where it does not. An attempt that fails is repeated with the same call id until the deadline,
 * and the leader's retry cache drops what it knows already, so a repetition is safe even where the
 * first attempt's outcome is unknown.
 */
final class Submitter {
    private final RaftServer server;
    private final RaftGroupId group;
    private final Supplier<@Nullable RaftPeerId> leader;
    private final RaftClientRpc rpc;
    private final ClientId client;
    private final Requests requests;
    private final int mostBytes;
    private final Allowance allowance;

    private final AtomicLong calls = new AtomicLong();
    private final Connection connection = new Connection();

    Submitter(
            RaftConfig.Limits limits,
            RaftServer server,
            RaftGroupId group,
            Supplier<@Nullable RaftPeerId> leader,
            RaftClientRpc rpc,
            ClientId client,
            Requests requests) {
        this.server = server;
        this.group = group;
        this.leader = leader;
        this.rpc = rpc;
        this.client = client;
        this.requests = requests;
        this.mostBytes = limits.entryBytes();
        this.allowance = new Allowance(limits);
    }

    CompletableFuture<byte[]> submit(byte[] entry, Duration timeout) {
        if (entry.length == 0) {
            throw new IllegalArgumentException("An entry must not be empty");
        }
        if (entry.length > mostBytes) {
            return CompletableFuture.failedFuture(
                    new ReplicatorException(
                            Code.TOO_LARGE,
                            false,
                            "An entry of %,d bytes is over the limit of %,d: split it."
                                    .formatted(entry.length, mostBytes)));
        }
        if (!allowance.take(entry.length)) {
            return CompletableFuture.failedFuture(allowance.exhausted());
        }
        var message = Message.valueOf(UnsafeByteOperations.unsafeWrap(entry));
        return new Submission<>(
                        message, timeout, Submitter::reply, () -> allowance.giveBack(entry.length))
                .start();
    }

    /** Appends an empty entry, which no state machine sees, and answers with its index. */
    CompletableFuture<Long> mark(Duration timeout) {
        return new Submission<>(Message.EMPTY, timeout, RaftClientReply::getLogIndex, () -> {})
                .start();
    }

    /** What the state machine answered, out of what {@link MachineDriver} made of it. */
    private static byte[] reply(RaftClientReply reply) {
        var answer = reply.getMessage().getContent().toByteArray();
        if (answer.length == 0 || answer[0] != MachineDriver.REPLY) {
            throw new ReplicatorException(
                    Code.REPLY_LOST,
                    false,
                    "The entry was applied, but its reply was lost when the leader restarted: ask"
                            + " the state.");
        }
        return Arrays.copyOfRange(answer, 1, answer.length);
    }

    /** One entry on its way. */
    private final class Submission<T> extends Requests.Request<T> {
        private final long call = calls.incrementAndGet();
        private final Message message;
        private final Function<RaftClientReply, T> decode;
        private final Runnable release;
        private volatile boolean sent;

        Submission(
                Message message,
                Duration timeout,
                Function<RaftClientReply, T> decode,
                Runnable release) {
            super(requests, timeout);
            this.message = message;
            this.decode = decode;
            this.release = release;
        }

        @Override
        void attempt() {
            var to = leader.get();
            if (to == null) {
                tryLater();
                return;
            }
            sent = true;
            var over = connection.number();
            var _ =
                    ask(to).whenCompleteAsync(
                                    (reply, failure) -> answered(to, over, reply, failure),
                                    requests.executor());
        }

        private CompletableFuture<RaftClientReply> ask(RaftPeerId to) {
            var request =
                    RaftClientRequest.newBuilder()
                            .setClientId(client)
                            .setServerId(to)
                            .setGroupId(group)
                            .setCallId(call)
                            .setMessage(message)
                            .setType(RaftClientRequest.writeRequestType())
                            .build();
            try {
                return to.equals(server.getId())
                        ? server.submitClientRequestAsync(request)
                        : rpc.sendRequestAsyncUnordered(request);
            } catch (IOException | RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private void answered(
                RaftPeerId to,
                long over,
                @Nullable RaftClientReply reply,
                @Nullable Throwable failure) {
            if (reply != null && reply.isSuccess()) {
                take(reply);
                return;
            }
            // Not the leader, not ready, over its limits, unreachable: all pass, or the deadline
            // comes.
            if (failure != null && !to.equals(server.getId())) {
                connection.failed(over, () -> rpc.handleException(to, failure, true));
            }
            tryLater();
        }

        private void take(RaftClientReply reply) {
            try {
                succeed(decode.apply(reply));
            } catch (ReplicatorException e) {
                fail(e);
            }
        }

        @Override
        ReplicatorException expired() {
            var millis = timeout().toMillis();
            return sent
                    ? new ReplicatorException(
                            Code.TIMEOUT,
                            true,
                            "No majority answered within %d ms; the entry may have been written, or may still be."
                                    .formatted(millis))
                    : new ReplicatorException(
                            Code.NO_LEADER,
                            false,
                            "No leader was known for %d ms; nothing was written."
                                    .formatted(millis));
        }

        @Override
        ReplicatorException ended(ReplicatorException reason) {
            return sent
                    ? new ReplicatorException(
                            reason.code(),
                            true,
                            reason.getMessage()
                                    + " The entry may have been written, or may still be.")
                    : reason;
        }

        @Override
        void release() {
            release.run();
        }
    }
}
