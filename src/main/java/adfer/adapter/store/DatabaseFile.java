package adfer.adapter.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where a database lies and how it is opened.
 *
 * @param name of its file, without H2's suffix
 * @param cacheMib what H2 may keep of its file in memory, in mebibytes
 */
record DatabaseFile(Path directory, String name, int cacheMib) {
    private static final String SUFFIX = ".mv.db";

    DatabaseFile {
        if (cacheMib < 1) {
            throw new IllegalArgumentException(
                    "the database's cache is 1 MiB or more, not " + cacheMib);
        }
    }

    DatabaseFile(Path directory, int cacheMib) {
        this(directory, "adfer", cacheMib);
    }

    /**
     * A commit is on its way to the operating system when it returns ({@code WRITE_DELAY=0}): H2
     * writes behind it, so that killing the process can take the last few. They come back from the
     * log, as does what a power cut takes, since nothing is forced to the disk. Small pages suit
     * rows of two kilobytes that change here and there. The asynchronous file system is H2's answer
     * to interrupted threads, which would close an ordinary file channel under everybody else's
     * feet.
     */
    String url() {
        return "jdbc:h2:async:"
                + directory.toAbsolutePath().resolve(name).toString().replace(";", "\\;")
                + ";WRITE_DELAY=0;PAGE_SIZE=4096;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
                + ";CACHE_SIZE="
                + cacheMib * 1024;
    }

    private Path path() {
        return directory.resolve(name + SUFFIX);
    }

    /** Makes the directory, and throws away what an interrupted replacement left. */
    void prepare() {
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(beside().path());
        } catch (IOException e) {
            throw new UncheckedIOException("Can't use the directory " + directory + ".", e);
        }
    }

    private DatabaseFile beside() {
        return new DatabaseFile(directory, name + "-new", cacheMib);
    }

    /** The file of a database that is to replace this one; it doesn't exist yet. */
    DatabaseFile fresh() {
        prepare();
        return beside();
    }

    /** Puts this file where the other one is, in one step. */
    void takePlaceOf(DatabaseFile other) {
        try {
            Files.move(path(), other.path(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't replace " + other.path() + ".", e);
        }
    }

    /**
     * Renames the file, so that the next opening begins with an empty one.
     *
     * @return the new name
     */
    Path setAside() {
        int number = 1;
        Path aside;
        do {
            aside = directory.resolve(name + "-damaged-" + number++ + SUFFIX);
        } while (Files.exists(aside));
        try {
            return Files.move(path(), aside);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't set " + path() + " aside.", e);
        }
    }
}
