package adfer.adapter.json;

import adfer.audit.Line;
import adfer.kernel.Entity;
import adfer.kernel.Kind;
import adfer.port.Codec;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Entities;
import adfer.state.Entry;
import adfer.state.Reply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Log entries, replies and snapshots as CBOR, and rows of the database as JSON. The first byte of
 * entries and replies is their format, so that a version that can't read them says so.
 */
public final class JacksonCodec implements Codec {
    private static final byte FORMAT = 1;

    /** Begins and ends a CBOR array whose length isn't said beforehand (RFC 8949, 3.2.2). */
    private static final int ARRAY = 0x9f;

    private static final int BREAK = 0xff;

    private static final TypeReference<List<Entry>> ENTRIES = new TypeReference<>() {};
    private static final TypeReference<List<Reply>> REPLIES = new TypeReference<>() {};

    private final ObjectMapper cbor = Mappers.cbor();
    private final ObjectMapper json = Mappers.json();

    @Override
    public byte[] encode(Entry entry) {
        try {
            return cbor.writeValueAsBytes(entry);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Can't write to the log: " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public byte[] join(List<byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(FORMAT);
        out.write(ARRAY);
        entries.forEach(out::writeBytes);
        out.write(BREAK);
        return out.toByteArray();
    }

    @Override
    public List<Entry> decodeEntries(byte[] bytes) {
        return read(bytes, ENTRIES);
    }

    @Override
    public byte[] encodeReplies(List<Reply> replies) {
        return write(replies, REPLIES);
    }

    @Override
    public List<Reply> decodeReplies(byte[] bytes) {
        return read(bytes, REPLIES);
    }

    private <T> byte[] write(List<T> values, TypeReference<List<T>> type) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(FORMAT);
        try {
            cbor.writerFor(type).writeValue(out, values);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't write to the log: " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    private <T> List<T> read(byte[] bytes, TypeReference<List<T>> type) {
        if (bytes.length == 0 || bytes[0] != FORMAT) {
            throw new IllegalArgumentException(
                    "The log holds an entry in a format that this version of Adfer can't read;"
                            + " upgrade this node.");
        }
        try {
            return cbor.readerFor(type).readValue(bytes, 1, bytes.length - 1);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The log holds an entry that this version of Adfer can't read: "
                            + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] toJson(Entity entity) {
        try {
            return json.writeValueAsBytes(entity);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Can't write " + entity.key() + " as JSON", e);
        }
    }

    @Override
    public Entity fromJson(Kind kind, byte[] bytes) {
        try {
            return json.readValue(bytes, Entities.type(kind));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The database holds a "
                            + kind
                            + " that this version of Adfer can't read: "
                            + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] toJson(Line line) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            json.writerFor(Line.class).writeValue(out, line);
            out.write('\n');
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("Can't write the audit trail as JSON", e);
        }
    }

    @Override
    public void writeSnapshot(ClusterState state, Stream<AuditEntry> audit, OutputStream out)
            throws IOException {
        new SnapshotWriter(cbor).write(state, audit, out);
    }

    @Override
    public ClusterState readSnapshot(InputStream in, Consumer<AuditEntry> audit)
            throws IOException {
        return new SnapshotReader(cbor).read(in, audit);
    }
}
