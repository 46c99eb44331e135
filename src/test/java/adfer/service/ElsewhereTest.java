package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Grant;
import adfer.access.Identity;
import adfer.access.Person;
import adfer.access.Principal;
import adfer.access.Role;
import adfer.access.Session;
import adfer.adapter.jose.JwtSeal;
import adfer.adapter.json.JacksonCodec;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.port.Directory;
import adfer.port.IdentityProvider;
import adfer.port.Passwords;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Transition;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** People whom another directory or a provider knows, and those whom Adfer itself knows. */
class ElsewhereTest {
    private static final Instant NOW = Instant.parse("2026-11-27T03:00:00Z");
    private static final Grant ADMIN = Grant.everywhere(Role.ADMIN);
    private static final Grant VIEWER = Grant.everywhere(Role.VIEWER);
    private static final Grant COMMANDER = Grant.everywhere(Role.COMMANDER);

    private final JacksonCodec codec = new JacksonCodec();
    private final Submitter submitter =
            new Submitter(new TakesAll(codec), codec, () -> NOW, Duration.ofSeconds(10));
    private final Glass glass =
            new Glass(
                    new NodeId("a1"),
                    submitter,
                    new Glass.Policy(Duration.ofMinutes(10), Duration.ofHours(1)),
                    () -> 0);
    private final List<String> asked = new ArrayList<>();
    private Result<Optional<Identity>> directorys = Result.ok(Optional.empty());
    private ClusterState state = ClusterState.EMPTY;
    private Instant clock = NOW;
    private long steady;

    @AfterEach
    void close() {
        glass.close();
        submitter.close();
    }

    @Test
    void directoryIsNeverAskedForSomebodyWithAPasswordHere() {
        people();
        directorys = says("ann", COMMANDER);
        assertRefused(signIn("ann", "what the directory has"), "wrong-password");
        assertThat(value(signIn("Ann", "ann's")).method()).isEqualTo(Principal.Method.PASSWORD);
        assertThat(asked).isEmpty();
    }

    @Test
    void whoIsKeptOutIsKeptOutWhateverTheDirectorySays() {
        people();
        directorys = says("eve", COMMANDER);
        assertRefused(signIn("eve", "any"), "wrong-password");
        directorys = says("glass", COMMANDER);
        assertRefused(signIn("glass", "any"), "wrong-password");
        assertThat(asked).isEmpty();
        assertRefused(
                gate().open(
                                new Identity("eve", List.of()),
                                Principal.Method.OPENID,
                                "console",
                                "10.0.0.1"),
                "not-signed-in");
        assertRefused(
                gate().open(
                                new Identity("glass", List.of()),
                                Principal.Method.OPENID,
                                "console",
                                "10.0.0.1"),
                "not-signed-in");
        assertRefused(
                gate().open(
                                new Identity("glass", List.of()),
                                Principal.Method.LDAP,
                                "console",
                                "10.0.0.1"),
                "not-signed-in");
        assertRefused(
                gate().open(
                                new Identity("glass", List.of()),
                                Principal.Method.PASSWORD,
                                "console",
                                "10.0.0.1"),
                "not-signed-in");
        assertRefused(signIn("glass", "glass's"), "glass-waits");
    }

    @Test
    void nameThatLeadsToSomebodyWithAPasswordHereIsRefused() {
        people();
        directorys = says("ann", COMMANDER);
        assertRefused(signIn("ann.other", "any"), "wrong-password");
        assertThat(asked).containsExactly("ann.other");
    }

    @Test
    void groupsAndOwnGrantsCountTogether() {
        people();
        directorys = says("bob", COMMANDER);
        Principal bob = value(signIn("bob", "bob's"));
        assertThat(bob.method()).isEqualTo(Principal.Method.LDAP);
        assertThat(bob.layers()).containsExactly(List.of(VIEWER, COMMANDER));
    }

    @Test
    void whenTheDirectoryIsGonePeopleOfAdfersOwnSignIn() {
        people();
        directorys = Result.refused("directory-unavailable", "It is gone.");
        for (int i = 0; i < 20; i++) {
            assertRefused(signIn("bob", "bob's"), "directory-unavailable");
        }
        assertThat(value(signIn("ann", "ann's")).name()).isEqualTo("ann");
    }

    @Test
    void wrongPasswordsAtTheDirectoryAreSlowedDown() {
        Gate gate = gate();
        for (int i = 0; i < Throttle.FREE; i++) {
            assertRefused(
                    gate.signIn("bob", "guess", "api", "10.0.0.1").map(Gate.SignedIn::who),
                    "wrong-password");
        }
        assertRefused(
                gate.signIn("bob", "guess", "api", "10.0.0.1").map(Gate.SignedIn::who),
                "slow-down");
        assertThat(asked).hasSize(Throttle.FREE);
    }

    @Test
    void sessionGoesOnWithoutTheProviderUntilItExpires() {
        String credential =
                value(
                                gate().open(
                                                new Identity("jane", List.of(VIEWER)),
                                                Principal.Method.OPENID,
                                                "console",
                                                "10.0.0.1"))
                        .credential();
        Gate alone = gate(Elsewhere.NONE);
        assertThat(value(alone.admit(credential, "console")).layers())
                .containsExactly(List.of(VIEWER));
        clock = NOW.plus(Duration.ofHours(12));
        assertRefused(alone.admit(credential, "console"), "not-signed-in");
    }

    @Test
    void tokenOfTheProviderIsHeldAgainstWhatIsKnownOfThePerson() {
        people();
        Gate gate = gate();
        assertThat(value(gate.admit("eyJ-bob", "api")).layers())
                .containsExactly(List.of(VIEWER, COMMANDER));
        assertRefused(gate.admit("eyJ-eve", "api"), "not-signed-in");
        assertRefused(gate.admit("something-bob", "api"), "not-signed-in");
        put(new Person("bob", "", Optional.empty(), List.of(), true, false, NOW));
        assertRefused(gate().admit("eyJ-bob", "api"), "not-signed-in");
    }

    @Test
    void tokensOfTheProviderEndWithTheSessionsOfTheirPersonAlone() {
        people();
        assertThat(gate().admit("eyJ-jane", "api").accepted()).isTrue();
        log(new Command.EndSessions("jane"), NOW);
        assertRefused(gate().admit("eyJ-jane", "api"), "not-signed-in");
        assertThat(gate().admit("eyJ-bob", "api").accepted()).isTrue();
    }

    @Test
    void browserEndsOnceSoonAndItselfWhatItHasBegun() {
        OpenIdSignIn openId = openId();
        var leaving = value(openId.begin("/runs"));
        assertRefused(
                openId.finish("state-1", "another browser", "bob", "", "10.0.0.1"),
                "not-recognised");
        assertRefused(
                openId.finish("state-1", leaving.browser(), "bob", "", "10.0.0.1"),
                "not-recognised");
        leaving = value(openId.begin("/runs"));
        var back = value(openId.finish("state-2", leaving.browser(), "bob", "", "10.0.0.1"));
        assertThat(back.next()).isEqualTo("/runs");
        assertThat(back.signed().who().name()).isEqualTo("bob");
        assertRefused(
                openId.finish("state-2", leaving.browser(), "bob", "", "10.0.0.1"),
                "not-recognised");
        leaving = value(openId.begin("/"));
        steady += OpenIdSignIn.PATIENCE.toNanos();
        assertRefused(
                openId.finish("state-3", leaving.browser(), "bob", "", "10.0.0.1"),
                "not-recognised");
    }

    @Test
    void whatTheProviderSaysInsteadIsToldWithoutItsMarkup() {
        OpenIdSignIn openId = openId();
        var leaving = value(openId.begin("/"));
        assertThat(
                        openId.finish("state-1", leaving.browser(), "", "access_denied", "10.0.0.1")
                                .toString())
                .contains("Example did not sign you in (access denied)");
        leaving = value(openId.begin("/"));
        assertThat(
                        openId.finish("state-2", leaving.browser(), "", "<script>", "10.0.0.1")
                                .toString())
                .contains("did not sign you in; try again")
                .doesNotContain("script");
    }

    private void people() {
        put(person("ann", Optional.of("ann's"), false, ADMIN));
        put(person("bob", Optional.empty(), false, VIEWER));
        put(person("eve", Optional.empty(), true, VIEWER));
        put(new Person("glass", "", Optional.empty(), List.of(ADMIN), false, true, Instant.EPOCH));
        log(new Command.SetPassword("glass", "glass's"));
    }

    private static Person person(
            String name, Optional<String> hash, boolean disabled, Grant... grants) {
        return new Person(name, "", hash, List.of(grants), disabled, false, Instant.EPOCH);
    }

    private void put(Person person) {
        log(
                state.people().findAny().isEmpty()
                        ? new Command.SetUp(person)
                        : new Command.PutPerson(person));
    }

    private void log(Command command) {
        log(command, NOW.minusSeconds(600));
    }

    private void log(Command command, Instant at) {
        Entry entry = new Entry("", new Actor("ann", "cli"), at, "", command);
        state = Transition.apply(state, state.index() + 1, entry).state();
    }

    private static Result<Optional<Identity>> says(String name, Grant... grants) {
        return Result.ok(Optional.of(new Identity(name, List.of(grants))));
    }

    private Result<Principal> signIn(String name, String password) {
        return gate().signIn(name, password, "console", "10.0.0.1").map(Gate.SignedIn::who);
    }

    private OpenIdSignIn openId() {
        return new OpenIdSignIn(
                Optional.of(new Provider()),
                gate(),
                URI.create("https://a1.example.org:8101/login/openid"),
                () -> "browser " + steady++,
                () -> steady);
    }

    private Gate gate() {
        Directory directory =
                (name, password) -> {
                    asked.add(name);
                    return directorys;
                };
        return gate(new Elsewhere(Optional.of(directory), Optional.of(new Provider())));
    }

    private Gate gate(Elsewhere elsewhere) {
        return new Gate(
                new Replica(new Kept(state), codec),
                new Plain(),
                new JwtSeal("adfer", new byte[32]),
                glass,
                () -> clock,
                () -> steady,
                Duration.ofHours(12),
                elsewhere,
                () -> "session",
                visit -> {});
    }

    private static <T> T value(Result<T> result) {
        assertThat(result).isInstanceOf(Result.Ok.class);
        return ((Result.Ok<T>) result).value();
    }

    private static <T> void assertRefused(Result<T> result, String code) {
        assertThat(result).isInstanceOf(Result.Refused.class);
        assertThat(((Result.Refused<T>) result).problems().getFirst().code()).isEqualTo(code);
    }

    /** Keeps passwords as they are, so that the test is quick. */
    private static final class Plain implements Passwords {
        @Override
        public String hash(String password) {
            return password;
        }

        @Override
        public boolean matches(String password, String hash) {
            return password.equals(hash);
        }
    }

    /** Recognises whoever's name the code or the token is. */
    private static final class Provider implements IdentityProvider {
        private int begun;

        @Override
        public String title() {
            return "Example";
        }

        @Override
        public Result<Begun> begin(URI back) {
            begun++;
            return Result.ok(
                    new Begun(URI.create("https://login.example.org"), "state-" + begun, "n", "v"));
        }

        @Override
        public Result<Identity> finish(Begun from, URI back, String code) {
            return Result.ok(new Identity(code, List.of(VIEWER)));
        }

        @Override
        public Result<Device> device() {
            return Result.refused("not-recognised", "None.");
        }

        @Override
        public Result<Standing> standing(String code) {
            return Result.refused("not-recognised", "None.");
        }

        @Override
        public Result<Session> bearer(String token) {
            return Result.ok(
                    new Session(
                            "",
                            token.replaceFirst(".*-", ""),
                            Principal.Method.BEARER,
                            List.of(COMMANDER),
                            NOW.minusSeconds(60),
                            NOW.plusSeconds(60)));
        }
    }
}
