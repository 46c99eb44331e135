package adfer.adapter.store;

import org.flywaydb.core.Flyway;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.SQLException;

/**
 * An H2 database, open and migrated: one file, this process alone, no network, no password (whoever
 * can read the file can read it).
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int LONGEST_REASON = 200;

    private final Jdbi jdbi;
    private final Handle writer;

    private Database(Jdbi jdbi, Handle writer) {
        this.jdbi = jdbi;
        this.writer = writer;
    }

    static Database open(DatabaseFile file) {
        JdbcDataSource source = new JdbcDataSource();
        source.setUser("sa");
        source.setPassword("");
        source.setUrl(file.url());
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
            abandon(writer);
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

    /** Has everything so far written to the disk itself. */
    void force() {
        writer.execute(Sql.FORCE);
    }

    @Override
    public void close() {
        writer.close();
    }

    /** Closes a database that is damaged: without a last write, which might never end. */
    void abandon() {
        abandon(writer);
    }

    private static void abandon(Handle writer) {
        try (writer) {
            writer.execute(Sql.ABANDON);
        } catch (RuntimeException e) {
            LOG.debug("The damaged database was closed with an error.", e);
        }
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
        return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "..." : line;
    }
}
