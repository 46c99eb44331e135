package adfer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class SessionStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-27T03:00:00Z");
    private static final List<String> OURS = List.of("https://a:1", "https://b:1");

    @TempDir Path folder;

    private Path file = Path.of("");
    private SessionStore store = new SessionStore(file);

    @BeforeEach
    void somewhere() {
        file = folder.resolve("adfer").resolve("sessions.json");
        store = new SessionStore(file);
    }

    @Test
    void nobodyElseMayReadTheFile() throws IOException {
        store.keep(session("ann", OURS), NOW);
        store.keep(session("bob", OURS), NOW);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(file.resolveSibling("."))) {
            assertThat(files).as("and there is no copy").hasSize(1);
        }
    }

    @Test
    void sessionIsShownOnlyToTheNodesItWasGotFor() {
        store.keep(session("ann", OURS), NOW);
        assertThat(store.find(OURS, Optional.empty(), NOW)).isPresent();
        assertThat(store.find(List.of("https://b:1"), Optional.empty(), NOW)).isPresent();
        assertThat(store.find(List.of("https://evil:1"), Optional.empty(), NOW)).isEmpty();
        assertThat(store.find(List.of("https://a:1", "https://evil:1"), Optional.empty(), NOW))
                .isEmpty();
    }

    @Test
    void newSessionTakesThePlaceOfThoseAtNoOtherNodes() {
        store.keep(session("ann", List.of("https://b:1")), NOW);
        store.keep(session("ann", List.of("https://elsewhere:1")), NOW);
        store.keep(session("ann", OURS), NOW);
        assertThat(store.forget(OURS, Optional.empty())).isEqualTo(1);
        assertThat(store.find(List.of("https://elsewhere:1"), Optional.empty(), NOW)).isPresent();
    }

    @Test
    void otherNodesAreAskedOnlyWithTheTrustOfTheSignIn() {
        Optional<Path> authority = Optional.of(Path.of("/etc/authority.crt"));
        var stored = new SessionStore.Stored(OURS, "ann", "secret", NOW, authority);
        List<String> asked = List.of("https://a:1");
        assertThat(stored.besides(asked, authority)).containsExactly("https://b:1");
        assertThat(stored.besides(asked, Optional.empty())).isEmpty();
        assertThat(stored.besides(asked, Optional.of(Path.of("/tmp/mine.crt")))).isEmpty();
    }

    @Test
    void lastOneIsTakenUnlessSomebodyIsNamed() {
        store.keep(session("ann", OURS), NOW);
        store.keep(session("bob", OURS), NOW);
        assertThat(name(Optional.empty())).contains("bob");
        assertThat(name(Optional.of("Ann"))).contains("ann");
        assertThat(name(Optional.of("eve"))).isEmpty();
    }

    @Test
    void expiredAndForgottenAreGone() {
        store.keep(session("ann", OURS), NOW);
        assertThat(store.find(OURS, Optional.empty(), NOW.plusSeconds(60))).isEmpty();
        assertThat(store.forget(List.of("https://a:1"), Optional.of("ann"))).isEqualTo(1);
        assertThat(store.find(OURS, Optional.empty(), NOW)).isEmpty();
    }

    @Test
    void garbledFileIsNamed() throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, "{");
        assertThatThrownBy(() -> store.find(OURS, Optional.empty(), NOW))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("sign in again");
    }

    @Test
    void credentialIsNotPrinted() {
        assertThat(session("ann", OURS).toString()).doesNotContain("secret");
    }

    private Optional<String> name(Optional<String> wanted) {
        return store.find(OURS, wanted, NOW).map(SessionStore.Stored::name);
    }

    private static SessionStore.Stored session(String name, List<String> nodes) {
        return new SessionStore.Stored(
                nodes, name, "secret of " + name, NOW.plusSeconds(60), Optional.empty());
    }
}
