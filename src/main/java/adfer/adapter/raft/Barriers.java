package adfer.adapter.raft;

import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Linearizable reads of the local picture (Raft thesis 6.4): the leader names its commit index once
 * a majority has confirmed that it leads, and the local server answers when it has applied that
 * far. Changes nothing, so it is repeated freely until its deadline.
 */
final class Barriers {
    private static final Message ASK = Message.valueOf("applied");

    private final RaftServer server;
    private final RaftGroupId group;
    private final Supplier<@Nullable RaftPeerId> leader;
    private final ClientId client;
    private final Requests requests;
    private final AtomicLong calls = new AtomicLong();

    Barriers(
            RaftServer server,
            RaftGroupId group,
            Supplier<@Nullable RaftPeerId> leader,
            ClientId client,
            Requests requests) {
        this.server = server;
        this.group = group;
        this.leader = leader;
        this.client = client;
        this.requests = requests;
    }

    CompletableFuture<Long> await(Duration timeout) {
        return new Barrier().start(timeout);
    }

    private final class Barrier extends Requests.Request<Long> {

        Barrier() {
            super(requests);
        }

        @Override
        void attempt() {
            var _ =
                    read().whenCompleteAsync(
                                    (reply, failure) -> answered(reply), requests.executor());
        }

        private CompletableFuture<RaftClientReply> read() {
            try {
                return server.submitClientRequestAsync(
                        RaftClientRequest.newBuilder()
                                .setClientId(client)
                                .setServerId(server.getId())
                                .setGroupId(group)
                                .setCallId(calls.incrementAndGet())
                                .setMessage(ASK)
                                .setType(RaftClientRequest.readRequestType())
                                .build());
            } catch (IOException | RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private void answered(@Nullable RaftClientReply reply) {
            if (reply != null && reply.isSuccess()) {
                succeed(reply.getMessage().getContent().asReadOnlyByteBuffer().getLong());
            } else {
                tryLater();
            }
        }

        @Override
        ReplicatorException expired(Duration timeout) {
            return leader.get() == null
                    ? new ReplicatorException(
                            Code.NO_LEADER,
                            false,
                            "No leader is known, so nobody can say what is newest (waited %d ms)."
                                    .formatted(timeout.toMillis()))
                    : new ReplicatorException(
                            Code.TIMEOUT,
                            false,
                            "No majority confirmed within %d ms what is newest."
                                    .formatted(timeout.toMillis()));
        }
    }
}
