package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.LONG;
import static adfer.adapter.raft.Cluster.bytes;
import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.raft.RaftConfig.Limits;
import adfer.port.ReplicatorException.Code;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What every caller relies on: one order, the machine's reply, and failures that say what they
 * mean.
 */
class ReplicationIT {
    private static final Duration SHORT = Duration.ofMillis(1500);

    @TempDir Path root;

    @Test
    void oneNodeAloneCommits() {
        try (var cluster = Cluster.started(root, 1)) {
            assertThat(submit(cluster.leader(), "a")).isEqualTo("1:a");
            assertThat(submit(cluster.leader(), "b")).isEqualTo("2:b");
            var index = cluster.leader().log().barrier(LONG).join();
            assertThat(index).isEqualTo(cluster.leader().notebook().appliedIndex());
        }
    }

    @Test
    void entriesComeOutInOneOrderAtEveryNodeWhereverTheyWentIn() {
        try (var cluster = Cluster.started(root, 3)) {
            assertThat(submit(cluster.leader(), "at the leader")).isEqualTo("1:at the leader");
            assertThat(submit(cluster.follower(), "at a follower")).isEqualTo("2:at a follower");
            cluster.submitMany(cluster.follower(), "from a follower ", 200);
            cluster.submitMany(cluster.leader(), "from the leader ", 200);
            cluster.awaitSameEverywhere();
            assertThat(cluster.leader().notebook().entries()).hasSize(402);
        }
    }

    @Test
    void barrierAtAnyNodeShowsWhatWasAcknowledgedAtAnother() {
        try (var cluster = Cluster.started(root, 3)) {
            for (var i = 0; i < 30; i++) {
                for (var writer : cluster.nodes.values()) {
                    var entry = writer.id() + " " + i;
                    submit(writer, entry);
                    for (var reader : cluster.nodes.values()) {
                        var index = reader.log().barrier(LONG).join();
                        assertThat(reader.notebook().entries()).contains(entry);
                        assertThat(reader.notebook().appliedIndex()).isGreaterThanOrEqualTo(index);
                    }
                }
            }
        }
    }

    @Test
    void leaderThatLostItsMajorityLetsNoBarrierThrough() {
        try (var cluster = Cluster.started(root, 3)) {
            var leader = cluster.leader();
            submit(leader, "a");
            leader.log().barrier(LONG).join();
            List.copyOf(cluster.nodes.keySet()).stream()
                    .filter(id -> !id.equals(leader.id()))
                    .forEach(cluster::stop);
            var failure = Cluster.failure(leader.log().barrier(SHORT));
            assertThat(failure.code()).isIn(Code.TIMEOUT, Code.NO_LEADER);
        }
    }

    @Test
    void withoutAMajorityNothingIsWrittenAndTheFailureSaysSo() {
        try (var cluster = new Cluster(root, 3, c -> c)) {
            var alone = cluster.start("n0", new Notebook());
            var failure = Cluster.failure(alone.log().submit(bytes("a"), SHORT));
            assertThat(failure.code()).isEqualTo(Code.NO_LEADER);
            assertThat(failure.outcomeUnknown()).isFalse();
            assertThat(failure).hasMessageContaining("nothing was written");
            assertThat(Cluster.failure(alone.log().barrier(SHORT)).code())
                    .isEqualTo(Code.NO_LEADER);
        }
    }

    @Test
    void whatIsTooLargeOrTooMuchIsRefusedBeforeItIsSent() {
        var limits = new Limits(1 << 10, 2, 1 << 11, 50_000, 1 << 20, 1 << 20);
        try (var cluster = new Cluster(root, 3, c -> c.with(limits))) {
            var alone = cluster.start("n0", new Notebook());
            assertThat(Cluster.failure(alone.log().submit(new byte[1025], SHORT)).code())
                    .isEqualTo(Code.TOO_LARGE);
            var first = alone.log().submit(bytes("a"), SHORT);
            var second = alone.log().submit(bytes("b"), SHORT);
            var third = alone.log().submit(bytes("c"), SHORT);
            assertThat(Cluster.failure(third).code()).isEqualTo(Code.BUSY);
            assertThat(Cluster.failure(first).code()).isEqualTo(Code.NO_LEADER);
            assertThat(Cluster.failure(second).code()).isEqualTo(Code.NO_LEADER);
            var afterwards = alone.log().submit(bytes("d"), SHORT);
            assertThat(Cluster.failure(afterwards).code()).isEqualTo(Code.NO_LEADER);
        }
    }

    @Test
    void closingFailsWhatIsOnItsWay() {
        try (var cluster = new Cluster(root, 3, c -> c)) {
            var alone = cluster.start("n0", new Notebook());
            var submitted = alone.log().submit(bytes("a"), LONG);
            var barrier = alone.log().barrier(LONG);
            cluster.stop("n0");
            assertThat(Cluster.failure(submitted).code()).isEqualTo(Code.CLOSED);
            assertThat(Cluster.failure(barrier).code()).isEqualTo(Code.CLOSED);
            var late = alone.log().submit(bytes("b"), LONG);
            assertThat(Cluster.failure(late).code()).isEqualTo(Code.CLOSED);
        }
    }
}
