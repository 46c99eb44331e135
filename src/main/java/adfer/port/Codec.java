package adfer.port;

import adfer.audit.Line;
import adfer.kernel.Entity;
import adfer.kernel.Kind;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Entry;
import adfer.state.Reply;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Values to bytes and back, the same on every node. */
public interface Codec {
    byte[] encode(Entry entry);

    /** One log entry that carries several encoded ones, applied in their order; 1 or more. */
    byte[] join(List<byte[]> entries);

    /** The entries that were joined. */
    List<Entry> decodeEntries(byte[] bytes);

    byte[] encodeReplies(List<Reply> replies);

    List<Reply> decodeReplies(byte[] bytes);

    /** An entity as JSON in UTF-8, for the database. */
    byte[] toJson(Entity entity);

    /** The entity of this kind that {@link #toJson} wrote. */
    Entity fromJson(Kind kind, byte[] json);

    /** A line of an exported audit trail as JSON in UTF-8, its line break included. */
    byte[] toJson(Line line);

    /** Writes a state and its audit trail as one stream, compressed and with a version in front. */
    void writeSnapshot(ClusterState state, Stream<AuditEntry> audit, OutputStream out)
            throws IOException;

    /**
     * Reads what {@link #writeSnapshot} wrote.
     *
     * @param audit is given every audit entry, ascending
     * @return the state, its fingerprint computed anew
     */
    ClusterState readSnapshot(InputStream in, Consumer<AuditEntry> audit) throws IOException;
}
