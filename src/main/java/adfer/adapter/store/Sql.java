package adfer.adapter.store;

/** Every statement of the ledger; the tables are in {@code db/migration}. */
final class Sql {
    static final String SAVE_ENTITY =
            """
            MERGE INTO entity (kind, id, scope, name, place, status, at, body) KEY (kind, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """;

    static final String DROP_ENTITY =
            """
            DELETE FROM entity WHERE kind = ? AND id = ?
            """;

    static final String ENTITIES = "SELECT kind, body FROM entity";

    static final String START =
            """
            INSERT INTO applied (one, log_index, at, audits, audit_head, fingerprint)
            VALUES (TRUE, ?, ?, ?, ?, ?)
            """;

    /** Only ever forward. */
    static final String ADVANCE =
            """
            UPDATE applied SET log_index = ?, at = ?, audits = ?, audit_head = ?, fingerprint = ?
            WHERE log_index <= ?
            """;

    /** With the end of the audit trail that is really there. */
    static final String APPLIED =
            """
            SELECT log_index, at, audits, audit_head, fingerprint,
                   (SELECT COUNT(*) FROM audit) AS kept,
                   COALESCE((SELECT hash FROM audit WHERE number = audits), '') AS kept_head
            FROM applied
            """;

    static final String ADD_AUDIT =
            """
            INSERT INTO audit (number, log_index, at, actor, origin, action, subject, reason,
                               accepted, sentence, state, seal, previous, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String AUDIT_FOUND =
            """
            SELECT * FROM audit
            WHERE number > :after AND number < :before
              AND LOCATE(:text, LOWER(actor || CHAR(10) || action || CHAR(10) || subject || CHAR(10)
                                      || sentence || CHAR(10) || reason)) > 0
              AND LOCATE(:actor, LOWER(actor || ' (' || origin || ')')) > 0
              AND LOCATE(:action, LOWER(action)) > 0
              AND LOCATE(:subject, LOWER(subject)) > 0
              AND at >= :from AND at < :to
              AND (accepted AND :accepted OR NOT accepted AND :refused)
            """;

    static final String AUDIT_BEFORE = AUDIT_FOUND + "ORDER BY number DESC LIMIT :limit";

    static final String AUDIT_AFTER = AUDIT_FOUND + "ORDER BY number LIMIT :limit";

    static final String FORCE = "CHECKPOINT SYNC";

    static final String ABANDON = "SHUTDOWN IMMEDIATELY";

    private Sql() {}
}
