package adfer.adapter.store;

import static adfer.Trails.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.Samples;
import adfer.Trails;
import adfer.adapter.json.JacksonCodec;
import adfer.audit.Search;
import adfer.inventory.At;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entities;
import adfer.state.Entry;
import adfer.state.Transition;

import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

class H2LedgerTest {
    private static final Actor JANE = new Actor("jane", "cli");

    @TempDir Path directory;

    @Test
    void aNewLedgerIsEmpty() {
        try (H2Ledger ledger = open()) {
            assertThat(ledger.load()).isEqualTo(ClusterState.EMPTY);
            assertThat(ledger.audit(Search.ALL, Long.MAX_VALUE, 10)).isEmpty();
        }
    }

    @Test
    void everyKindOfEntityComesBackWithItsFingerprint() {
        ClusterState state = everything();
        try (H2Ledger ledger = open()) {
            ledger.load();
            ledger.commit(state, new TreeSet<>(state.entities().keySet()), List.of());
        }
        try (H2Ledger ledger = open()) {
            ClusterState back = ledger.load();
            assertThat(back).isEqualTo(state);
            assertThat(back.fingerprint()).isEqualTo(state.fingerprint());
        }
    }

    @Test
    void aCommitReplacesAndDeletesWhatItTouches() {
        try (H2Ledger ledger = open()) {
            ClusterState state = ledger.load();
            state = commit(ledger, state, change(List.of(vm(1, "one"), vm(2, "two")), List.of()));
            state = commit(ledger, state, change(List.of(vm(1, "uno")), List.of(vm(2, "").key())));
            state = commit(ledger, state, change(List.of(), List.of(vm(99, "").key())));
            assertThat(ledger.load()).isEqualTo(state);
            assertThat(state.entities()).hasSize(1);
        }
    }

    @Test
    void theIndexNeverGoesBack() {
        try (H2Ledger ledger = open()) {
            ClusterState state =
                    commit(ledger, ledger.load(), change(List.of(vm(1, "a")), List.of()));
            ClusterState later = Transition.skip(state, 50);
            ledger.commit(later, new TreeSet<>(), List.of());
            assertThatThrownBy(() -> ledger.commit(state, new TreeSet<>(), List.of()))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(ledger.load().index()).isEqualTo(50);
        }
    }

    @Test
    void aCommitThatFailsChangesNothing() {
        try (H2Ledger ledger = open()) {
            ClusterState state = commit(ledger, ledger.load(), judge("first"));
            Applied next = Transition.apply(state, 9, judge("second"));
            AuditEntry twice = ledger.audit(Search.ALL, Long.MAX_VALUE, 1).getFirst();
            assertThatThrownBy(() -> ledger.commit(next.state(), next.touched(), List.of(twice)))
                    .isInstanceOf(RuntimeException.class);
            assertThat(ledger.load()).isEqualTo(state);
        }
    }

    @Test
    void replacingLeavesNothingOfWhatWasThere() {
        List<AuditEntry> audit = Trails.of(3).audit();
        ClusterState other = everything(audit);
        try (H2Ledger ledger = open()) {
            commit(ledger, ledger.load(), judge("gone"));
            ledger.replace(other, audit.stream());
            assertThat(ledger.load()).isEqualTo(other);
            assertThat(ledger.auditUpTo(Long.MAX_VALUE)).isEqualTo(audit);
        }
        try (H2Ledger ledger = open()) {
            assertThat(ledger.load()).isEqualTo(other);
        }
    }

    @Test
    void aReplacementThatWasCutShortLeavesWhatWasThere() throws IOException {
        ClusterState state;
        try (H2Ledger ledger = open()) {
            state = commit(ledger, ledger.load(), judge("stays"));
            Stream<AuditEntry> broken =
                    Trails.of(3).audit().stream()
                            .peek(entry -> {
                                if (entry.number() == 3) {
                                    throw new IllegalStateException("the stream broke off");
                                }
                            });
            assertThatThrownBy(() -> ledger.replace(everything(), broken))
                    .hasMessageContaining("broke off");
            assertThat(ledger.load()).isEqualTo(state);
            assertThat(directory.resolve("adfer-new.mv.db")).exists();
        }
        try (H2Ledger ledger = open()) {
            assertThat(ledger.load()).isEqualTo(state);
            assertThat(directory.resolve("adfer-new.mv.db")).doesNotExist();
        }
    }

    @Test
    void aSnapshotThatIsOlderThanTheLedgerReplacesItToo() {
        try (H2Ledger ledger = open()) {
            ledger.load();
            ledger.commit(Transition.skip(ClusterState.EMPTY, 70), new TreeSet<>(), List.of());
            ledger.replace(Transition.skip(ClusterState.EMPTY, 60), Stream.of());
            assertThat(ledger.load().index()).isEqualTo(60);
        }
    }

    @Test
    void theAuditTrailIsSearchedFromTheLatestBack() {
        try (H2Ledger ledger = open()) {
            ClusterState state = ledger.load();
            for (int i = 1; i <= 25; i++) {
                state = commit(ledger, state, judge((i % 5 == 0 ? "Fibre cut " : "quiet ") + i));
            }
            assertThat(ledger.audit(Search.ALL, Long.MAX_VALUE, 3))
                    .extracting(AuditEntry::number)
                    .containsExactly(25L, 24L, 23L);
            assertThat(ledger.audit(Search.of("fibre"), 20, 2))
                    .extracting(AuditEntry::number)
                    .containsExactly(15L, 10L);
            assertThat(ledger.audit(Search.of("JANE"), Long.MAX_VALUE, 100)).hasSize(25);
            assertThat(ledger.audit(Search.of("100%"), Long.MAX_VALUE, 100)).isEmpty();
            assertThat(ledger.audit(Search.ALL, Long.MAX_VALUE, 100)).allMatch(AuditEntry::intact);
            assertThatThrownBy(() -> ledger.audit(Search.ALL, 1, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theAuditTrailIsSearchedByEachPartAndByTime() {
        try (H2Ledger ledger = open()) {
            ClusterState state = ledger.load();
            state = commit(ledger, state, judge("first"));
            state = commit(ledger, state, entry(new Command.WithdrawAttestation(new SiteId("b"))));
            commit(ledger, state, judge("third"));
            assertThat(found(ledger, "", "Jane (CLI", "", "", "", "", "")).contains(1L, 3L);
            assertThat(found(ledger, "", "", "withdraw", "", "", "", "")).containsExactly(2L);
            assertThat(found(ledger, "", "", "", "site B", "", "", "")).containsExactly(2L);
            assertThat(found(ledger, "", "", "", "", "", "", "refused")).containsExactly(2L);
            assertThat(found(ledger, "", "", "", "", "", "", "accepted")).containsExactly(3L, 1L);
            String at = "2025-03-01T03:00:01.987654321Z";
            assertThat(found(ledger, "", "jane", "Judge", "", at, "", "")).contains(1L, 3L);
            assertThat(found(ledger, "", "", "JudgeSite", "", "", at, "")).isEmpty();
            assertThat(found(ledger, "", "", "JudgeSite", "", "2025-03-01", "2025-03-01", ""))
                    .containsExactly(3L, 1L);
            assertThat(found(ledger, "", "", "JudgeSite", "", "2025-03-02", "", "")).isEmpty();
            assertThat(ledger.auditAfter(Search.of("third"), 1, 3, 10))
                    .extracting(AuditEntry::number)
                    .containsExactly(3L);
            assertThat(ledger.auditAfter(Search.ALL, 0, 2, 1))
                    .extracting(AuditEntry::number)
                    .containsExactly(1L);
        }
    }

    private static List<Long> found(H2Ledger ledger, String text, String... how) {
        Search search = Search.parse(text, how[0], how[1], how[2], how[3], how[4], how[5]);
        return ledger.audit(search, Long.MAX_VALUE, 10).stream().map(AuditEntry::number).toList();
    }

    @Test
    void theAuditTrailIsStreamedInPages() {
        Trails.Trail trail = Trails.of(2_500);
        List<AuditEntry> audit = trail.audit();
        try (H2Ledger ledger = open()) {
            ledger.load();
            ledger.replace(trail.state(), audit.stream());
            assertThat(ledger.auditUpTo(2_222).toList()).isEqualTo(audit.subList(0, 2_222));
            assertThat(ledger.auditUpTo(0)).isEmpty();
        }
    }

    @Test
    void aLargeCommitIsOneTransaction() {
        List<At> vms = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            vms.add(vm(i, "vm-" + i));
        }
        try (H2Ledger ledger = open()) {
            ClusterState state = commit(ledger, ledger.load(), change(vms, List.of()));
            assertThat(ledger.load()).isEqualTo(state);
        }
    }

    @Test
    void whatBelongsToNobodyIsSetAsideAndRebuilt() throws IOException {
        Files.createDirectories(directory);
        byte[] garbage = new byte[200_000];
        new Random(1).nextBytes(garbage);
        Files.write(directory.resolve("adfer.mv.db"), garbage);
        try (H2Ledger ledger = open()) {
            assertThat(ledger.load()).isEqualTo(ClusterState.EMPTY);
            commit(ledger, ledger.load(), judge("goes on"));
        }
        assertThat(Files.readAllBytes(directory.resolve("adfer-damaged-1.mv.db")))
                .isEqualTo(garbage);
    }

    @Test
    void aDamagedFileIsSetAsideOrStillWhole() throws IOException {
        for (int damage = 0; damage < 4; damage++) {
            Path place = directory.resolve("d" + damage);
            ClusterState state = everything();
            try (H2Ledger ledger = H2Ledger.open(place, 8, new JacksonCodec())) {
                ledger.load();
                ledger.commit(state, new TreeSet<>(state.entities().keySet()), List.of());
            }
            Path file = place.resolve("adfer.mv.db");
            try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                byte[] noise = new byte[8_192];
                new Random(damage).nextBytes(noise);
                raw.seek(raw.length() * damage / 4);
                raw.write(noise);
            }
            try (H2Ledger ledger = H2Ledger.open(place, 8, new JacksonCodec())) {
                assertThat(ledger.load()).isIn(state, ClusterState.EMPTY);
                ledger.replace(state, Stream.of());
                assertThat(ledger.load()).isEqualTo(state);
            }
        }
    }

    @Test
    void contentThatDoesNotBearItsFingerprintIsSetAside() {
        try (H2Ledger ledger = open()) {
            commit(ledger, ledger.load(), judge("as it was"));
        }
        sql(directory)
                .useHandle(handle ->
                        handle.execute(
                                """
                                UPDATE entity SET body =
                                  STRINGTOUTF8(REPLACE(UTF8TOSTRING(body), 'as it was', 'other'))
                                """));
        try (H2Ledger ledger = open()) {
            assertThat(ledger.load()).isEqualTo(ClusterState.EMPTY);
        }
        assertThat(directory.resolve("adfer-damaged-1.mv.db")).exists();
    }

    @Test
    void aMissingAuditEntryIsNoticed() {
        try (H2Ledger ledger = open()) {
            ClusterState state = commit(ledger, ledger.load(), judge("first"));
            commit(ledger, state, judge("second"));
        }
        sql(directory).useHandle(handle -> handle.execute("DELETE FROM audit WHERE number = 1"));
        try (H2Ledger ledger = open()) {
            assertThat(ledger.load()).isEqualTo(ClusterState.EMPTY);
        }
        assertThat(directory.resolve("adfer-damaged-1.mv.db")).exists();
    }

    @Test
    void twoProcessesCannotShareADatabase() throws IOException {
        try (H2Ledger first = open()) {
            first.load();
            assertThat(H2LedgerChild.openElsewhere(directory)).contains("in use");
        }
        assertThat(directory.resolve("adfer-damaged-1.mv.db")).doesNotExist();
    }

    @Test
    void anInterruptedReaderHarmsNobody() {
        try (H2Ledger ledger = open()) {
            ClusterState state = commit(ledger, ledger.load(), judge("before"));
            Thread.currentThread().interrupt();
            assertThat(ledger.audit(Search.ALL, Long.MAX_VALUE, 10)).hasSize(1);
            state = commit(ledger, state, judge("interrupted"));
            assertThat(Thread.interrupted()).isTrue();
            state = commit(ledger, state, judge("after"));
            assertThat(ledger.load()).isEqualTo(state);
        }
    }

    @Test
    void peopleFindThingsWithSql() {
        ClusterState state = everything();
        try (H2Ledger ledger = open()) {
            ledger.load();
            ledger.commit(state, new TreeSet<>(state.entities().keySet()), List.of());
        }
        sql(directory)
                .useHandle(handle -> {
                    for (Kind kind : Kind.values()) {
                        String view =
                                switch (kind) {
                                    case GROUP -> "protection_group";
                                    case CHARTER -> "run";
                                    default -> kind.name().toLowerCase(Locale.ROOT);
                                };
                        assertThat(handle.select("SELECT * FROM " + view).mapToMap().list())
                                .as(view)
                                .hasSize((int) state.all(kind, Entity.class).count())
                                .isNotEmpty();
                    }
                    At.VmAt vm = state.all(Kind.VM, At.VmAt.class).findFirst().orElseThrow();
                    assertThat(
                                    handle.select(
                                                    "SELECT (body).\"vm\".\"vcpus\" FROM vm WHERE"
                                                            + " site = ? AND name = ?",
                                                    vm.site().value(),
                                                    vm.vm().name())
                                            .mapTo(String.class)
                                            .one())
                            .isEqualTo(String.valueOf(vm.vm().vcpus()));
                });
    }

    /** The database as an administrator's own tool sees it. */
    private static Jdbi sql(Path directory) {
        JdbcDataSource source = new JdbcDataSource();
        source.setUrl("jdbc:h2:" + directory + "/adfer");
        source.setUser("sa");
        source.setPassword("");
        return Jdbi.create(source);
    }

    private H2Ledger open() {
        return H2Ledger.open(directory, 8, new JacksonCodec());
    }

    private static ClusterState commit(H2Ledger ledger, ClusterState state, Entry entry) {
        Applied applied = Transition.apply(state, state.index() + 2, entry);
        ledger.commit(applied.state(), applied.touched(), applied.audit().stream().toList());
        return applied.state();
    }

    private static Entry change(List<At> changed, List<Key> removed) {
        return entry(new Command.ChangeInventory(changed, removed));
    }

    private static Entry entry(Command command) {
        return new Entry("", JANE, Instant.parse("2025-03-01T03:00:01.987654321Z"), "", command);
    }

    private static At vm(int number, String name) {
        At.VmAt sample = Samples.of(At.VmAt.class, 7);
        Vm vm = sample.vm();
        return new At.VmAt(
                new SiteId("a"),
                new Vm(
                        new VmId("vm-" + number),
                        name.isEmpty() ? "x" : name,
                        vm.host(),
                        vm.power(),
                        vm.vcpus(),
                        vm.memoryMib(),
                        vm.disks(),
                        vm.nics(),
                        vm.labels(),
                        vm.ownership(),
                        vm.definition()));
    }

    private static ClusterState everything() {
        return everything(List.of());
    }

    private static ClusterState everything(List<AuditEntry> audit) {
        List<Entity> entities = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Samples.of(Entities.type(kind), 1, 5).forEach(entities::add);
        }
        return ClusterState.of(
                42,
                Instant.parse("2025-03-01T03:00:00.5Z"),
                audit.size(),
                audit.isEmpty() ? AuditEntry.GENESIS : audit.getLast().hash(),
                entities);
    }
}
