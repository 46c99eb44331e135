package adfer.adapter.raft;

import adfer.port.StateMachine;

import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.util.SizeInBytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An empty log that begins with a snapshot, in the form in which Ratis keeps one. */
final class Seed {
    private Seed() {}

    /**
     * Writes it, complete on disk when this returns.
     *
     * @param storage Ratis' folder of the group; what an attempt that failed left there is removed
     */
    static void write(Path storage, TermIndex at, StateMachine.Snapshot picture)
            throws IOException {
        remove(storage);
        Files.createDirectories(storage);
        try (RaftStorage fresh =
                RaftStorage.newBuilder()
                        .setDirectory(storage.toFile())
                        .setOption(StartupOption.RECOVER)
                        .setLogCorruptionPolicy(CorruptionPolicy.getDefault())
                        .setStorageFreeSpaceMin(SizeInBytes.valueOf(0))
                        .build()) {
            fresh.initialize();
            SnapshotStore snapshots = new SnapshotStore();
            snapshots.init(fresh);
            snapshots.write(at, picture);
        }
        GenerationFile.force(storage);
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
