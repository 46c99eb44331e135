package adfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Keys;
import adfer.Trails;
import adfer.access.Grant;
import adfer.access.Principal;
import adfer.access.Role;
import adfer.adapter.json.JacksonCodec;
import adfer.adapter.json.Mappers;
import adfer.adapter.store.H2Ledger;
import adfer.audit.Csv;
import adfer.audit.Line;
import adfer.audit.Search;
import adfer.audit.Trust;
import adfer.audit.Verdict;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.port.Signer;
import adfer.service.AuditTrail;
import adfer.service.AuditTrail.Format;
import adfer.service.Replica;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Seal;
import adfer.state.Transition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Exports of a real ledger, and what becomes of them when somebody lays hands on them. */
class TrailFileTest {
    private static final NodeId A1 = new NodeId("a1");
    private static final NodeId B1 = new NodeId("b1");
    private static final Instant START = Instant.parse("2026-03-01T02:00:00Z");

    private static final Principal AUDITOR =
            new Principal(
                    "ann",
                    "api",
                    Principal.Method.PASSWORD,
                    Optional.empty(),
                    List.of(List.of(Grant.everywhere(Role.VIEWER))));

    @TempDir Path folder;
    private final Keys ofA = Keys.make();
    private final Keys ofB = Keys.make();
    private final JacksonCodec codec = new JacksonCodec();
    private H2Ledger ledger;
    private ClusterState state = ClusterState.EMPTY;

    @BeforeEach
    void writeATrail() {
        ledger = H2Ledger.open(folder, 8, codec);
        state = ledger.load();
        fill(ofA, ofB);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    /** 14 entries: two keys, judgements, refusals, and two checkpoints that both nodes sign. */
    private void fill(Keys a, Keys b) {
        give(A1, new Command.AnnounceKey(A1, a.key()));
        give(B1, new Command.AnnounceKey(B1, b.key()));
        for (int round = 0; round < 2; round++) {
            give(Trails.judge("fibre " + round));
            give("jane", new Command.WithdrawAttestation(new SiteId("a")));
            give("=cmd|' /C calc'!A0", new Command.WithdrawAttestation(new SiteId("b")));
            give(A1, new Command.BeginCheckpoint());
            sign(A1, a);
            sign(B1, b);
        }
        give(Trails.judge("two more"));
        give(Trails.judge("after that"));
    }

    private void give(Entry entry) {
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        ledger.commit(applied.state(), applied.touched(), applied.audit().stream().toList());
        state = applied.state();
    }

    private void give(NodeId node, Command command) {
        give(new Entry("", Actor.system(node), now(), "", command));
    }

    private void give(String person, Command command) {
        give(new Entry("", new Actor(person, "cli"), now(), "because\n\"so\", 漢字", command));
    }

    private Instant now() {
        return START.plusSeconds(60 * state.index());
    }

    private void sign(NodeId node, Keys keys) {
        long number = state.checkpoint().number();
        String head = state.checkpoint().head();
        String signature = keys.sign(Seal.statement(node, number, head));
        give(node, new Command.SignCheckpoint(new Seal(node, number, head, keys.key(), signature)));
    }

    private byte[] export(Search search, Format format, Signer signer) {
        var out = new ByteArrayOutputStream();
        InstantSource clock = Clock.fixed(START, ZoneOffset.UTC);
        var trail =
                new AuditTrail(
                        A1,
                        new Replica(ledger, codec),
                        ledger,
                        codec,
                        signer,
                        clock,
                        Optional.empty());
        if (trail.export(AUDITOR, search, format)
                instanceof Result.Ok<AuditTrail.Export>(var export)) {
            try {
                export.to(out);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return out.toByteArray();
    }

    private List<String> lines() {
        return new String(export(Search.ALL, Format.JSON, ofA), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static Verdict verify(byte[] file, Trust trust) {
        try {
            return TrailFile.verify(new ByteArrayInputStream(file), trust);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Verdict verify(List<String> lines) {
        String file = String.join("\n", lines) + "\n";
        return verify(file.getBytes(StandardCharsets.UTF_8), Trust.NOBODY);
    }

    private static void assertFound(List<String> lines, long number, String how) {
        Verdict verdict = verify(lines);
        assertThat(verdict.whole()).as(how).isFalse();
        if (number > 0) {
            assertThat(verdict.findings())
                    .as(how)
                    .anyMatch(found ->
                            found.number() == number
                                    && found.sentence().startsWith("Entry " + number + " "));
        }
    }

    private Trust trusted() {
        return new Trust(List.of(new Trust.Pinned(A1, ofA.key()), new Trust.Pinned(B1, ofB.key())));
    }

    @Test
    void anUntouchedTrailIsProvenWholeAndSaysByWhom() {
        Verdict verdict = verify(export(Search.ALL, Format.JSON, ofA), trusted());
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.unbroken()).isTrue();
        assertThat(verdict.entries()).isEqualTo(state.audits()).isEqualTo(14);
        assertThat(verdict.proven()).containsEntry(A1, 10L).containsEntry(B1, 10L);
        assertThat(verdict.keys())
                .contains(
                        new Verdict.KeyUse(A1, ofA.key(), true),
                        new Verdict.KeyUse(B1, ofB.key(), false));
    }

    @Test
    void everyLineThatIsRemovedRepeatedSwappedOrInsertedIsFoundAndNamed() {
        List<String> whole = lines();
        for (int i = 1; i <= 14; i++) {
            assertFound(edited(whole, i, (all, at) -> all.remove(at)), i, "removed " + i);
            assertFound(edited(whole, i, (all, at) -> all.add(at, all.get(at))), i, "twice " + i);
            for (int j = 1; j <= 14; j++) {
                int from = j;
                assertFound(
                        edited(whole, i, (all, at) -> all.add(at, whole.get(from))),
                        j == i ? i : 0,
                        "a copy of " + j + " before " + i);
            }
            if (i < 14) {
                assertFound(
                        edited(whole, i, (all, at) -> all.add(at, all.remove(at + 1))),
                        i,
                        "swapped " + i);
            }
        }
    }

    @Test
    void headAndEndAreMissedToo() {
        List<String> whole = lines();
        assertFound(whole.subList(1, whole.size()), 0, "no head");
        assertFound(edited(whole, 0, (all, at) -> all.add(at, all.get(at))), 0, "two heads");
        assertFound(edited(whole, 15, (all, at) -> all.add(at, all.get(at))), 0, "two ends");
        for (int kept = 0; kept < whole.size(); kept++) {
            long next = kept >= 1 && kept <= 14 ? kept : 0;
            assertFound(whole.subList(0, kept), next, "cut off after line " + kept);
        }
    }

    private interface Edit {
        void change(List<String> all, int at);
    }

    private static List<String> edited(List<String> lines, int at, Edit edit) {
        List<String> all = new ArrayList<>(lines);
        edit.change(all, at);
        return all;
    }

    @Test
    void everyChangeOfAnyFieldIsFoundAndItsEntryNamed() throws IOException {
        List<String> whole = lines();
        int changes = 0;
        for (int i = 0; i < whole.size(); i++) {
            long number = i <= 14 ? i : 0;
            for (String pointer : leaves(Mappers.json().readTree(whole.get(i)), "")) {
                for (UnaryOperator<JsonNode> change : CHANGES) {
                    List<String> other = new ArrayList<>(whole);
                    other.set(i, changed(whole.get(i), pointer, change));
                    boolean named = !pointer.endsWith("type") && !pointer.endsWith("/number");
                    boolean readable = readable(other.get(i));
                    assertFound(
                            other,
                            named && readable ? number : 0,
                            "line " + i + " " + pointer + ": " + other.get(i));
                    changes++;
                }
            }
        }
        assertThat(changes).isGreaterThan(400);
    }

    private static boolean readable(String line) {
        try {
            var _ = Mappers.json().readValue(line, Line.class);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Another value, and none at all. */
    private static final List<UnaryOperator<JsonNode>> CHANGES =
            List.of(TrailFileTest::another, value -> Mappers.json().missingNode());

    private static JsonNode another(JsonNode value) {
        var nodes = Mappers.json().getNodeFactory();
        if (value.isBoolean()) {
            return nodes.booleanNode(!value.asBoolean());
        }
        if (value.isNumber()) {
            return nodes.numberNode(value.asLong() + 1);
        }
        String text = value.asText();
        return nodes.textNode(
                text.startsWith("2026-")
                        ? text.replaceFirst("2026", "2027")
                        : text.endsWith("1") ? text + "0" : text + "1");
    }

    private static List<String> leaves(JsonNode node, String pointer) {
        List<String> found = new ArrayList<>();
        if (node.isObject()) {
            node.properties()
                    .forEach(field ->
                            found.addAll(leaves(field.getValue(), pointer + "/" + field.getKey())));
        } else {
            found.add(pointer);
        }
        return found;
    }

    private static String changed(String line, String pointer, UnaryOperator<JsonNode> change)
            throws IOException {
        JsonNode tree = Mappers.json().readTree(line);
        int slash = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) (slash == 0 ? tree : tree.at(pointer.substring(0, slash)));
        String field = pointer.substring(slash + 1);
        JsonNode value = change.apply(parent.get(field));
        if (value.isMissingNode()) {
            parent.remove(field);
        } else {
            parent.set(field, value);
        }
        return Mappers.json().writeValueAsString(tree);
    }

    @Test
    void everyFlippedBitThatLooksLikeNothingIsFound() {
        byte[] file = export(Search.ALL, Format.JSON, ofA);
        for (int at = 0; at < file.length; at += 41) {
            byte[] other = Arrays.copyOf(file, file.length);
            other[at] = (byte) (other[at] ^ 1);
            assertThat(verify(other, Trust.NOBODY).whole()).as("byte " + at).isFalse();
        }
    }

    @Test
    void whoComputesAllHashesAnewIsFoundByTheSignatures() throws IOException {
        List<String> other = new ArrayList<>(lines());
        rehash(other, 4, "It was somebody else.");
        Verdict verdict = verify(other);
        assertThat(verdict.findings())
                .anyMatch(found ->
                        found.number() == 5
                                && found.sentence().contains("not the one that node a1 signed"))
                .anyMatch(found ->
                        found.number() == 5
                                && found.sentence().contains("not the one that node b1 signed"));
    }

    @Test
    void whoComputesTheHashesAfterTheLastCheckpointAnewIsFoundByTheEnd() throws IOException {
        List<String> other = new ArrayList<>(lines());
        rehash(other, 13, "It was somebody else.");
        Verdict verdict = verify(other);
        assertThat(verdict.findings())
                .anyMatch(found -> found.sentence().contains("not what the file holds"));
    }

    /** Changes an entry and makes the chain fit again. */
    private void rehash(List<String> lines, int from, String sentence) throws IOException {
        String previous = "";
        for (int i = from; i <= 14; i++) {
            AuditEntry entry =
                    ((Line.Item) Mappers.json().readValue(lines.get(i), Line.class)).entry();
            AuditEntry forged =
                    new AuditEntry(
                                    entry.number(),
                                    entry.index(),
                                    entry.at(),
                                    entry.actor(),
                                    entry.action(),
                                    entry.subject(),
                                    entry.reason(),
                                    entry.accepted(),
                                    i == from ? sentence : entry.sentence(),
                                    entry.state(),
                                    entry.seal(),
                                    i == from ? entry.previous() : previous,
                                    "")
                            .sealed();
            previous = forged.hash();
            lines.set(
                    i,
                    new String(codec.toJson(new Line.Item(forged)), StandardCharsets.UTF_8)
                            .strip());
        }
    }

    @Test
    void whoMakesEverythingAnewWithKeysOfTheirOwnIsFoundByTheTrustedKeys(@TempDir Path elsewhere) {
        ledger.close();
        ledger = H2Ledger.open(elsewhere, 8, codec);
        state = ledger.load();
        Keys forger = Keys.make();
        fill(forger, Keys.make());
        byte[] forged = export(Search.ALL, Format.JSON, forger);
        assertThat(verify(forged, Trust.NOBODY).whole()).isTrue();
        Verdict verdict = verify(forged, trusted());
        assertThat(verdict.findings())
                .anyMatch(found ->
                        found.number() == 6
                                && found.sentence().contains("none of the keys that you trust"));
    }

    @Test
    void whoSignsTheEndInANodesNameIsFoundByThatNodesSignaturesInTheTrail() {
        Verdict verdict = verify(export(Search.ALL, Format.JSON, Keys.make()), Trust.NOBODY);
        assertThat(verdict.findings())
                .singleElement()
                .satisfies(found -> assertThat(found.sentence()).contains("another key"));
    }

    @Test
    void aPartIsProvenAsThatPart() {
        Search part = Search.parse("", "", "", "", "2026-03-01T02:04:00Z", "", "");
        byte[] file = export(part, Format.JSON, ofA);
        Verdict verdict = verify(file, trusted());
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.unbroken()).isTrue();
        assertThat(verdict.first()).isGreaterThan(1);
        assertThat(verdict.proven()).containsEntry(B1, 10L);
        List<String> lines = new String(file, StandardCharsets.UTF_8).lines().toList();
        assertFound(edited(lines, 1, (all, at) -> all.remove(at)), verdict.first(), "its first");
    }

    @Test
    void aSelectionIsProvenUnchangedAndSaysThatItIsOne() {
        byte[] file = export(Search.of("jane"), Format.JSON, ofA);
        Verdict verdict = verify(file, trusted());
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.unbroken()).isFalse();
        assertThat(verdict.entries()).isEqualTo(6);
        List<String> lines = new String(file, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            assertFound(edited(lines, i, (all, at) -> all.remove(at)), 0, "without line " + i);
        }
    }

    @Test
    void aSearchThatFindsNothingIsAWholeFile() {
        Verdict verdict = verify(export(Search.of("no such words"), Format.JSON, ofA), trusted());
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.entries()).isZero();
    }

    @Test
    void csvOpensWithoutRunningAnything() {
        String csv = new String(export(Search.ALL, Format.CSV, ofA), StandardCharsets.UTF_8);
        assertThat(csv.lines().findFirst()).contains(Csv.HEAD.strip());
        assertThat(csv).contains(",\"'=cmd|' /C calc'!A0\",").doesNotContain(",\"=cmd");
        assertThat(csv).contains("\"because\n\"\"so\"\", 漢字\"");
    }

    @Test
    void syslogHasALineForEachEntry() {
        String log = new String(export(Search.ALL, Format.SYSLOG, ofA), StandardCharsets.UTF_8);
        assertThat(log.lines()).hasSize(14).allMatch(line -> line.matches("<1(08|10)>1 .*"));
    }

    @Test
    void keysAreReadAsTheyArePrinted() {
        Trust trust = Trust.read(List.of("# ours", "", "a1 " + ofA.key() + " SHA256:x since then"));
        assertThat(trust.keys()).containsExactly(new Trust.Pinned(A1, ofA.key()));
    }
}
