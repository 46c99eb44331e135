package adfer.adapter.json;

import adfer.kernel.Entity;
import adfer.kernel.Kind;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Entities;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads one snapshot and proves it whole; see {@link Snapshots} for the format. */
final class SnapshotReader {
    private final ObjectMapper cbor;
    private final List<Entity> entities = new ArrayList<>();
    private long audits;
    private String auditHead = AuditEntry.GENESIS;

    SnapshotReader(ObjectMapper cbor) {
        this.cbor = cbor;
    }

    ClusterState read(InputStream source, Consumer<AuditEntry> audit) throws IOException {
        try (JsonParser in = cbor.createParser(new GZIPInputStream(source, Snapshots.BUFFER))) {
            return items(in, audit);
        } catch (EOFException e) {
            throw new IOException(cutOff(), e);
        } catch (ZipException e) {
            throw new IOException("This is no snapshot of Adfer's, or it is damaged.", e);
        } catch (JsonProcessingException e) {
            throw new IOException("The snapshot is damaged: " + e.getOriginalMessage(), e);
        }
    }

    private ClusterState items(JsonParser in, Consumer<AuditEntry> audit) throws IOException {
        Snapshots.@Nullable Header header = null;
        while (in.nextToken() == JsonToken.START_ARRAY) {
            String tag = in.nextTextValue();
            in.nextToken();
            if (header == null) {
                header = header(tag, in);
            } else if (Snapshots.END.equals(tag)) {
                return whole(header, in.readValueAs(Snapshots.End.class));
            } else if (Snapshots.AUDIT.equals(tag)) {
                audit.accept(next(in.readValueAs(AuditEntry.class)));
            } else {
                entities.add(in.readValueAs(Entities.type(kind(tag))));
            }
            in.nextToken();
        }
        throw new IOException(cutOff());
    }

    private AuditEntry next(AuditEntry entry) throws IOException {
        audits++;
        boolean fits =
                entry.number() == audits && entry.previous().equals(auditHead) && entry.intact();
        if (!fits) {
            throw new IOException(
                    "The snapshot is damaged or was altered: audit entry "
                            + audits
                            + " doesn't follow from the one before.");
        }
        auditHead = entry.hash();
        return entry;
    }

    private static Snapshots.Header header(@Nullable String tag, JsonParser in) throws IOException {
        if (!Snapshots.HEADER.equals(tag)) {
            throw new IOException("This is no snapshot of Adfer's.");
        }
        Snapshots.Header header = in.readValueAs(Snapshots.Header.class);
        if (header.format() != Snapshots.FORMAT) {
            throw new IOException(
                    "The snapshot has format "
                            + header.format()
                            + " and this version of Adfer reads format "
                            + Snapshots.FORMAT
                            + "; upgrade this node.");
        }
        return header;
    }

    private static Kind kind(@Nullable String tag) throws IOException {
        try {
            return Kind.valueOf(String.valueOf(tag));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "The snapshot holds a "
                            + tag
                            + ", which this version of Adfer doesn't know; upgrade this node.",
                    e);
        }
    }

    private ClusterState whole(Snapshots.Header header, Snapshots.End end) throws IOException {
        ClusterState state =
                ClusterState.of(
                        header.index(),
                        header.now(),
                        header.audits(),
                        header.auditHead(),
                        entities);
        boolean complete =
                end.entities() == entities.size()
                        && end.audit() == audits
                        && header.audits() == audits
                        && header.auditHead().equals(auditHead)
                        && end.fingerprint().equals(state.fingerprint());
        if (!complete) {
            throw new IOException(
                    "The snapshot is damaged: its content doesn't bear the fingerprint it was"
                            + " written with.");
        }
        return state;
    }

    private String cutOff() {
        return "The snapshot is cut off after "
                + entities.size()
                + " entities and "
                + audits
                + " audit entries.";
    }
}
