package adfer.adapter.json;

import adfer.port.Memory;

import com.fasterxml.jackson.databind.json.JsonMapper;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** A file of JSON for each kind, always whole, for its owner alone to read. */
public final class MemoryFolder implements Memory {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryFolder.class);

    private final JsonMapper json = Mappers.json();
    private final Path folder;

    public MemoryFolder(Path folder) {
        this.folder = folder;
    }

    private Path file(Class<? extends Record> kind) {
        return folder.resolve("remembered-" + kind.getSimpleName() + ".json");
    }

    @Override
    public synchronized <T extends Record> Optional<T> find(Class<T> kind) {
        Path file = file(kind);
        try {
            return Files.exists(file)
                    ? Optional.of(json.readValue(Files.readAllBytes(file), kind))
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warn("{} can't be read, and counts for nothing: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Written beside, synced and renamed. */
    @Override
    public synchronized boolean keep(Record one) {
        Path file = file(one.getClass());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(fresh);
            try (FileChannel out =
                    FileChannel.open(
                            fresh,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(json.writeValueAsBytes(one));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
            return true;
        } catch (IOException e) {
            LOG.warn("{} can't be written: {}", file, e.toString());
            return false;
        }
    }

    @Override
    public synchronized void forget(Class<? extends Record> kind) {
        try {
            Files.deleteIfExists(file(kind));
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", file(kind), e.toString());
        }
    }
}
