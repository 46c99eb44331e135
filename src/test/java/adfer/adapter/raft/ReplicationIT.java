package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.LONG;
import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What every caller relies on: one order, the machine's reply, at leader and followers alike. */
class ReplicationIT {

    @TempDir Path root;

    @Test
    void oneNodeAloneCommits() {
        try (var cluster = Cluster.started(root, 1)) {
            assertThat(submit(cluster.leader(), "a")).isEqualTo("1:a");
            assertThat(submit(cluster.leader(), "b")).isEqualTo("2:b");
            assertThat(cluster.leader().log().barrier(LONG).join())
                    .isEqualTo(cluster.leader().notebook().appliedIndex());
        }
    }

    @Test
    void entriesComeOutInOneOrderAtEveryNodeWhereverTheyWentIn() {
        try (var cluster = Cluster.started(root, 3)) {
            assertThat(submit(cluster.leader(), "at the leader")).isEqualTo("1:at the leader");
            assertThat(submit(cluster.follower(), "at a follower")).isEqualTo("2:at a follower");
            cluster.submitMany(cluster.follower(), "many ", 200);
            cluster.awaitSameEverywhere();
            assertThat(cluster.leader().notebook().entries()).hasSize(202);
        }
    }
}
