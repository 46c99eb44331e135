package adfer.adapter.script;

import adfer.kernel.Canonical;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The folder in which this node runs scripts, for one life of the node: locked against a second
 * process, with an identity that outlives the node and tells its scripts from any other's.
 */
final class Workshop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);
    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rwx------");

    /** The lock is the process's, and closing a second channel would lose it: hence this. */
    private static final Set<Path> IN_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path attempts;
    private final FileChannel lock;
    private final String identity;

    /**
     * @throws IllegalStateException with one sentence, when another process uses the folder
     */
    Workshop(Path given) {
        try {
            privateFolder(given);
            folder = given.toRealPath();
            if (!IN_THIS_PROCESS.add(folder)) {
                throw inUse(folder);
            }
            lock = lock(folder);
            identity = identity(folder);
            attempts = folder.resolve("attempts");
            privateFolder(attempts);
        } catch (IOException e) {
            throw new UncheckedIOException("the script folder " + given + " cannot be used", e);
        }
    }

    /** The same at every start of the node. */
    String identity() {
        return identity;
    }

    /** A new, empty and private folder. */
    Path newFolder() throws IOException {
        Path folder = attempts.resolve(UUID.randomUUID().toString());
        return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
    }

    /** Removes whatever attempts of an earlier life have left behind. */
    void sweep() {
        try (Stream<Path> left = Files.list(attempts)) {
            left.toList().forEach(Workshop::remove);
        } catch (IOException e) {
            LOG.warn("Cannot look for leftover script folders in {}: {}", attempts, e.toString());
        }
    }

    /** Removes a folder and all in it, without following links; what resists is left and logged. */
    static void remove(Path folder) {
        try {
            removeAll(folder);
        } catch (IOException e) {
            LOG.warn("Cannot remove the script folder {}: {}", folder, e.toString());
        }
    }

    private static void removeAll(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(path, PRIVATE);
            List<Path> children;
            try (Stream<Path> listed = Files.list(path)) {
                children = listed.toList();
            }
            for (Path child : children) {
                removeAll(child);
            }
        }
        Files.deleteIfExists(path);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("Cannot release the script folder: {}", e.toString());
        }
        IN_THIS_PROCESS.remove(folder);
    }

    private static void privateFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PRIVATE);
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw inUse(folder);
        }
        return channel;
    }

    private static IllegalStateException inUse(Path folder) {
        return new IllegalStateException(
                "the script folder " + folder + " is in use: give each node its own");
    }

    /**
     * A copy of the folder elsewhere is another one, or two nodes would end each other's scripts.
     */
    private static String identity(Path folder) throws IOException {
        Path file = folder.resolve("identity");
        String written;
        try {
            written = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            written = UUID.randomUUID().toString();
            Files.writeString(file, written + "\n");
        }
        return Canonical.hexOfText(written + folder).substring(0, 32);
    }
}
