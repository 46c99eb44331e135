package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Keys;
import adfer.Trails;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.port.Signer;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class CheckpointsTest {
    private static final NodeId A1 = new NodeId("a1");
    private static final NodeId B1 = new NodeId("b1");

    private final List<AuditEntry> audit = new ArrayList<>();
    private final Keys keys = Keys.make();
    private ClusterState state = ClusterState.EMPTY;

    private Reply give(Entry entry) {
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        applied.audit().ifPresent(audit::add);
        return applied.reply();
    }

    private Reply give(NodeId node, Command command) {
        return give(new Entry("", Actor.system(node), Instant.EPOCH, "", command));
    }

    private static Command.SignCheckpoint sign(NodeId node, Signer by, long number, String head) {
        String signature = by.sign(Seal.statement(node, number, head));
        return new Command.SignCheckpoint(new Seal(node, number, head, by.key(), signature));
    }

    private Command.SignCheckpoint signMark(NodeId node, Signer by) {
        return sign(node, by, state.checkpoint().number(), state.checkpoint().head());
    }

    private void mark() {
        give(A1, new Command.AnnounceKey(A1, keys.key()));
        give(Trails.judge("bad"));
        give(A1, new Command.BeginCheckpoint());
    }

    private static void assertRefused(Reply reply, String code) {
        assertThat(reply).isInstanceOf(Reply.Rejected.class);
        assertThat(((Reply.Rejected) reply).problem().code()).isEqualTo(code);
    }

    @Test
    void aSignatureIsAnEntryOfTheTrail() {
        mark();
        assertThat(state.checkpoint().number()).isEqualTo(2);
        assertThat(state.checkpoint().head()).isEqualTo(audit.getLast().hash());
        give(Trails.judge("worse"));
        assertThat(give(A1, signMark(A1, keys))).isInstanceOf(Reply.Accepted.class);
        assertThat(audit.getLast().number()).isEqualTo(4);
        assertThat(audit.getLast().intact()).isTrue();
        assertThat(audit.getLast().sentence()).contains("a1", "up to entry 2", "SHA256:");
        Seal seal = audit.getLast().seal().orElseThrow();
        assertThat(seal.genuine()).isTrue();
        assertThat(Seal.parse(seal.toString())).isEqualTo(seal);
        assertThat(state.checkpoint().signer(A1).orElseThrow().number()).isEqualTo(2);
    }

    @Test
    void onlyWhatIsMoreThanSignaturesMovesTheMark() {
        mark();
        give(A1, signMark(A1, keys));
        Checkpoint before = state.checkpoint();
        give(A1, new Command.BeginCheckpoint());
        assertThat(state.checkpoint()).isEqualTo(before);
        give(Trails.judge("worse"));
        give(A1, new Command.BeginCheckpoint());
        assertThat(state.checkpoint().number()).isEqualTo(state.audits());
    }

    @Test
    void aForgedSignatureIsRefusedAndRecorded() {
        mark();
        Seal good = signMark(A1, keys).seal();
        Seal forged =
                new Seal(
                        A1,
                        good.number(),
                        good.head(),
                        good.key(),
                        Keys.make().sign(Seal.statement(A1, good.number(), good.head())));
        assertRefused(give(A1, new Command.SignCheckpoint(forged)), "forged-signature");
        assertThat(audit.getLast().accepted()).isFalse();
        assertThat(audit.getLast().seal()).isEmpty();
        assertThat(audit.getLast().sentence()).contains("a1", "does not verify");
    }

    @Test
    void anotherTrailsSignatureIsRefusedAndRecorded() {
        mark();
        assertRefused(give(A1, sign(A1, keys, 2, "f".repeat(64))), "other-trail");
        assertRefused(give(A1, sign(A1, keys, 9, "f".repeat(64))), "other-trail");
        assertThat(audit).filteredOn(entry -> !entry.accepted()).hasSize(2);
    }

    @Test
    void lateRepeatedAndUnannouncedSignaturesLeaveNoLine() {
        mark();
        Command.SignCheckpoint signature = signMark(A1, keys);
        give(A1, signature);
        long lines = state.audits();
        assertRefused(give(A1, signature), "stale-checkpoint");
        assertRefused(give(B1, signMark(B1, Keys.make())), "stale-checkpoint");
        give(Trails.judge("worse"));
        give(A1, new Command.BeginCheckpoint());
        assertRefused(give(A1, signature), "stale-checkpoint");
        assertThat(state.audits()).isEqualTo(lines + 1);
    }

    @Test
    void aChangeOfKeyIsRecordedAndTheOldKeySignsNoMore() {
        mark();
        Keys other = Keys.make();
        give(A1, new Command.AnnounceKey(A1, other.key()));
        assertThat(audit.getLast().sentence()).contains("a1", "from now on");
        assertThat(audit.getLast().action()).isEqualTo("AnnounceKey");
        assertRefused(give(A1, signMark(A1, keys)), "stale-checkpoint");
        assertThat(give(A1, signMark(A1, other))).isInstanceOf(Reply.Accepted.class);
    }

    @Test
    void whatIsNoKeyIsRefused() {
        assertRefused(give(A1, new Command.AnnounceKey(A1, "AAAA")), "no-key");
        assertRefused(give(A1, new Command.AnnounceKey(A1, keys.key() + "=")), "no-key");
        assertThat(state.checkpoint().signers()).isEmpty();
    }

    @Test
    void automataThatRepeatThemselvesLeaveNoLine() {
        give(A1, new Command.AnnounceKey(A1, keys.key()));
        give(Trails.judge("bad"));
        give(A1, new Command.AnnounceKey(A1, keys.key()));
        give(Trails.judge("bad"));
        assertThat(audit).hasSize(2);
    }

    @Test
    void aPersonsRepeatedRequestLeavesNoLine() {
        Entry asked =
                new Entry(
                        "request-1",
                        new Actor("jane", "cli"),
                        Instant.EPOCH,
                        "",
                        new Command.WithdrawAttestation(new SiteId("a")));
        Reply first = give(asked);
        assertThat(give(asked)).isEqualTo(first);
        assertThat(audit).hasSize(1);
    }

    @Test
    void eachLineVouchesForTheStateWithAllThatLeftNone() {
        give(Trails.judge("bad"));
        ClusterState quiet = state;
        give(A1, new Command.BeginCheckpoint());
        assertThat(state.audits()).isEqualTo(quiet.audits());
        AuditEntry with = Transition.apply(state, 9, Trails.judge("x")).audit().orElseThrow();
        AuditEntry without = Transition.apply(quiet, 9, Trails.judge("x")).audit().orElseThrow();
        assertThat(with.state()).isNotEqualTo(without.state());
    }
}
