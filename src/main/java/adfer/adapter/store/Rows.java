package adfer.adapter.store;

import adfer.audit.Search;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.port.Codec;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Seal;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Values to rows and back, inside the transaction of a handle. */
final class Rows {
    /** Rows of one batch; bounds what a large commit holds in memory at a time. */
    private static final int BATCH = 1_000;

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final Codec codec;

    Rows(Codec codec) {
        this.codec = codec;
    }

    void save(Handle handle, Iterator<? extends Entity> entities) {
        while (entities.hasNext()) {
            saveBatch(handle, entities);
        }
    }

    /** Saves at most {@value #BATCH} of what remains. */
    void saveBatch(Handle handle, Iterator<? extends Entity> entities) {
        PreparedBatch batch = handle.prepareBatch(Sql.SAVE_ENTITY);
        for (int i = 0; i < BATCH && entities.hasNext(); i++) {
            Entity entity = entities.next();
            Key key = entity.key();
            Columns columns = Columns.of(entity);
            batch.bind(0, key.kind().name())
                    .bind(1, key.id())
                    .bind(2, columns.scope())
                    .bind(3, columns.name())
                    .bind(4, columns.place())
                    .bind(5, columns.status())
                    .bind(6, time(columns.at()))
                    .bind(7, codec.toJson(entity))
                    .add();
        }
        for (int changed : batch.execute()) {
            one(changed, "an entity");
        }
    }

    void drop(Handle handle, List<Key> keys) {
        PreparedBatch batch = handle.prepareBatch(Sql.DROP_ENTITY);
        for (Key key : keys) {
            batch.bind(0, key.kind().name()).bind(1, key.id()).add();
        }
        batch.execute();
    }

    void addAudit(Handle handle, Iterator<AuditEntry> entries) {
        while (entries.hasNext()) {
            addAuditBatch(handle, entries);
        }
    }

    /** Adds at most {@value #BATCH} of what remains. */
    void addAuditBatch(Handle handle, Iterator<AuditEntry> entries) {
        PreparedBatch batch = handle.prepareBatch(Sql.ADD_AUDIT);
        for (int i = 0; i < BATCH && entries.hasNext(); i++) {
            AuditEntry entry = entries.next();
            batch.bind(0, entry.number())
                    .bind(1, entry.index())
                    .bind(2, time(entry.at()))
                    .bind(3, entry.actor().name())
                    .bind(4, entry.actor().origin())
                    .bind(5, entry.action())
                    .bind(6, entry.subject())
                    .bind(7, entry.reason())
                    .bind(8, entry.accepted())
                    .bind(9, entry.sentence())
                    .bind(10, entry.state())
                    .bind(11, entry.seal().map(Seal::toString).orElse(null))
                    .bind(12, entry.previous())
                    .bind(13, entry.hash())
                    .add();
        }
        for (int changed : batch.execute()) {
            one(changed, "an audit entry");
        }
    }

    void start(Handle handle, ClusterState state) {
        one(
                handle.execute(
                        Sql.START,
                        state.index(),
                        time(state.now()),
                        state.audits(),
                        state.auditHead(),
                        state.fingerprint()),
                "the applied index");
    }

    void advance(Handle handle, ClusterState state) {
        one(
                handle.execute(
                        Sql.ADVANCE,
                        state.index(),
                        time(state.now()),
                        state.audits(),
                        state.auditHead(),
                        state.fingerprint(),
                        state.index()),
                "the applied index");
    }

    private static void one(int changed, String what) {
        if (changed != 1) {
            throw new IllegalStateException(
                    "Writing " + what + " to the database changed " + changed + " rows, not one.");
        }
    }

    /** The times at the ends of the calendar stand for none. */
    static Query bind(Query query, Search search) {
        return query.bind("text", search.text())
                .bind("actor", search.actor())
                .bind("action", search.action())
                .bind("subject", search.subject())
                .bind("from", time(search.from().orElse(EARLIEST)))
                .bind("to", time(search.to().orElse(LATEST)))
                .bind("accepted", search.outcome() != Search.Outcome.REFUSED)
                .bind("refused", search.outcome() != Search.Outcome.ACCEPTED);
    }

    static AuditEntry audit(ResultSet row, StatementContext context) throws SQLException {
        return new AuditEntry(
                row.getLong("number"),
                row.getLong("log_index"),
                time(row, "at"),
                new Actor(row.getString("actor"), row.getString("origin")),
                row.getString("action"),
                row.getString("subject"),
                row.getString("reason"),
                row.getBoolean("accepted"),
                row.getString("sentence"),
                row.getString("state"),
                Optional.ofNullable(row.getString("seal")).map(Seal::parse),
                row.getString("previous"),
                row.getString("hash"));
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
