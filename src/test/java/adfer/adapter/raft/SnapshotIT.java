package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.LONG;
import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.raft.RaftConfig.Limits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Snapshots: taken in the background, published whole or not at all, and enough to bring an empty
 * node back.
 */
class SnapshotIT {
    /** A snapshot every 100 entries, and segments so small that old ones can be purged. */
    private static final Limits OFTEN =
            new Limits(64 << 10, 1024, 8 << 20, 100, 64 << 20, 64 << 10);

    private static final String FILLER = "x".repeat(500) + " ";

    @TempDir Path root;

    @Test
    void emptyNodeComesBackBySnapshotWhenTheLeaderHasPurgedItsLog() throws IOException {
        try (var cluster = Cluster.started(root, 3, c -> c.with(OFTEN))) {
            var follower = cluster.follower().id();
            cluster.stop(follower);
            writeUntilPurged(cluster);
            delete(root.resolve(follower));
            var back = cluster.start(follower, new Notebook());
            cluster.awaitSameEverywhere();
            assertThat(back.notebook().restores).hasPositiveValue();
            cluster.submitMany(back, "and on ", 20);
            cluster.awaitSameEverywhere();
        }
    }

    @Test
    void laggingNodeCatchesUpWithWhatItMissed() {
        try (var cluster = Cluster.started(root, 3, c -> c.with(OFTEN))) {
            cluster.submitMany(cluster.leader(), "before ", 20);
            cluster.awaitSameEverywhere();
            var follower = cluster.follower();
            cluster.stop(follower.id());
            writeUntilPurged(cluster);
            var back = cluster.start(follower.id(), follower.notebook());
            cluster.awaitSameEverywhere();
            assertThat(back.notebook().restores).hasPositiveValue();
        }
    }

    @Test
    void pictureThatWasDeletedComesBackFromSnapshotAndLog() {
        try (var cluster = Cluster.started(root, 1, c -> c.with(OFTEN))) {
            cluster.submitMany(cluster.leader(), FILLER, 250);
            await().atMost(LONG).until(() -> cluster.leader().log().progress().snapshot() > 0);
            cluster.submitMany(cluster.leader(), "after the snapshot ", 30);
            var before = cluster.leader().notebook().entries();
            cluster.stop("n0");
            cluster.start("n0", new Notebook());
            cluster.leader().log().barrier(LONG).join();
            assertThat(cluster.leader().notebook().entries()).isEqualTo(before);
        }
    }

    @Test
    void whatThePictureHasIsNotAppliedAgainAfterARestart() throws IOException {
        var file = root.resolve("notebook");
        try (var cluster = new Cluster(root, 1, c -> c)) {
            cluster.start("n0", new Notebook(file));
            cluster.submitMany(cluster.leader(), "entry ", 50);
            cluster.stop("n0");
            var reopened = new Notebook(file);
            assertThat(reopened.entries()).hasSize(50);
            cluster.start("n0", reopened);
            assertThat(submit(cluster.leader(), "one more")).isEqualTo("51:one more");
            assertThat(reopened.appliedHere).hasSize(1);
        }
    }

    @Test
    void applyGoesOnWhileASnapshotIsWritten() throws InterruptedException {
        try (var cluster = Cluster.started(root, 1, c -> c.with(OFTEN))) {
            var notebook = cluster.leader().notebook();
            notebook.snapshotsMayGoOn.drainPermits();
            cluster.submitMany(cluster.leader(), FILLER, 150);
            assertThat(
                            notebook.snapshotsBegun.tryAcquire(
                                    20, java.util.concurrent.TimeUnit.SECONDS))
                    .isTrue();
            cluster.submitMany(cluster.leader(), "meanwhile ", 100);
            assertThat(cluster.leader().log().progress().snapshot()).isEqualTo(-1);
            notebook.snapshotsMayGoOn.release(1000);
            await().atMost(LONG).until(() -> cluster.leader().log().progress().snapshot() > 0);
        }
    }

    @Test
    void snapshotThatCouldNotBeWrittenIsNotPublishedAndNothingIsPurged() throws IOException {
        try (var cluster = Cluster.started(root, 1, c -> c.with(OFTEN))) {
            var notebook = cluster.leader().notebook();
            notebook.snapshotsFail = true;
            cluster.submitMany(cluster.leader(), FILLER, 600);
            await().atMost(LONG).until(() -> notebook.snapshotsBegun.availablePermits() > 1);
            cluster.stop("n0");
            assertThat(snapshots("n0")).isEmpty();
            cluster.start("n0", new Notebook());
            cluster.leader().log().barrier(LONG).join();
            assertThat(cluster.leader().notebook().entries()).isEqualTo(notebook.entries());
        }
    }

    @Test
    void onlyTheNewestSnapshotsAreKept() throws IOException {
        try (var cluster = Cluster.started(root, 1, c -> c.with(OFTEN))) {
            var last = -1L;
            for (var i = 0; i < 5; i++) {
                cluster.submitMany(cluster.leader(), FILLER, 150);
                var before = last;
                await().atMost(LONG)
                        .until(() -> cluster.leader().log().progress().snapshot() > before);
                last = cluster.leader().log().progress().snapshot();
            }
            submit(cluster.leader(), "one more lets it tidy up");
            await().atMost(LONG).until(() -> snapshots("n0").size() <= 2);
        }
    }

    /** Writes until the oldest segment of the leader's log is gone. */
    private void writeUntilPurged(Cluster cluster) {
        var leader = cluster.leader();
        for (var i = 0; i < 100 && oldestSegmentIsThere(leader.id()); i++) {
            cluster.submitMany(leader, FILLER, 100);
        }
        assertThat(oldestSegmentIsThere(leader.id())).isFalse();
    }

    private boolean oldestSegmentIsThere(String id) {
        return files(id).stream()
                .anyMatch(f -> f.getFileName().toString().matches("log_(inprogress_)?0(-\\d+)?"));
    }

    private List<Path> snapshots(String id) {
        return files(id).stream()
                .filter(f -> f.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
                .toList();
    }

    private List<Path> files(String id) {
        try (var all = Files.walk(root.resolve(id))) {
            return all.toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return files(id); // a file went while we looked
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
