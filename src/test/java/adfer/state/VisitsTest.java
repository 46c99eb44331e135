package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Principal;
import adfer.access.Visit;
import adfer.kernel.Actor;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;

/** What becomes of sessions as everybody knows of them. */
class VisitsTest {
    private static final Duration HOURS = Duration.ofHours(12);

    private Instant now = Instant.parse("2026-11-27T03:00:00Z");
    private ClusterState state = ClusterState.EMPTY;
    private Optional<AuditEntry> line = Optional.empty();

    @Test
    void sessionIsNotedInTheTrailAndEnded() {
        assertThat(note("one", "ann")).isEmpty();
        assertThat(line.orElseThrow().sentence())
                .isEqualTo("ann signed in by LDAP, until 2026-11-27T15:00:00Z.");
        assertThat(end("one", "ann")).isEmpty();
        assertThat(state.visit("one").orElseThrow().ended()).isTrue();
        assertThat(line.orElseThrow().sentence()).isEqualTo("Session one of ann was ended.");
    }

    @Test
    void onlyTheSessionThatWasMeantEnds() {
        note("one", "ann");
        assertThat(end("one", "bob")).contains("no-such-session");
        assertThat(end("two", "ann")).contains("no-such-session");
        assertThat(state.visit("one").orElseThrow().ended()).isFalse();
    }

    @Test
    void endedOneIsRememberedUntilItWouldHaveBeenOverAndNoLonger() {
        note("one", "ann");
        end("one", "ann");
        note("one", "ann");
        assertThat(state.visit("one").orElseThrow().ended()).as("noted late").isTrue();
        now = now.plus(HOURS).minusSeconds(1);
        note("two", "ann");
        assertThat(state.visit("one")).isPresent();
        now = now.plusSeconds(1);
        note("three", "ann");
        assertThat(state.visits().map(Visit::id)).containsExactly("three", "two");
    }

    @Test
    void ofOnePersonTheLatestAreKnownButNoneThatWasEndedIsForgotten() {
        note("first", "ann");
        note("second", "ann");
        end("first", "ann");
        IntStream.range(0, Visits.MAX_OWN)
                .forEach(i -> {
                    now = now.plusSeconds(1);
                    assertThat(note("later-" + i, "ann")).isEmpty();
                });
        assertThat(state.visits().count()).isEqualTo(Visits.MAX_OWN);
        assertThat(state.visit("first").orElseThrow().ended()).isTrue();
        assertThat(state.visit("second")).isEmpty();
        IntStream.range(0, Visits.MAX_OWN).forEach(i -> end("later-" + i, "ann"));
        assertThat(note("one more", "ann")).contains("too-many-sessions");
        assertThat(note("bob's", "bob")).isEmpty();
    }

    private Optional<String> note(String id, String name) {
        return apply(
                name,
                new Command.NoteVisit(
                        new Visit(
                                id,
                                name,
                                Principal.Method.LDAP,
                                "cli",
                                "10.0.0.1",
                                now,
                                now.plus(HOURS),
                                false)));
    }

    private Optional<String> end(String id, String name) {
        return apply(name, new Command.EndVisit(id, name));
    }

    private Optional<String> apply(String actor, Command command) {
        Applied applied =
                Transition.apply(
                        state,
                        state.index() + 1,
                        new Entry("", new Actor(actor, "cli"), now, "", command));
        state = applied.state();
        line = applied.audit();
        return applied.reply() instanceof Reply.Rejected(long ignored, var problem)
                ? Optional.of(problem.code())
                : Optional.empty();
    }
}
