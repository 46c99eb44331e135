package adfer.adapter.store;

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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
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

    private final Path directory;
    private final int cacheMib;
    private final Codec codec;
    private final Rows rows;
    private volatile Database database;

    private H2Ledger(Path directory, int cacheMib, Codec codec, Database database) {
        this.directory = directory;
        this.cacheMib = cacheMib;
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
        return new H2Ledger(directory, cacheMib, codec, openOrBeginAnew(directory, cacheMib));
    }

    private static Database openOrBeginAnew(Path directory, int cacheMib) {
        try {
            return Database.open(directory, cacheMib);
        } catch (RuntimeException e) {
            if (Database.inUse(e)) {
                throw new IllegalStateException(
                        "The database in " + directory + " is in use by another process.", e);
            }
            return beginAnew(directory, cacheMib, Database.reason(e));
        }
    }

    private static Database beginAnew(Path directory, int cacheMib, String why) {
        Path aside = Database.setAside(directory);
        LOG.warn(
                "The database was damaged, was set aside as {} and is rebuilt from the log: {}",
                aside,
                why);
        return Database.open(directory, cacheMib);
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
            if (state.fingerprint().equals(applied.get().fingerprint())) {
                return state;
            }
            damage = "its content doesn't bear the fingerprint that was stored with it";
        } catch (RuntimeException e) {
            damage = Database.reason(e);
        }
        database.close();
        database = beginAnew(directory, cacheMib, damage);
        rows.start(database.writer(), ClusterState.EMPTY);
        return ClusterState.EMPTY;
    }

    private record Applied(
            long index, Instant at, long audits, String auditHead, String fingerprint) {
        ClusterState with(List<Entity> entities) {
            return ClusterState.of(index, at, audits, auditHead, entities);
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
                                row.getString("fingerprint")))
                .findOne();
    }

    private record Row(Kind kind, byte[] body) {}

    private List<Entity> entities() {
        return database.writer()
                .createQuery(Sql.ENTITIES)
                .setFetchSize(CHUNK)
                .scanResultSet((rows, context) -> parsed(rows.get()));
    }

    private List<Entity> parsed(ResultSet rows) throws SQLException {
        List<Entity> entities = new ArrayList<>();
        List<Row> chunk = new ArrayList<>(CHUNK);
        boolean more;
        do {
            more = rows.next();
            if (more) {
                chunk.add(new Row(Kind.valueOf(rows.getString(1)), rows.getBytes(2)));
            }
            if (!more || chunk.size() == CHUNK) {
                chunk.parallelStream()
                        .map(row -> codec.fromJson(row.kind(), row.body()))
                        .forEachOrdered(entities::add);
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
        transaction(handle -> {
            rows.save(handle, changed.iterator());
            rows.drop(handle, gone);
            rows.addAudit(handle, audit.iterator());
            rows.advance(handle, state);
        });
    }

    @Override
    public synchronized void replace(ClusterState state, Stream<AuditEntry> audit) {
        transaction(handle -> {
            handle.execute(Sql.DROP_ALL_ENTITIES);
            handle.execute(Sql.DROP_ALL_AUDIT);
            handle.execute(Sql.RESTART);
            rows.save(handle, state.entities().values().iterator());
            rows.addAudit(handle, audit.iterator());
            rows.start(handle, state);
        });
    }

    private void transaction(Consumer<Handle> work) {
        try {
            database.writer().useTransaction(work::accept);
        } catch (JdbiException e) {
            throw new IllegalStateException(
                    "The database in " + directory + " can't be written: " + Database.reason(e), e);
        }
    }

    @Override
    public List<AuditEntry> audit(long before, String text, int limit) {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("the limit is 1 to 10,000, not " + limit);
        }
        return database.jdbi()
                .withHandle(handle ->
                        handle.select(
                                        Sql.AUDIT_BEFORE,
                                        before,
                                        text.toLowerCase(Locale.ROOT),
                                        limit)
                                .map(Rows::audit)
                                .list());
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
        return database.jdbi()
                .withHandle(handle ->
                        handle.select(Sql.AUDIT_AFTER, after, last, PAGE).map(Rows::audit).list());
    }

    @Override
    public synchronized void close() {
        database.close();
    }
}
