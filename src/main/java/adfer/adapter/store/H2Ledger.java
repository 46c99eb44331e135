package adfer.adapter.store;

import adfer.audit.Search;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.port.Codec;
import adfer.port.Ledger;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The ledger in an H2 database. {@link #load}, {@link #commit} and {@link #replace} wait for each
 * other; the audit trail can be read by any number of threads meanwhile.
 *
 * <p>A database that can't be read or doesn't bear its own fingerprint is set aside under another
 * name, and an empty one takes its place: log and snapshot fill it again.
 */
public final class H2Ledger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(H2Ledger.class);

    /** Rows parsed at a time, side by side. */
    private static final int CHUNK = 2_000;

    /** Audit entries fetched at a time. */
    private static final int PAGE = 1_000;

    private final DatabaseFile file;
    private final Codec codec;
    private final Rows rows;

    /** Held for writing only while one database takes the place of another. */
    private final ReentrantReadWriteLock exchange = new ReentrantReadWriteLock();

    private Database database;

    private H2Ledger(DatabaseFile file, Codec codec, Database database) {
        this.file = file;
        this.codec = codec;
        this.rows = new Rows(codec);
        this.database = database;
    }

    /**
     * Opens the database in a directory, which is made where there is none.
     *
     * @param cacheMib what H2 may keep of its file in memory, in mebibytes, 1 or more
     * @throws IllegalStateException when another process has it open
     */
    public static H2Ledger open(Path directory, int cacheMib, Codec codec) {
        DatabaseFile file = new DatabaseFile(directory, cacheMib);
        file.prepare();
        return new H2Ledger(file, codec, openOrBeginAnew(file));
    }

    private static Database openOrBeginAnew(DatabaseFile file) {
        try {
            return Database.open(file);
        } catch (RuntimeException e) {
            if (Database.inUse(e)) {
                throw new IllegalStateException(
                        "The database in " + file.directory() + " is in use by another process.",
                        e);
            }
            return beginAnew(file, Database.reason(e));
        }
    }

    private static Database beginAnew(DatabaseFile file, String why) {
        Path aside = file.setAside();
        LOG.warn(
                "The database was damaged, was set aside as {} and is rebuilt from the log: {}",
                aside,
                why);
        return Database.open(file);
    }

    @Override
    public synchronized ClusterState load() {
        String damage;
        try {
            Optional<Applied> applied = applied();
            if (applied.isEmpty()) {
                rows.start(database.writer(), ClusterState.EMPTY);
                return ClusterState.EMPTY;
            }
            ClusterState state = applied.get().with(entities());
            if (applied.get().vouchesFor(state)) {
                return state;
            }
            damage = "its content doesn't bear the fingerprint that was stored with it";
        } catch (RuntimeException e) {
            damage = Database.reason(e);
        }
        String why = damage;
        exchange(() -> {
            database.abandon();
            return beginAnew(file, why);
        });
        rows.start(database.writer(), ClusterState.EMPTY);
        return ClusterState.EMPTY;
    }

    /**
     * @param kept how many audit entries there really are
     * @param keptHead the hash of the one that should be the last
     */
    private record Applied(
            long index,
            Instant at,
            long audits,
            String auditHead,
            String fingerprint,
            long kept,
            String keptHead) {
        ClusterState with(List<Entity> entities) {
            return ClusterState.of(index, at, audits, auditHead, entities);
        }

        boolean vouchesFor(ClusterState state) {
            return state.fingerprint().equals(fingerprint)
                    && kept == audits
                    && (audits == 0 || keptHead.equals(auditHead));
        }
    }

    private Optional<Applied> applied() {
        return database.writer()
                .createQuery(Sql.APPLIED)
                .map((row, context) ->
                        new Applied(
                                row.getLong("log_index"),
                                Rows.time(row, "at"),
                                row.getLong("audits"),
                                row.getString("audit_head"),
                                row.getString("fingerprint"),
                                row.getLong("kept"),
                                row.getString("kept_head")))
                .findOne();
    }

    private List<Entity> entities() {
        return database.writer()
                .createQuery(Sql.ENTITIES)
                .setFetchSize(CHUNK)
                .scanResultSet((result, context) -> parsed(result.get()));
    }

    private List<Entity> parsed(ResultSet result) throws SQLException {
        List<Entity> entities = new ArrayList<>();
        List<Supplier<Entity>> chunk = new ArrayList<>(CHUNK);
        boolean more;
        do {
            more = result.next();
            if (more) {
                Kind kind = Kind.valueOf(result.getString(1));
                byte[] body = result.getBytes(2);
                chunk.add(() -> codec.fromJson(kind, body));
            }
            if (!more || chunk.size() == CHUNK) {
                chunk.parallelStream().map(Supplier::get).forEachOrdered(entities::add);
                chunk.clear();
            }
        } while (more);
        return entities;
    }

    @Override
    public synchronized void commit(
            ClusterState state, SortedSet<Key> touched, List<AuditEntry> audit) {
        List<Entity> changed = new ArrayList<>();
        List<Key> gone = new ArrayList<>();
        for (Key key : touched) {
            state.find(key).ifPresentOrElse(changed::add, () -> gone.add(key));
        }
        try {
            database.writer()
                    .useTransaction(handle -> {
                        rows.save(handle, changed.iterator());
                        rows.drop(handle, gone);
                        rows.addAudit(handle, audit.iterator());
                        rows.advance(handle, state);
                    });
        } catch (JdbiException e) {
            throw unwritable(e);
        }
    }

    /**
     * Fills a database beside the present one and then renames it: the rename is the transaction,
     * and far quicker than one that deletes and inserts everything.
     */
    @Override
    public synchronized void replace(ClusterState state, Stream<AuditEntry> audit) {
        DatabaseFile fresh = file.fresh();
        try (Database next = Database.open(fresh)) {
            Handle handle = next.writer();
            Iterator<Entity> entities = state.entities().values().iterator();
            while (entities.hasNext()) {
                handle.useTransaction(part -> rows.saveBatch(part, entities));
            }
            Iterator<AuditEntry> entries = audit.iterator();
            while (entries.hasNext()) {
                handle.useTransaction(part -> rows.addAuditBatch(part, entries));
            }
            rows.start(handle, state);
            next.force();
        } catch (JdbiException e) {
            throw unwritable(e);
        }
        exchange(() -> {
            database.close();
            fresh.takePlaceOf(file);
            return Database.open(file);
        });
    }

    private void exchange(Supplier<Database> next) {
        exchange.writeLock().lock();
        try {
            database = next.get();
        } finally {
            exchange.writeLock().unlock();
        }
    }

    private IllegalStateException unwritable(JdbiException e) {
        return new IllegalStateException(
                "The database in " + file.directory() + " can't be written: " + Database.reason(e),
                e);
    }

    @Override
    public List<AuditEntry> audit(Search search, long before, int limit) {
        return read(Sql.AUDIT_BEFORE, search, 0, before, limit);
    }

    @Override
    public List<AuditEntry> auditAfter(Search search, long after, long last, int limit) {
        return read(
                Sql.AUDIT_AFTER, search, after, last == Long.MAX_VALUE ? last : last + 1, limit);
    }

    @Override
    public Stream<AuditEntry> auditUpTo(long last) {
        return Stream.iterate(
                        page(0, last),
                        page -> !page.isEmpty(),
                        page -> page(page.getLast().number(), last))
                .flatMap(List::stream);
    }

    private List<AuditEntry> page(long after, long last) {
        return auditAfter(Search.ALL, after, last, PAGE);
    }

    private List<AuditEntry> read(String sql, Search search, long after, long before, int limit) {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("the limit is 1 to 10,000, not " + limit);
        }
        exchange.readLock().lock();
        try {
            return database.jdbi()
                    .withHandle(handle ->
                            Rows.bind(handle.createQuery(sql), search.folded())
                                    .bind("after", after)
                                    .bind("before", before)
                                    .bind("limit", limit)
                                    .map(Rows::audit)
                                    .list());
        } finally {
            exchange.readLock().unlock();
        }
    }

    @Override
    public synchronized void close() {
        database.close();
    }
}
