package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Grant;
import adfer.access.Person;
import adfer.access.Role;
import adfer.access.Token;
import adfer.kernel.Actor;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class PeopleTest {
    private static final Actor ANN = new Actor("ann", "cli");
    private static final Grant ADMIN = Grant.everywhere(Role.ADMIN);
    private static final Grant VIEWER = Grant.everywhere(Role.VIEWER);

    private Instant now = Instant.parse("2026-11-27T03:00:00Z");
    private ClusterState state = ClusterState.EMPTY;
    private final List<AuditEntry> trail = new ArrayList<>();

    @Test
    void adferIsSetUpOnce() {
        assertThat(apply(new Command.SetUp(person("ann", VIEWER)))).contains("no-admin");
        assertThat(apply(new Command.SetUp(person("ann", ADMIN)))).isEmpty();
        assertThat(apply(new Command.SetUp(person("eve", ADMIN)))).contains("set-up-already");
        assertThat(state.people().map(Person::name)).containsExactly("ann");
    }

    @Test
    void changeOfRightsKeepsPasswordAndSessions() {
        setUp();
        Instant before = state.person("ann").orElseThrow().validFrom();
        now = now.plusSeconds(60);
        apply(new Command.PutPerson(without(person("ann", ADMIN, VIEWER))));
        assertThat(state.person("ann"))
                .hasValueSatisfying(ann -> {
                    assertThat(ann.password()).contains("hash of ann");
                    assertThat(ann.grants()).containsExactly(ADMIN, VIEWER);
                    assertThat(ann.validFrom()).isEqualTo(before);
                });
    }

    @Test
    void newPasswordAndBeingKeptOutEndWhatIsOpen() {
        setUp();
        apply(new Command.PutPerson(without(person("bob", VIEWER))));
        now = now.plusSeconds(60);
        apply(new Command.SetPassword("bob", "another hash"));
        assertThat(state.person("bob").orElseThrow().validFrom()).isEqualTo(now);
        now = now.plusSeconds(60);
        apply(
                new Command.PutPerson(
                        new Person("bob", "", Optional.empty(), List.of(), true, false, now)));
        assertThat(state.person("bob").orElseThrow().validFrom()).isEqualTo(now);
    }

    @Test
    void lastAdminStays() {
        setUp();
        assertThat(apply(new Command.RemovePerson("ann"))).contains("last-admin");
        assertThat(apply(new Command.PutPerson(without(person("ann", VIEWER)))))
                .contains("last-admin");
        assertThat(state.person("ann").orElseThrow().grants()).containsExactly(ADMIN);
        apply(new Command.PutPerson(without(person("bob", ADMIN))));
        assertThat(apply(new Command.RemovePerson("ann")))
                .as("bob has no password yet")
                .contains("last-admin");
        apply(new Command.SetPassword("bob", "hash"));
        assertThat(apply(new Command.RemovePerson("ann"))).isEmpty();
    }

    @Test
    void tokensGoWithTheirOwnerAndWithTime() {
        setUp();
        apply(new Command.PutPerson(without(person("bob", VIEWER))));
        assertThat(apply(new Command.IssueToken(token("aaaaaa", "bob", 1)))).isEmpty();
        assertThat(apply(new Command.IssueToken(token("aaaaaa", "bob", 1))))
                .contains("token-exists");
        now = now.plus(Duration.ofDays(2));
        apply(new Command.IssueToken(token("bbbbbb", "bob", 1)));
        assertThat(state.tokens().map(Token::id)).containsExactly("bbbbbb");
        apply(new Command.RemovePerson("bob"));
        assertThat(state.tokens()).isEmpty();
    }

    @Test
    void nobodyHasMoreTokensThanTheLimit() {
        setUp();
        for (int i = 0; i < People.MAX_OWN; i++) {
            assertThat(apply(new Command.IssueToken(token("token" + (100 + i), "ann", 1))))
                    .isEmpty();
        }
        assertThat(apply(new Command.IssueToken(token("onemore", "ann", 1))))
                .contains("too-many-tokens");
    }

    @Test
    void auditTrailShowsNoHash() {
        setUp();
        apply(new Command.SetPassword("ann", "a hash of a secret"));
        apply(new Command.IssueToken(token("aaaaaa", "ann", 1)));
        assertThat(trail.toString()).contains("ann got a new password").doesNotContain("hash of");
    }

    private void setUp() {
        apply(new Command.SetUp(person("ann", ADMIN)));
    }

    private static Person person(String name, Grant... grants) {
        return new Person(
                name,
                "",
                Optional.of("hash of " + name),
                List.of(grants),
                false,
                false,
                Instant.EPOCH);
    }

    private static Person without(Person person) {
        return new Person(
                person.name(),
                person.title(),
                Optional.empty(),
                person.grants(),
                person.disabled(),
                person.sealed(),
                person.validFrom());
    }

    private Token token(String id, String owner, int days) {
        return new Token(
                id, owner, "", "hash of it", List.of(VIEWER), now, now.plus(Duration.ofDays(days)));
    }

    /** The code of its refusal. */
    private Optional<String> apply(Command command) {
        Applied applied =
                Transition.apply(state, state.index() + 1, new Entry("", ANN, now, "", command));
        state = applied.state();
        applied.audit().ifPresent(trail::add);
        return applied.reply() instanceof Reply.Rejected(long ignored, var problem)
                ? Optional.of(problem.code())
                : Optional.empty();
    }
}
