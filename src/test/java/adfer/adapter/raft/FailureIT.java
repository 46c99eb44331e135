package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.LONG;
import static adfer.adapter.raft.Cluster.bytes;
import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What cannot go on stops with one sentence, and what does not belong together is not started. */
class FailureIT {

    @TempDir Path root;

    @Test
    void nodeThatCannotApplyAnEntryStopsThereAndTheOthersGoOn() {
        try (var cluster = Cluster.started(root, 3)) {
            var sick = cluster.follower();
            sick.notebook().poison = "poison";
            submit(cluster.leader(), "fine");
            submit(cluster.leader(), "poison");
            submit(cluster.leader(), "after");
            await().atMost(LONG).until(() -> !cluster.failures.isEmpty());
            assertThat(cluster.failures)
                    .singleElement()
                    .satisfies(f -> {
                        assertThat(f.code()).isEqualTo(Code.UNUSABLE);
                        assertThat(f)
                                .hasMessageContaining("Node " + sick.id() + " has stopped its log");
                    });
            assertThat(sick.notebook().entries()).containsExactly("fine");
            assertThat(Cluster.failure(sick.log().submit(bytes("x"), LONG)).code())
                    .isEqualTo(Code.UNUSABLE);

            cluster.stop(sick.id());
            sick.notebook().poison = null;
            cluster.start(sick.id(), sick.notebook());
            cluster.awaitSameEverywhere();
            assertThat(sick.notebook().entries()).containsExactly("fine", "poison", "after");
        }
    }

    @Test
    void entryThatCannotBeAppliedWhileTheLogClosesDoesNotHoldTheClosingUp() throws Exception {
        try (var cluster = Cluster.started(root, 3)) {
            var sick = cluster.follower();
            sick.notebook().poison = "poison";
            sick.notebook().poisonMayWork.drainPermits();
            submit(cluster.leader(), "poison");
            submit(cluster.leader(), "after");
            assertThat(sick.notebook().poisonMet.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            var closing = Thread.ofPlatform().start(() -> cluster.stop(sick.id()));
            await().atMost(LONG).until(() -> sick.log().progress().applied() < 0);
            sick.notebook().poisonMayWork.release();
            assertThat(closing.join(LONG)).isTrue();
            assertThat(sick.notebook().entries()).isEmpty();

            sick.notebook().poison = null;
            cluster.start(sick.id(), sick.notebook());
            cluster.awaitSameEverywhere();
            assertThat(sick.notebook().entries()).containsExactly("poison", "after");
        }
    }

    @Test
    void leaderThatCannotApplyAnEntryMakesWayForAnother() {
        try (var cluster = Cluster.started(root, 3)) {
            var sick = cluster.leader();
            var follower = cluster.follower();
            sick.notebook().poison = "poison";
            assertThat(submit(follower, "poison")).isEqualTo("1:poison");
            assertThat(submit(follower, "after")).isEqualTo("2:after");
            assertThat(sick.notebook().entries()).isEmpty();
            await().atMost(LONG).untilAsserted(() -> assertThat(cluster.failures).hasSize(1));
        }
    }

    /**
     * What a leader took in that was alone for a moment, and then died, with a second node down.
     */
    @Test
    void nodeWithManyEntriesThatNobodyElseHasFollowsTheOnlyOtherOne() {
        try (var cluster = Cluster.started(root, 3)) {
            var old = cluster.leader();
            submit(old, "all");
            var others = cluster.nodes.values().stream().filter(n -> !n.equals(old)).toList();
            others.forEach(other -> cluster.stop(other.id()));
            for (var i = 0; i < 200; i++) {
                var _ = old.log().submit(bytes("alone" + i), LONG);
            }
            await().atMost(LONG).until(() -> !old.log().leadership().leading());
            assertThat(old.log().progress().last()).isGreaterThan(200);
            cluster.stop(old.id());
            others.forEach(other -> cluster.start(other.id(), other.notebook()));
            cluster.submitMany(cluster.leader(), "together", 200);
            var follower = cluster.follower();
            cluster.stop(follower.id());
            cluster.start(old.id(), old.notebook());
            assertThat(submit(cluster.leader(), "again")).isEqualTo("202:again");
            cluster.start(follower.id(), follower.notebook());
            cluster.awaitSameEverywhere();
        }
    }

    @Test
    void directoryOfAnotherNodeGroupOrMembershipIsRefused() {
        var peers = Cluster.freePeers(3);
        var config = RaftConfig.of("n0", peers, root.resolve("log"));
        try (var log = log(config)) {
            log.start();
        }
        refused(RaftConfig.of("n1", peers, root.resolve("log")), "written for 'node n0'");
        var other = new HashMap<>(peers);
        other.put("n3", "127.0.0.1:1");
        refused(RaftConfig.of("n0", other, root.resolve("log")), "n3=127.0.0.1:1");
        var group =
                new RaftConfig(
                        "n0",
                        "elsewhere",
                        peers,
                        config.directory(),
                        config.bindHost(),
                        config.timing(),
                        config.limits(),
                        config.tls());
        refused(group, "written for 'group adfer'");
        try (var log = log(config)) {
            log.start();
        }
    }

    @Test
    void portThatIsTakenIsRefusedAndTheJvmLives() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = "127.0.0.1:" + taken.getLocalPort();
            refused(RaftConfig.of("n0", Map.of("n0", address), root.resolve("log")), address);
        }
    }

    @Test
    void directoryInUseIsRefused() {
        var peers = Cluster.freePeers(1);
        try (var first = log(RaftConfig.of("n0", peers, root.resolve("log")))) {
            first.start();
            refused(RaftConfig.of("n0", peers, root.resolve("log")), "is in use");
        }
    }

    @Test
    void nonsenseInTheConfigurationIsOneSentence() {
        assertThatThrownBy(() -> RaftConfig.of("n9", Map.of("n0", "127.0.0.1:1"), root))
                .hasMessage("Replicated log: node 'n9' is not among the peers [n0]");
        assertThatThrownBy(() -> RaftConfig.of("n0", Map.of("n0", "127.0.0.1"), root))
                .hasMessage("Replicated log: peer 'n0': '127.0.0.1' is not host:port");
    }

    private static RaftReplicator log(RaftConfig config) {
        return new RaftReplicator(config, new Notebook(), e -> {});
    }

    private static void refused(RaftConfig config, String because) {
        try (var log = log(config)) {
            assertThatThrownBy(log::start)
                    .isInstanceOfSatisfying(
                            ReplicatorException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.UNUSABLE))
                    .hasMessageContaining(because);
        }
    }
}
