package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Grant;
import adfer.access.Identity;
import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.access.Role;
import adfer.access.Session;
import adfer.access.Token;
import adfer.access.Visit;
import adfer.adapter.json.JacksonCodec;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.port.Passwords;
import adfer.port.Seal;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Transition;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is let in, and as whom. */
class GateTest {
    private static final Grant ADMIN = Grant.everywhere(Role.ADMIN);
    private static final Grant COMMANDER = Grant.everywhere(Role.COMMANDER);
    private static final Grant VIEWER = Grant.everywhere(Role.VIEWER);
    private static final Duration HOURS = Duration.ofHours(12);

    private Instant now = Instant.parse("2026-11-27T03:00:00Z");
    private long nanos;
    private int session;
    private final List<Visit> visits = new ArrayList<>();
    private ClusterState state = ClusterState.EMPTY;
    private final Sealed seal = new Sealed();
    private final JacksonCodec codec = new JacksonCodec();
    private final Submitter submitter =
            new Submitter(new TakesAll(codec), codec, () -> now, Duration.ofSeconds(10));
    private final Glass glass =
            new Glass(
                    new NodeId("a1"),
                    submitter,
                    new Glass.Policy(Duration.ofMinutes(10), Duration.ofHours(1)),
                    () -> nanos);
    private Gate gate = gate();

    @AfterEach
    void close() {
        glass.close();
        submitter.close();
    }

    GateTest() {
        apply(new Command.SetUp(person("ann", true, false, ADMIN)));
        apply(new Command.PutPerson(person("bob", false, false, COMMANDER)));
        apply(new Command.SetPassword("bob", "hash of bob's words"));
    }

    @Test
    void passwordOpensASession() {
        Gate.SignedIn signed = ok(signIn("Bob ", "bob's words"));
        assertThat(signed.who().name()).isEqualTo("bob");
        assertThat(signed.expires()).isEqualTo(now.plus(HOURS));
        Principal who = ok(gate.admit(signed.credential(), "api"));
        assertThat(who.may(Right.MIGRATE, Place.CLUSTER)).isTrue();
        assertThat(who.method()).isEqualTo(Principal.Method.PASSWORD);
        assertThat(who.origin()).isEqualTo("api");
    }

    @Test
    void strangerIsToldThatNobodyHasBeenSetUp() {
        assertThat(refusal(gate.stranger())).contains("Sign in first");
        state = ClusterState.EMPTY;
        gate = gate();
        for (Result<?> answer :
                List.of(
                        gate.stranger(),
                        signIn("bob", "bob's words"),
                        gate.admit("garbled", "api"),
                        gate.admit("adfer_x_y", "api"))) {
            assertThat(refusal(answer))
                    .startsWith("not-signed-in")
                    .contains("Nobody has been set up at this node yet", "./adfer setup");
        }
        assertThat(visits).isEmpty();
    }

    @Test
    void wrongPasswordAndUnknownNameAreAnsweredAlike() {
        String wrong = refusal(signIn("bob", "ann's words"));
        assertThat(refusal(signIn("nobody", "bob's words"))).isEqualTo(wrong);
        assertThat(refusal(signIn("!", "bob's words"))).isEqualTo(wrong);
        assertThat(refusal(signIn("bob", "x".repeat(Gate.MAX_PASSWORD + 1)))).isEqualTo(wrong);
        assertThat(refusal(signIn("nobody", "nobody's password")))
                .as("what stands in for a hash that isn't there opens nothing")
                .isEqualTo(wrong);
    }

    @Test
    void guessingIsSlowedDownAndTheRightPasswordMeanwhileToo() {
        for (int i = 0; i < Throttle.FREE; i++) {
            signIn("bob", "guess " + i);
        }
        assertThat(refusal(signIn("bob", "bob's words"))).startsWith("slow-down");
        assertThat(gate.signIn("bob", "bob's words", "api", "elsewhere"))
                .isInstanceOf(Result.Ok.class);
        nanos += Throttle.LONGEST.toNanos();
        assertThat(signIn("bob", "bob's words")).isInstanceOf(Result.Ok.class);
    }

    @Test
    void whoeverIsDisabledIsNeitherLetInNorKeptIn() {
        String session = ok(signIn("bob", "bob's words")).credential();
        String token = token("bob", COMMANDER);
        now = now.plusSeconds(5);
        apply(new Command.PutPerson(person("bob", true, false, COMMANDER)));
        assertThat(refusal(signIn("bob", "bob's words"))).startsWith("wrong-password");
        assertThat(refusal(gate.admit(session, "api"))).startsWith("not-signed-in");
        assertThat(refusal(gate.admit(token, "api"))).startsWith("not-signed-in");
    }

    @Test
    void sealedAccountDoesNotOpenByItsPasswordAlone() {
        apply(new Command.PutPerson(person("glass", false, true, COMMANDER)));
        apply(new Command.SetPassword("glass", "hash of break me"));
        assertThat(refusal(signIn("glass", "break me"))).startsWith("glass-waits");
    }

    @Test
    void sessionsAndTokensFromBeforeTheCutAreVoid() {
        String session = ok(signIn("bob", "bob's words")).credential();
        String token = token("bob", COMMANDER);
        now = now.plusMillis(1); // However soon after it comes.
        apply(new Command.EndSessions("bob"));
        assertThat(refusal(gate.admit(session, "api"))).contains("sessions were ended");
        assertThat(refusal(gate.admit(token, "api"))).startsWith("not-signed-in");
        assertThat(gate.admit(ok(signIn("bob", "bob's words")).credential(), "api"))
                .isInstanceOf(Result.Ok.class);
    }

    @Test
    void newPasswordEndsWhatWasOpen() {
        String session = ok(signIn("bob", "bob's words")).credential();
        now = now.plusSeconds(5);
        apply(new Command.SetPassword("bob", "hash of other words"));
        assertThat(refusal(gate.admit(session, "api"))).startsWith("not-signed-in");
    }

    @Test
    void sessionEndsWithItsTime() {
        String session = ok(signIn("bob", "bob's words")).credential();
        now = now.plus(HOURS).minusSeconds(1);
        assertThat(gate.admit(session, "api")).isInstanceOf(Result.Ok.class);
        now = now.plusSeconds(1);
        assertThat(refusal(gate.admit(session, "api"))).contains("is over");
    }

    @Test
    void sessionTellsWhatItsPersonMayNow() {
        String session = ok(signIn("bob", "bob's words")).credential();
        apply(new Command.PutPerson(person("bob", false, false, VIEWER)));
        assertThat(ok(gate.admit(session, "api")).may(Right.MIGRATE, Place.CLUSTER)).isFalse();
    }

    @Test
    void whatWasNotSealedHereIsNobodys() {
        for (String shown : List.of("", "x", "adfer_", "adfer_x", "adfer__", "adfer_x_y")) {
            assertThat(refusal(gate.admit(shown, "api"))).as(shown).startsWith("not-signed-in");
        }
    }

    @Test
    void oneSessionEndsAndTheOthersStay() {
        String laptop = ok(signIn("bob", "bob's words")).credential();
        String console = ok(signIn("bob", "bob's words")).credential();
        visits.forEach(visit -> apply(new Command.NoteVisit(visit)));
        apply(new Command.EndVisit("session-1", "bob"));
        assertThat(refusal(gate.admit(laptop, "cli"))).contains("This session was ended");
        assertThat(ok(gate.admit(console, "console")).session()).contains("session-2");
    }

    @Test
    void sessionIsToldOfOnlyWhereSomebodySignsIn() {
        signIn("bob", "not bob's words");
        gate.check("bob", "bob's words", "10.0.0.1");
        assertThat(visits).isEmpty();
        ok(signIn("bob", "bob's words"));
        assertThat(visits)
                .containsExactly(
                        new Visit(
                                "session-1",
                                "bob",
                                Principal.Method.PASSWORD,
                                "console",
                                "here",
                                now,
                                now.plus(HOURS),
                                false));
    }

    @Test
    void localSessionOfSomebodyRemovedIsVoid() {
        String session = ok(signIn("bob", "bob's words")).credential();
        apply(new Command.RemovePerson("bob"));
        assertThat(refusal(gate.admit(session, "api"))).startsWith("not-signed-in");
    }

    @Test
    void whoSignsInElsewhereNeedsNoPersonHereAndBringsGrants() {
        Gate.SignedIn signed =
                ok(
                        gate.open(
                                new Identity("eve", List.of(VIEWER)),
                                Principal.Method.OPENID,
                                "console",
                                "10.0.0.1"));
        Principal eve = ok(gate.admit(signed.credential(), "console"));
        assertThat(eve.may(Right.LOOK, Place.CLUSTER)).isTrue();
        assertThat(eve.may(Right.MIGRATE, Place.CLUSTER)).isFalse();
        now = now.plusSeconds(5);
        apply(new Command.PutPerson(person("eve", true, false)));
        assertThat(refusal(gate.admit(signed.credential(), "console"))).isNotEmpty();
    }

    @Test
    void tokenMayWhatItWasNarrowedToAndItsOwnerStillMay() {
        String token = token("bob", VIEWER);
        assertThat(ok(gate.admit(token, "api")).may(Right.MIGRATE, Place.CLUSTER)).isFalse();
        String wide = token("bob", COMMANDER);
        assertThat(ok(gate.admit(wide, "api")).may(Right.MIGRATE, Place.CLUSTER)).isTrue();
        apply(new Command.PutPerson(person("bob", false, false, VIEWER)));
        assertThat(ok(gate.admit(wide, "api")).may(Right.MIGRATE, Place.CLUSTER)).isFalse();
    }

    @Test
    void tokenEndsWithItsTimeItsSecretAndItsOwner() {
        String token = token("bob", COMMANDER);
        assertThat(refusal(gate.admit(token + "x", "api"))).startsWith("not-signed-in");
        Instant made = now;
        now = made.plus(Duration.ofDays(1));
        assertThat(refusal(gate.admit(token, "api"))).contains("has expired");
        now = made;
        apply(new Command.RemovePerson("bob"));
        assertThat(refusal(gate.admit(token, "api"))).startsWith("not-signed-in");
    }

    private Result<Gate.SignedIn> signIn(String name, String password) {
        return gate.signIn(name, password, "console", "here");
    }

    private static <T> T ok(Result<T> result) {
        return switch (result) {
            case Result.Ok<T>(var value) -> value;
            case Result.Refused<T>(var problems) -> throw new AssertionError(problems);
        };
    }

    private static String refusal(Result<?> result) {
        return switch (result) {
            case Result.Ok<?>(var value) -> throw new AssertionError(value);
            case Result.Refused<?>(var problems) ->
                    problems.getFirst().code() + ": " + problems.getFirst().sentence();
        };
    }

    private String token(String owner, Grant grant) {
        String id = "token" + state.index();
        apply(
                new Command.IssueToken(
                        new Token(
                                id,
                                owner,
                                "",
                                Gate.hash("secret"),
                                List.of(grant),
                                now,
                                now.plus(Duration.ofDays(1)))));
        return Gate.TOKEN_PREFIX + id + "_secret";
    }

    private static Person person(String name, boolean out, boolean sealed, Grant... grants) {
        boolean first = name.equals("ann");
        return new Person(
                name,
                "",
                first ? Optional.of("hash of ann's words") : Optional.empty(),
                List.of(grants),
                out && !first,
                sealed,
                Instant.EPOCH);
    }

    private void apply(Command command) {
        Entry entry = new Entry("", new Actor("ann", "cli"), now, "", command);
        state = Transition.apply(state, state.index() + 1, entry).state();
        gate = gate();
    }

    private Gate gate() {
        return new Gate(
                new Replica(new Kept(state), codec),
                new Plain(),
                seal,
                glass,
                () -> now,
                () -> nanos,
                HOURS,
                Elsewhere.NONE,
                () -> "session-" + ++session,
                visits::add);
    }

    /** Passwords that are quick to turn into what stands for a hash. */
    private record Plain() implements Passwords {
        @Override
        public String hash(String password) {
            return "hash of " + password;
        }

        @Override
        public boolean matches(String password, String hash) {
            return hash.equals(hash(password));
        }
    }

    /** Knows again what it has sealed. */
    private static final class Sealed implements Seal {
        private final Map<String, Session> sealed = new HashMap<>();

        @Override
        public String seal(Session session) {
            String text = "sealed-" + sealed.size();
            sealed.put(text, session);
            return text;
        }

        @Override
        public Optional<Session> open(String text) {
            return Optional.ofNullable(sealed.get(text));
        }
    }
}
