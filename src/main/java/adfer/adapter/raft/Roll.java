package adfer.adapter.raft;

import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Who votes in an open log, and how one more comes to do so. */
final class Roll {
    private static final Logger LOG = LoggerFactory.getLogger(Roll.class);

    private final Membership membership;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final ClientId client;
    private final AtomicLong calls = new AtomicLong();

    Roll(Membership membership, RaftServer server, RaftServer.Division division, ClientId client) {
        this.membership = membership;
        this.server = server;
        this.division = division;
        this.client = client;
    }

    SortedSet<String> members() {
        SortedSet<String> members = new TreeSet<>();
        current().forEach(peer -> members.add(peer.getId().toString()));
        return members;
    }

    private Collection<RaftPeer> current() {
        return division.getRaftConf().getCurrentPeers();
    }

    CompletableFuture<Boolean> admit(String node, Duration timeout) {
        Collection<RaftPeer> now = current();
        RaftPeerId id = RaftPeerId.valueOf(node);
        List<RaftPeer> next =
                membership.peers().stream()
                        .filter(peer -> peer.getId().equals(id) || contains(now, peer))
                        .toList();
        if (next.size() != now.size() + 1) {
            return CompletableFuture.completedFuture(contains(now, id));
        }
        var request =
                new SetConfigurationRequest(
                        client,
                        server.getId(),
                        division.getMemberId().getGroupId(),
                        calls.incrementAndGet(),
                        SetConfigurationRequest.Arguments.newBuilder()
                                .setServersInNewConf(next)
                                .setServersInCurrentConf(List.copyOf(now))
                                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                                .build());
        try {
            return server.setConfigurationAsync(request)
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .handleAsync((reply, failure) -> {
                        boolean done = failure == null && reply.isSuccess();
                        if (!done) {
                            LOG.info(
                                    "Node {} could not be let in yet: {}",
                                    node,
                                    failure == null ? reply.getException() : failure);
                        }
                        return done;
                    });
        } catch (IOException e) {
            LOG.info("Node {} could not be let in yet: {}", node, e.toString());
            return CompletableFuture.completedFuture(false);
        }
    }

    private static boolean contains(Collection<RaftPeer> peers, RaftPeer peer) {
        return contains(peers, peer.getId());
    }

    private static boolean contains(Collection<RaftPeer> peers, RaftPeerId id) {
        return peers.stream().anyMatch(peer -> peer.getId().equals(id));
    }
}
