package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.LONG;
import static adfer.adapter.raft.Cluster.bytes;
import static adfer.adapter.raft.Cluster.string;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.kernel.Belonging;
import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.port.ReplicatorException;
import adfer.port.Succession.LogEntry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A survivor founds a generation out of its log, and others join it. */
@Timeout(180)
class SuccessionIT {
    private static final String HEAD = "ab".repeat(32);

    @TempDir Path root;
    private final Map<String, String> peers = Cluster.freePeers(3);
    private final Map<String, Member> members = new TreeMap<>();

    private record Member(
            String id, RaftReplicator log, Notebook notebook, RaftSuccession succession) {}

    @AfterEach
    void stopAll() {
        List.copyOf(members.values()).forEach(this::stop);
    }

    private RaftConfig config(String id) {
        return RaftConfig.of(id, peers, root.resolve(id).resolve("log"));
    }

    /** With its notebook of before, or an empty one where it has just joined. */
    private Member start(String id, Notebook notebook) {
        Belonging belonging = RaftSuccession.prepare(config(id), root.resolve(id).resolve("db"));
        RaftReplicator log = new RaftReplicator(config(id), belonging, notebook, e -> {});
        log.start();
        Member member = new Member(id, log, notebook, new RaftSuccession(config(id), log::cease));
        members.put(id, member);
        return member;
    }

    private Member member(String id) {
        return Optional.ofNullable(members.get(id)).orElseThrow();
    }

    private void stop(Member member) {
        members.remove(member.id());
        member.log().close();
    }

    private Member leader() {
        return await().atMost(LONG)
                .until(
                        () ->
                                members.values().stream()
                                        .filter(m -> m.log().leadership().leading())
                                        .toList(),
                        leading -> leading.size() == 1)
                .getFirst();
    }

    private static String submit(Member member, String entry) {
        return string(member.log().submit(bytes(entry), LONG).join());
    }

    /**
     * Three nodes with entries, of which the leader alone goes on, with one that nobody else has.
     */
    private Member survivor() {
        peers.keySet().forEach(id -> start(id, new Notebook()));
        Member survivor = leader();
        for (int i = 0; i < 20; i++) {
            submit(survivor, "entry-" + i);
        }
        List.copyOf(members.values()).stream().filter(m -> !m.equals(survivor)).forEach(this::stop);
        var inDoubt = survivor.log().submit(bytes("in doubt"), Duration.ofSeconds(2));
        assertThat(Cluster.failure(inDoubt).outcomeUnknown()).isTrue();
        return survivor;
    }

    private Generation found(Member survivor) {
        survivor.succession().cease();
        Notebook picture = survivor.notebook();
        for (LogEntry entry : survivor.succession().beyond(picture.appliedIndex())) {
            picture.apply(entry.index(), entry.term(), entry.bytes());
        }
        Generation next = next(survivor);
        survivor.succession().found(next, picture.capture(), picture.appliedIndex());
        stop(survivor);
        return next;
    }

    private static Generation next(Member survivor) {
        return Generation.FIRST.next(
                survivor.notebook().appliedIndex(), new NodeId(survivor.id()), HEAD);
    }

    @Test
    void survivorGoesOnAloneWithEverythingItsLogHadAndOthersJoinIt() throws IOException {
        Member survivor = survivor();
        long fork = survivor.log().progress().last();
        Generation second = found(survivor);

        Member founder = start(survivor.id(), survivor.notebook());
        assertThat(founder.succession().belonging().generation()).isEqualTo(second);
        assertThat(leader()).isEqualTo(founder);
        assertThat(founder.notebook().entries()).contains("in doubt").hasSize(21);
        assertThat(submit(founder, "anew")).isEqualTo("22:anew");
        assertThat(founder.notebook().appliedIndex()).isGreaterThan(fork);
        assertThat(founder.log().members()).containsExactly(founder.id());

        // What was lost comes back as a majority of its generation: neither hears the other's vote.
        List<String> others =
                peers.keySet().stream().filter(id -> !id.equals(founder.id())).toList();
        others.forEach(id -> start(id, new Notebook()));
        await().atMost(LONG)
                .until(() ->
                        others.stream().anyMatch(id -> member(id).log().leadership().leading()));
        assertThat(founder.log().leadership().leading()).isTrue();

        for (String id : others) {
            Member returning = member(id);
            returning.succession().cease();
            returning.succession().quarantine(second);
            stop(returning);
            assertThat(new RaftSuccession(config(id), () -> {}).belonging().quarantined()).isTrue();
            Files.createDirectories(root.resolve(id).resolve("db"));
            returning.succession().join();
            Member follower = start(id, new Notebook());
            assertThat(root.resolve(id).resolve("db")).doesNotExist();
            await().atMost(LONG)
                    .until(() -> founder.log().admit(id, Duration.ofSeconds(10)).join());
            await().atMost(LONG)
                    .until(() ->
                            follower.notebook().entries().equals(founder.notebook().entries()));
        }
        assertThat(founder.log().members())
                .containsExactlyElementsOf(new TreeMap<>(peers).keySet());

        stop(founder);
        Member next = leader();
        submit(next, "without the founder");
        Member again = start(founder.id(), founder.notebook());
        await().atMost(LONG)
                .until(() -> again.notebook().entries().contains("without the founder"));
    }

    @Test
    void pictureThatCanNotBeWrittenChangesNothing() {
        Member survivor = survivor();
        survivor.succession().cease();
        survivor.notebook().snapshotsFail = true;

        Generation next =
                Generation.FIRST.next(
                        survivor.notebook().appliedIndex(), new NodeId(survivor.id()), HEAD);
        assertThatThrownBy(() ->
                        survivor.succession()
                                .found(
                                        next,
                                        survivor.notebook().capture(),
                                        survivor.notebook().appliedIndex()))
                .isInstanceOf(ReplicatorException.class)
                .hasMessageContaining("no space left");
        stop(survivor);

        Member same = start(survivor.id(), survivor.notebook());
        assertThat(same.succession().belonging()).isEqualTo(Belonging.FIRST);
        same.notebook().snapshotsFail = false;
        Generation second = found(same);
        assertThat(RaftSuccession.prepare(config(same.id()), root.resolve("none")).generation())
                .isEqualTo(second);
    }

    @Test
    void killAfterTheDecisionLeavesTheNewGenerationAndThePictureComesFromItsLog() {
        Member survivor = survivor();
        long applied = survivor.notebook().appliedIndex();
        found(survivor);

        Notebook behind = new Notebook();
        Member founder = start(survivor.id(), behind);
        assertThat(leader()).isEqualTo(founder);
        assertThat(behind.appliedIndex()).isGreaterThan(applied);
        assertThat(behind.entries()).contains("in doubt").hasSize(21);
        assertThat(behind.restores).hasValue(1);
    }

    @Test
    void killBeforeTheDecisionLeavesTheOldGenerationAndTheNextAttemptWorks() throws IOException {
        Member survivor = survivor();
        Path home = root.resolve(survivor.id());
        survivor.succession().cease();
        survivor.succession().found(next(survivor), survivor.notebook().capture(), 20);
        stop(survivor);
        // As if the rename of the decision had not come about: all the rest is on disk.
        Files.writeString(home.resolve("generation"), "generation 1\njoined false\n");

        Member same = start(survivor.id(), survivor.notebook());
        assertThat(same.succession().belonging()).isEqualTo(Belonging.FIRST);
        assertThat(same.log().members()).hasSize(3);
        found(same);
        Member founder = start(survivor.id(), survivor.notebook());
        assertThat(leader()).isEqualTo(founder);
        assertThat(founder.notebook().entries()).contains("in doubt").hasSize(21);
    }

    @Test
    void killWhileJoiningIsTakenUpAtTheNextStart() throws IOException {
        Path home = root.resolve("n0");
        Path database = Files.createDirectories(home.resolve("db"));
        Files.writeString(database.resolve("old"), "old");
        RaftSuccession returning = new RaftSuccession(config("n0"), () -> {});
        Generation second = Generation.FIRST.next(40, new NodeId("n1"), HEAD);
        returning.quarantine(second);
        returning.join();

        for (int kill = 1; kill <= 2; kill++) {
            assertThat(RaftSuccession.prepare(config("n0"), database))
                    .isEqualTo(new Belonging(second, true, Optional.empty()));
            assertThat(database).doesNotExist();
            Files.createDirectories(database);
        }
        assertThat(home.resolve("db-before-2-n1-40-1").resolve("old")).hasContent("old");

        start("n0", new Notebook());
        Files.createDirectories(database);
        assertThat(RaftSuccession.prepare(config("n0"), database).joined()).isTrue();
        assertThat(database).exists();
    }

    @Test
    void nodeThatLostItsGenerationIsRefused() throws IOException {
        Files.createDirectories(root.resolve("n0").resolve("log-2-n1-40"));

        assertThatThrownBy(() -> RaftSuccession.prepare(config("n0"), root.resolve("none")))
                .isInstanceOf(ReplicatorException.class)
                .hasMessageContaining("is missing");
    }
}
