package adfer.adapter.json;

import adfer.kernel.Entity;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writes one snapshot; see {@link Snapshots} for the format. */
final class SnapshotWriter {
    private final ObjectMapper cbor;

    SnapshotWriter(ObjectMapper cbor) {
        this.cbor = cbor;
    }

    void write(ClusterState state, Stream<AuditEntry> audit, OutputStream target)
            throws IOException {
        GZIPOutputStream gzip = new Gzip(target);
        try (JsonGenerator out = cbor.createGenerator(gzip)) {
            item(
                    out,
                    Snapshots.HEADER,
                    new Snapshots.Header(
                            Snapshots.FORMAT,
                            state.index(),
                            state.now(),
                            state.audits(),
                            state.auditHead()));
            for (Entity entity : state.entities().values()) {
                item(out, entity.key().kind().name(), entity);
            }
            long count = 0;
            for (Iterator<AuditEntry> entries = audit.iterator(); entries.hasNext(); count++) {
                item(out, Snapshots.AUDIT, entries.next());
            }
            if (count != state.audits()) {
                throw new IOException(
                        "The audit trail has "
                                + count
                                + " entries where the state counts "
                                + state.audits()
                                + "; no snapshot was written.");
            }
            item(
                    out,
                    Snapshots.END,
                    new Snapshots.End(state.entities().size(), count, state.fingerprint()));
        }
        gzip.finish();
    }

    private void item(JsonGenerator out, String tag, Object value) throws IOException {
        out.writeStartArray();
        out.writeString(tag);
        cbor.writeValue(out, value);
        out.writeEndArray();
    }

    /** Fast rather than small: a snapshot is written often and sent rarely. */
    private static final class Gzip extends GZIPOutputStream {
        Gzip(OutputStream out) throws IOException {
            super(out, Snapshots.BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
