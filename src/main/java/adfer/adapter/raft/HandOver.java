package adfer.adapter.raft;

import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Hands leadership to the follower that is best placed; while it tries, the leader takes no write.
 */
final class HandOver {
    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

    private final RaftConfig config;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final ClientId client;
    private final AtomicLong calls = new AtomicLong();

    HandOver(RaftConfig config, RaftServer server, RaftServer.Division division, ClientId client) {
        this.config = config;
        this.server = server;
        this.division = division;
        this.client = client;
    }

    /** True when this node does not lead (any more). */
    boolean run(Duration timeout) {
        var end = System.nanoTime() + timeout.toNanos();
        for (var heir : leads() ? heirs() : List.<RaftPeerId>of()) {
            var left = end - System.nanoTime();
            if (left <= 0 || !leads() || transfer(heir, left)) {
                break;
            }
        }
        return !leads();
    }

    private boolean leads() {
        return division.getInfo().isLeader();
    }

    /** The followers that were heard of lately, the furthest first. */
    private List<RaftPeerId> heirs() {
        var committed = committed(division);
        return division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .filter(f ->
                        f.getLastRpcElapsedTimeMs() <= config.timing().electionMax().toMillis())
                .map(f -> f.getId().getId().toStringUtf8())
                .sorted(
                        Comparator.comparing((String id) -> committed.getOrDefault(id, -1L))
                                .reversed())
                .map(RaftPeerId::valueOf)
                .toList();
    }

    /** The committed index of every node, as last heard of. */
    static Map<String, Long> committed(RaftServer.Division division) {
        return division.getCommitInfos().stream()
                .collect(
                        Collectors.toMap(
                                i -> i.getServer().getId().toStringUtf8(),
                                CommitInfoProto::getCommitIndex,
                                Math::max));
    }

    private boolean transfer(RaftPeerId heir, long nanos) {
        var request =
                new TransferLeadershipRequest(
                        client,
                        server.getId(),
                        division.getMemberId().getGroupId(),
                        calls.incrementAndGet(),
                        heir,
                        Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        try {
            return server.transferLeadershipAsync(request)
                    .orTimeout(nanos, TimeUnit.NANOSECONDS)
                    .handle((reply, failure) -> failure == null && reply.isSuccess())
                    .join();
        } catch (IOException e) {
            LOG.warn(
                    "{}: leadership could not be handed to {}: {}",
                    config.nodeId(),
                    heir,
                    e.toString());
            return false;
        }
    }
}
