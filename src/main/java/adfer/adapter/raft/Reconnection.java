package adfer.adapter.raft;

import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpcWithProxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes new connections to members that can be reached again. Those that Ratis has outlive the time
 * in which nothing gets through, and TCP rests between two tries for twice as long as before, up to
 * two minutes (RFC 6298, 5.5): for so long a member that is back would hear nothing and count for
 * no majority.
 */
final class Reconnection {
    private static final Logger LOG = LoggerFactory.getLogger(Reconnection.class);

    private final RaftServer server;
    private final Set<RaftPeerId> wanted = ConcurrentHashMap.newKeySet();
    private final Set<RaftPeerId> busy = ConcurrentHashMap.newKeySet();

    Reconnection(RaftServer server) {
        this.server = server;
    }

    /** Returns at once. What is asked for while it is being done is done once more. */
    void to(RaftPeerId member) {
        wanted.add(member);
        if (busy.add(member)) {
            Thread.ofVirtual().name("log-reconnect").start(() -> run(member));
        }
    }

    private void run(RaftPeerId member) {
        while (wanted.remove(member)) {
            try {
                renew(member);
            } catch (RuntimeException e) {
                LOG.warn("The connection to {} can't be made anew: {}", member, e.toString());
            }
        }
        busy.remove(member);
        if (wanted.contains(member)) {
            to(member);
        }
    }

    /**
     * Whoever asks next gets a new connection. The old one is closed within some seconds, and then
     * what waits on it fails and is sent again.
     */
    private void renew(RaftPeerId member) {
        ((RaftServerRpcWithProxy<?, ?>) server.getServerRpc()).getProxies().resetProxy(member);
    }
}
