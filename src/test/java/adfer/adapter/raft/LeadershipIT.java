package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.LONG;
import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.port.Replicator.Leadership;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who leads: handed over on request and on closing, told to every node, and not disturbed by one
 * that comes back.
 */
class LeadershipIT {

    @TempDir Path root;

    @Test
    void leadershipIsHandedOverOnRequest() {
        try (var cluster = Cluster.started(root, 3)) {
            var first = cluster.leader();
            submit(first, "before");
            assertThat(first.log().handOver(LONG)).isTrue();
            assertThat(first.log().leadership().leading()).isFalse();
            assertThat(submit(first, "after")).isEqualTo("2:after");
        }
    }

    @Test
    void closingLeaderHasHandedOverWhenItIsClosed() {
        try (var cluster = Cluster.started(root, 3)) {
            var first = cluster.leader();
            submit(first, "before");
            cluster.stop(first.id());
            assertThat(cluster.nodes.values())
                    .as("a survivor knows the new leader")
                    .anyMatch(n ->
                            n.log()
                                    .leadership()
                                    .leader()
                                    .filter(l -> !l.equals(first.id()))
                                    .isPresent());
            assertThat(submit(cluster.follower(), "after")).isEqualTo("2:after");
        }
    }

    @Test
    void aLeaderAloneHasNobodyToHandOverTo() {
        try (var cluster = Cluster.started(root, 1)) {
            var only = cluster.leader();
            assertThat(only.log().handOver(LONG)).isFalse();
            assertThat(submit(only, "goes on")).isEqualTo("1:goes on");
        }
    }

    @Test
    void everyNodeIsToldWhoLeadsAndNoTermHasTwoLeaders() {
        try (var cluster = Cluster.started(root, 3)) {
            for (var i = 0; i < 3; i++) {
                cluster.leader().log().handOver(LONG);
                submit(cluster.nodes.firstEntry().getValue(), "round " + i);
            }
            var leader = cluster.leader();
            for (var node : cluster.nodes.values()) {
                var told = node.notebook().leaderships;
                await().atMost(LONG)
                        .untilAsserted(() ->
                                assertThat(told.getLast()).isEqualTo(node.log().leadership()));
            }
            var leaders = new HashMap<Long, String>();
            for (var node : cluster.nodes.values()) {
                for (var now : node.notebook().leaderships) {
                    if (now.leading()) {
                        assertThat(now.leader()).contains(node.id());
                        assertThat(leaders.putIfAbsent(now.term(), node.id()))
                                .isIn(null, node.id());
                    }
                }
            }
            assertThat(new TreeMap<>(leaders).lastEntry().getValue()).isEqualTo(leader.id());
        }
    }

    @Test
    void aNodeThatLosesEverybodySaysThatNobodyLeads() {
        try (var cluster = Cluster.started(root, 3)) {
            var last = cluster.follower();
            for (var id : cluster.peers.keySet()) {
                if (!id.equals(last.id())) {
                    cluster.stop(id);
                }
            }
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(last.notebook().leaderships.getLast())
                                    .extracting(Leadership::leading, Leadership::leader)
                                    .containsExactly(false, Optional.empty()));
        }
    }

    @Test
    void aNodeThatComesBackDoesNotDisturbTheLeader() {
        try (var cluster = Cluster.started(root, 3)) {
            var follower = cluster.follower();
            cluster.stop(follower.id());
            submit(cluster.leader(), "meanwhile");
            var before = cluster.leader().log().leadership();
            var back = cluster.start(follower.id(), new Notebook());
            back.log().barrier(LONG).join();
            assertThat(back.notebook().entries()).containsExactly("meanwhile");
            assertThat(cluster.leader().log().leadership()).isEqualTo(before);
        }
    }
}
