package adfer.adapter.raft;

import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Who belongs to the group. Static: what the configuration says at the first start is written
 * beside the log, and another configuration over the same directory is refused (two sets of peers
 * could both find a majority). A change of members under way would be Ratis' setConfiguration, and
 * would rewrite that file.
 */
final class Membership {
    private static final String FILE = "members";

    private final RaftConfig config;

    Membership(RaftConfig config) {
        this.config = config;
    }

    RaftPeerId self() {
        return RaftPeerId.valueOf(config.nodeId());
    }

    RaftGroupId groupId() {
        return RaftGroupId.valueOf(
                UUID.nameUUIDFromBytes(
                        ("adfer:" + config.group())
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    /** The group with every member at equal priority: whoever is up to date may lead. */
    RaftGroup group() {
        var peers =
                config.peers().entrySet().stream()
                        .map(e ->
                                RaftPeer.newBuilder()
                                        .setId(e.getKey())
                                        .setAddress(e.getValue())
                                        .build())
                        .toList();
        return RaftGroup.valueOf(groupId(), peers);
    }

    /**
     * Takes an empty directory for this configuration, or checks that it is this configuration's.
     */
    void claim() {
        var file = config.directory().resolve(FILE);
        try {
            Files.createDirectories(config.directory());
            if (Files.exists(file)) {
                compare(Files.readAllLines(file));
            } else {
                write(file);
            }
        } catch (IOException e) {
            throw new ReplicatorException(
                    Code.UNUSABLE,
                    "The log's directory %s cannot be used: %s".formatted(config.directory(), e),
                    e);
        }
    }

    private List<String> lines() {
        var members = new TreeMap<>(config.peers());
        return List.of("node " + config.nodeId(), "group " + config.group(), "members " + members);
    }

    private void compare(List<String> found) {
        var expected = lines();
        for (var i = 0; i < expected.size(); i++) {
            var was = i < found.size() ? found.get(i) : "nothing";
            if (!was.equals(expected.get(i))) {
                throw new ReplicatorException(
                        Code.UNUSABLE,
                        false,
                        ("The log in %s was written for '%s' but the configuration says '%s': put"
                             + " the old configuration back, or give every node of the new group an"
                             + " empty directory.")
                                .formatted(config.directory(), was, expected.get(i)));
            }
        }
    }

    private void write(Path file) throws IOException {
        var unfinished = file.resolveSibling(FILE + ".new");
        Files.write(unfinished, lines());
        try (var channel =
                java.nio.channels.FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
