package adfer.adapter.store;

import org.flywaydb.core.Flyway;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * The H2 database in a directory, open and migrated: one file, this process alone, no network, no
 * password (whoever can read the file can read it).
 *
 * <p>A commit is handed to the operating system before it returns ({@code WRITE_DELAY=0}), so that
 * killing the process loses nothing; it isn't forced to the disk, for what a power cut takes comes
 * back from the log. The asynchronous file system is H2's answer to interrupted threads, which
 * would close an ordinary file channel under everybody else's feet.
 */
final class Database implements AutoCloseable {
    private static final String FILE = "adfer.mv.db";

    private final Jdbi jdbi;
    private final Handle writer;

    private Database(Jdbi jdbi, Handle writer) {
        this.jdbi = jdbi;
        this.writer = writer;
    }

    /**
     * @param cacheMib what H2 may keep of its file in memory, in mebibytes
     */
    static Database open(Path directory, int cacheMib) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't make the directory " + directory + ".", e);
        }
        JdbcDataSource source = new JdbcDataSource();
        source.setUser("sa");
        source.setPassword("");
        source.setUrl(
                "jdbc:h2:async:"
                        + directory.toAbsolutePath().toString().replace(";", "\\;")
                        + "/adfer;WRITE_DELAY=0;PAGE_SIZE=4096;DB_CLOSE_ON_EXIT=FALSE"
                        + ";TRACE_LEVEL_FILE=0;CACHE_SIZE="
                        + cacheMib * 1024);
        Jdbi jdbi = Jdbi.create(source);
        jdbi.getConfig(StatementExceptions.class)
                .setMessageRendering(StatementExceptions.MessageRendering.NONE);
        Handle writer = jdbi.open();
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .cleanDisabled(true)
                    .load()
                    .migrate();
            return new Database(jdbi, writer);
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /** For one thread at a time, which writes. */
    Handle writer() {
        return writer;
    }

    /** For any thread, to read with handles of its own. */
    Jdbi jdbi() {
        return jdbi;
    }

    @Override
    public void close() {
        writer.close();
    }

    /** True when another process has the database open. */
    static boolean inUse(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
                return true;
            }
        }
        return false;
    }

    /** The innermost reason of a failure, on one short line. */
    static String reason(Throwable failure) {
        String line = failure.toString();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                line = cause.getMessage().lines().findFirst().orElse(line);
            }
        }
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }

    /**
     * Renames the database's file, so that the next opening begins with an empty one.
     *
     * @return the new name
     */
    static Path setAside(Path directory) {
        Path aside = directory.resolve("adfer-damaged-1.mv.db");
        for (int i = 2; Files.exists(aside); i++) {
            aside = directory.resolve("adfer-damaged-" + i + ".mv.db");
        }
        try {
            return Files.move(directory.resolve(FILE), aside);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Can't set the damaged database " + directory.resolve(FILE) + " aside.", e);
        }
    }
}
