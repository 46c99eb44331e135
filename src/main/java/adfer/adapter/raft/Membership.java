package adfer.adapter.raft;

import adfer.kernel.Belonging;
import adfer.kernel.Generation;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Who belongs to the group. What the configuration says at the first start is written beside the
 * log, and another configuration over the same directory is refused (two sets of peers could both
 * find a majority). Nodes of different generations are in different groups, so they can't vote with
 * each other. A later generation begins with its founder alone; the others come in by Ratis'
 * setConfiguration, and from then on the log knows better than what it began with.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final String FILE = "members";
    private static final String LOCK = "lock";

    private final RaftConfig config;
    private final Belonging belonging;
    private @Nullable FileChannel lock;

    Membership(RaftConfig config, Belonging belonging) {
        this.config = config;
        this.belonging = belonging;
    }

    RaftPeerId self() {
        return RaftPeerId.valueOf(config.nodeId());
    }

    RaftGroupId groupId() {
        return groupId(config.group(), belonging.generation());
    }

    static RaftGroupId groupId(String group, Generation generation) {
        String first = "adfer:" + group;
        String name =
                generation.number() == 1
                        ? first
                        : first + ":" + generation.label() + ":" + generation.head();
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The group as an empty log begins with: everybody in the first generation, the founder in a
     * later one, nobody where this node waits to be let in.
     */
    RaftGroup group() {
        List<RaftPeer> voters =
                belonging.joined()
                        ? List.of()
                        : peers().stream()
                                .filter(peer ->
                                        belonging.generation().number() == 1
                                                || peer.getId().equals(self()))
                                .toList();
        return RaftGroup.valueOf(groupId(), voters);
    }

    /** Everybody, at equal priority: whoever is up to date may lead. */
    List<RaftPeer> peers() {
        return config.peers().entrySet().stream()
                .map(e -> RaftPeer.newBuilder().setId(e.getKey()).setAddress(e.getValue()).build())
                .toList();
    }

    /**
     * Takes an empty directory for this configuration, or checks that it is this configuration's;
     * then holds it.
     */
    void claim() {
        var file = config.directory().resolve(FILE);
        try {
            Files.createDirectories(config.directory());
            lock();
            if (Files.exists(file)) {
                compare(Files.readAllLines(file));
            } else {
                write(file);
            }
        } catch (IOException e) {
            release();
            throw new ReplicatorException(
                    Code.UNUSABLE,
                    "The log's directory %s cannot be used: %s".formatted(config.directory(), e),
                    e);
        } catch (ReplicatorException e) {
            release();
            throw e;
        }
    }

    private void lock() throws IOException {
        var channel =
                FileChannel.open(
                        config.directory().resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        lock = channel;
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // held in this very JVM
        }
        throw new ReplicatorException(
                Code.UNUSABLE,
                false,
                "The log's directory %s is in use: a node runs on it already."
                        .formatted(config.directory()));
    }

    void release() {
        var held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                LOG.warn(
                        "The lock of {} could not be released: {}",
                        config.directory(),
                        e.toString());
            }
        }
    }

    private List<String> lines() {
        var members = new TreeMap<>(config.peers());
        String group =
                belonging.generation().number() == 1
                        ? config.group()
                        : config.group() + ", " + belonging.generation();
        return List.of("node " + config.nodeId(), "group " + group, "members " + members);
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
        try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
