package adfer.adapter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.Samples;
import adfer.Trails;
import adfer.kernel.Entity;
import adfer.kernel.Kind;
import adfer.port.Codec;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entities;
import adfer.state.Entry;
import adfer.state.Reply;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class JacksonCodecTest {
    private final Codec codec = new JacksonCodec();

    @Test
    void everyCommandComesBackEqual() {
        List<Entry> entries = new ArrayList<>();
        for (Class<?> command : Samples.records(Command.class)) {
            Samples.of(command, 1, 10)
                    .map(Command.class::cast)
                    .map(content ->
                            new Entry(
                                    "r",
                                    Samples.of(Entry.class, 1).actor(),
                                    Instant.EPOCH,
                                    "why",
                                    content))
                    .forEach(entries::add);
        }
        assertThat(codec.decodeEntries(codec.join(entries.stream().map(codec::encode).toList())))
                .isEqualTo(entries);
    }

    @Test
    void repliesComeBackEqual() {
        List<Reply> replies = Samples.of(Reply.class, 1, 20).toList();
        assertThat(replies).hasAtLeastOneElementOfType(Reply.Accepted.class);
        assertThat(replies).hasAtLeastOneElementOfType(Reply.Rejected.class);
        assertThat(codec.decodeReplies(codec.encodeReplies(replies))).isEqualTo(replies);
    }

    @Test
    void anotherFormatIsRefusedInOneSentence() {
        byte[] bytes = codec.join(List.of(codec.encode(Samples.of(Entry.class, 1))));
        bytes[0] = 9;
        assertThatThrownBy(() -> codec.decodeEntries(bytes)).hasMessageContaining("upgrade");
        assertThatThrownBy(() -> codec.decodeEntries(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfEntityComesBackFromJson(Kind kind) {
        Samples.of(Entities.type(kind), 1, 20)
                .forEach(entity ->
                        assertThat(codec.fromJson(kind, codec.toJson(entity))).isEqualTo(entity));
    }

    @Test
    void aSnapshotComesBackEqual() throws IOException {
        List<AuditEntry> audit = Trails.of(50).audit();
        ClusterState state = state(audit);
        List<AuditEntry> seen = new ArrayList<>();

        ClusterState back =
                codec.readSnapshot(new ByteArrayInputStream(snapshot(state, audit)), seen::add);

        assertThat(back).isEqualTo(state);
        assertThat(back.fingerprint()).isEqualTo(state.fingerprint());
        assertThat(seen).isEqualTo(audit);
    }

    @Test
    void anEmptySnapshotComesBackEqual() throws IOException {
        byte[] bytes = snapshot(ClusterState.EMPTY, List.of());
        assertThat(codec.readSnapshot(new ByteArrayInputStream(bytes), entry -> {}))
                .isEqualTo(ClusterState.EMPTY);
    }

    @Test
    void aSnapshotCutOffAnywhereIsRefused() throws IOException {
        byte[] bytes = snapshot(state(Trails.of(5).audit()), Trails.of(5).audit());
        for (int length = 0; length < bytes.length; length += 1 + bytes.length / 200) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> codec.readSnapshot(new ByteArrayInputStream(cut), entry -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("snapshot");
        }
    }

    @Test
    void aSnapshotWithAFlippedBitIsRefused() throws IOException {
        byte[] bytes = snapshot(state(List.of()), List.of());
        for (int place = 10; place < bytes.length; place += 1 + bytes.length / 100) {
            byte[] flipped = bytes.clone();
            flipped[place] ^= 4;
            assertThatThrownBy(() ->
                            codec.readSnapshot(new ByteArrayInputStream(flipped), entry -> {}))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSnapshotIsNotWrittenWithoutItsWholeAuditTrail() {
        List<AuditEntry> audit = Trails.of(5).audit();
        assertThatThrownBy(() -> snapshot(state(audit), audit.subList(0, 4)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("audit");
    }

    @Test
    void aSnapshotWhoseAuditTrailWasAlteredIsRefused() throws IOException {
        List<AuditEntry> audit = Trails.of(5).audit();
        List<AuditEntry> altered = new ArrayList<>(audit);
        AuditEntry third = audit.get(2);
        altered.set(
                2,
                new AuditEntry(
                        third.number(),
                        third.index(),
                        third.at(),
                        third.actor(),
                        third.action(),
                        third.subject(),
                        third.reason(),
                        third.accepted(),
                        "Nothing happened.",
                        third.state(),
                        third.seal(),
                        third.previous(),
                        third.hash()));
        byte[] bytes = snapshot(state(audit), altered);
        assertThatThrownBy(() -> codec.readSnapshot(new ByteArrayInputStream(bytes), entry -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("audit entry 3");
    }

    @Test
    void otherFilesAreNoSnapshots() {
        byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> codec.readSnapshot(new ByteArrayInputStream(text), entry -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no snapshot");
    }

    private byte[] snapshot(ClusterState state, List<AuditEntry> audit) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        codec.writeSnapshot(state, audit.stream(), out);
        return out.toByteArray();
    }

    private static ClusterState state(List<AuditEntry> audit) {
        List<Entity> entities = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Samples.of(Entities.type(kind), 1, 20).forEach(entities::add);
        }
        return ClusterState.of(
                42,
                Instant.parse("2025-03-01T03:00:00Z"),
                audit.size(),
                audit.isEmpty() ? AuditEntry.GENESIS : audit.getLast().hash(),
                entities);
    }
}
