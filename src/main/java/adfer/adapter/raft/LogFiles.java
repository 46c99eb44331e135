package adfer.adapter.raft;

import adfer.port.Succession.LogEntry;

import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads the log of a server that is closed from its files. */
final class LogFiles {
    private static final String OPEN = "log_inprogress_";

    private final Path folder;
    private final SizeInBytes mostBytes;

    /**
     * @param storage Ratis' folder of the group
     * @param entryBytes the largest entry
     */
    LogFiles(Path storage, long entryBytes) {
        this.folder = storage.resolve("current");
        this.mostBytes = SizeInBytes.valueOf(2 * entryBytes + (1 << 20));
    }

    /** What state machines are given, behind {@code index}, oldest first. */
    List<LogEntry> beyond(long index) throws IOException {
        List<LogEntry> found = new ArrayList<>();
        forEach(entry -> {
            if (entry.getIndex() > index
                    && entry.hasStateMachineLogEntry()
                    && !entry.getStateMachineLogEntry().getLogData().isEmpty()) {
                found.add(
                        new LogEntry(
                                entry.getIndex(),
                                entry.getTerm(),
                                entry.getStateMachineLogEntry().getLogData().toByteArray()));
            }
        });
        return found;
    }

    private void forEach(Consumer<LogEntryProto> consumer) throws IOException {
        for (LogSegmentPath segment : segments()) {
            LogSegment.readSegmentFile(
                    segment.getPath().toFile(),
                    segment.getStartEnd(),
                    mostBytes,
                    corruption(segment.getPath()),
                    null,
                    consumer);
        }
    }

    /** A torn end, which a crash can leave, was never acknowledged; a hole would be a loss. */
    private static CorruptionPolicy corruption(Path segment) {
        return segment.toString().contains(OPEN)
                ? CorruptionPolicy.WARN_AND_RETURN
                : CorruptionPolicy.EXCEPTION;
    }

    private List<LogSegmentPath> segments() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(LogSegmentPath::matchLogSegment)
                    .filter(Objects::nonNull)
                    .sorted(Comparator.comparing(LogSegmentPath::getStartEnd))
                    .toList();
        }
    }
}
