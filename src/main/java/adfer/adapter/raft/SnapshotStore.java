package adfer.adapter.raft;

import adfer.port.StateMachine;

import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;

/**
 * The snapshot files of one node: one file each with its digest beside it, complete on disk before
 * it has its name.
 */
final class SnapshotStore extends SimpleStateMachineStorage {
    private static final String UNFINISHED = "unfinished-snapshot-";
    private @Nullable Path temporary;
    private volatile boolean untidy = true;

    @Override
    public void init(RaftStorage storage) throws IOException {
        super.init(storage);
        var directory = storage.getStorageDir().getTmpDir().toPath();
        Files.createDirectories(directory);
        try (var leftOver = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
            for (var file : leftOver) {
                Files.delete(file);
            }
        }
        temporary = directory;
    }

    /**
     * Writes and publishes one snapshot. Where this throws, nothing is published: Ratis purges the
     * log by what is. The file is written outside the directory of the published ones, which an
     * installation replaces as a whole.
     */
    void write(TermIndex at, StateMachine.Snapshot snapshot) throws IOException {
        var directory = temporary;
        if (directory == null) {
            throw new IOException("the snapshot store is not open");
        }
        var unfinished = directory.resolve(UNFINISHED + at.getIndex());
        try {
            var digest = MD5FileUtil.newMD5();
            try (var channel =
                            FileChannel.open(
                                    unfinished,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING,
                                    StandardOpenOption.WRITE);
                    OutputStream out =
                            new DigestOutputStream(
                                    new BufferedOutputStream(
                                            Channels.newOutputStream(channel), 1 << 16),
                                    digest)) {
                snapshot.writeTo(out);
                out.flush();
                channel.force(true);
            }
            var file = getSnapshotFile(at.getTerm(), at.getIndex());
            var hash = MD5Hash.newInstance(digest.digest());
            MD5FileUtil.saveMD5File(file, hash);
            Files.move(unfinished, file.toPath(), StandardCopyOption.ATOMIC_MOVE);
            force(file.toPath().toAbsolutePath().getParent());
            updateLatestSnapshot(
                    new SingleFileSnapshotInfo(
                            new FileInfo(file.toPath(), hash), at.getTerm(), at.getIndex()));
            untidy = true;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Ratis asks after every batch of entries; there is something to tidy up after a snapshot. */
    @Override
    public void cleanupOldSnapshots(@Nullable SnapshotRetentionPolicy policy) throws IOException {
        if (untidy) {
            untidy = false;
            super.cleanupOldSnapshots(policy);
        }
    }

    /**
     * Opens a snapshot after its digest was checked and, for one that was just received, its bytes
     * were forced to disk.
     */
    static InputStream open(SingleFileSnapshotInfo info) throws IOException {
        var path = info.getFile().getPath();
        MD5FileUtil.verifySavedMD5(path.toFile(), info.getFile().getFileDigest());
        force(path);
        force(path.toAbsolutePath().getParent());
        return Files.newInputStream(path);
    }

    private static void force(@Nullable Path path) throws IOException {
        if (path != null) {
            try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
