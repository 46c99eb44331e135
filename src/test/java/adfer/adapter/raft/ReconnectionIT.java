package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.LONG;
import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A member that nothing got through to for a while, and whose connections don't know the end. */
@Timeout(120)
class ReconnectionIT {
    private static final String BEHIND = "127.0.0.2";

    private final Map<String, Relay> relays = new TreeMap<>();

    @TempDir Path root;

    @AfterEach
    void close() throws IOException {
        for (Relay relay : relays.values()) {
            relay.close();
        }
    }

    @Test
    void memberThatIsBackFollowsOverANewConnection() throws IOException {
        try (var cluster = relayed()) {
            var leader = cluster.leader();
            submit(leader, "all");
            cluster.awaitSameEverywhere();
            var away = cluster.follower();
            relay(away.id()).darken();
            submit(leader, "without it");
            await().atMost(LONG).until(() -> away.log().leadership().leader().isEmpty());
            relay(away.id()).lighten();
            others(cluster, away).forEach(node -> node.log().reconnect(away.id()));
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(away.notebook().entries())
                                    .isEqualTo(leader.notebook().entries()));
        }
    }

    /** Of two that are left, one can't ask the other for its vote over what was open before. */
    @Test
    void memberThatIsBackVotesOverANewConnection() throws IOException {
        try (var cluster = relayed()) {
            var leader = cluster.leader();
            submit(leader, "all");
            cluster.awaitSameEverywhere();
            cluster.nodes.keySet().forEach(id -> relay(id).darken());
            await().atMost(LONG)
                    .until(() ->
                            cluster.nodes.values().stream()
                                    .allMatch(node -> node.log().leadership().leader().isEmpty()));
            cluster.nodes.keySet().forEach(id -> relay(id).lighten());
            for (var one : cluster.nodes.values()) {
                cluster.nodes.keySet().stream()
                        .filter(id -> !id.equals(one.id()))
                        .forEach(one.log()::reconnect);
            }
            assertThat(submit(cluster.leader(), "again")).endsWith(":again");
            cluster.awaitSameEverywhere();
        }
    }

    @Test
    void connectionThatIsMadeAnewForNothingHoldsUpNothing() throws IOException {
        try (var cluster = relayed()) {
            var leader = cluster.leader();
            submit(leader, "first");
            var term = leader.log().leadership().term();
            others(cluster, leader).forEach(node -> leader.log().reconnect(node.id()));
            cluster.submitMany(leader, "more", 200);
            leader.log().reconnect("nobody");
            assertThat(leader.log().barrier(Duration.ofSeconds(5)).join()).isPositive();
            cluster.awaitSameEverywhere();
            assertThat(cluster.leader().log().leadership().term()).isEqualTo(term);
        }
    }

    private Cluster relayed() throws IOException {
        var cluster = new Cluster(root, 3, config -> config.bindTo(BEHIND));
        for (var peer : cluster.peers.entrySet()) {
            relays.put(peer.getKey(), new Relay(peer.getValue(), BEHIND));
        }
        cluster.peers.keySet().forEach(id -> cluster.start(id, new Notebook()));
        return cluster;
    }

    private Relay relay(String id) {
        return Optional.ofNullable(relays.get(id)).orElseThrow();
    }

    private static List<Cluster.Node> others(Cluster cluster, Cluster.Node than) {
        return cluster.nodes.values().stream().filter(node -> !node.equals(than)).toList();
    }
}
