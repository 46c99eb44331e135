package adfer.adapter.json;

import java.time.Instant;

/**
 * The format of a snapshot: gzip over a sequence of CBOR arrays of a tag and a value. First {@link
 * #HEADER} and a {@link Header}, then each entity under the name of its kind, then each audit entry
 * under {@link #AUDIT}, and last {@link #END} and an {@link End}: without that, it was cut off.
 */
final class Snapshots {
    static final int FORMAT = 1;
    static final String HEADER = "adfer-snapshot";
    static final String AUDIT = "audit";
    static final String END = "end";

    /** A gzip's buffer, in bytes. */
    static final int BUFFER = 64 * 1024;

    private Snapshots() {}

    record Header(int format, long index, Instant now, long audits, String auditHead) {}

    /**
     * @param audit how many audit entries there are in the snapshot
     */
    record End(long entities, long audit, String fingerprint) {}
}
