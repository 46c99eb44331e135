package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.access.Grant;
import adfer.access.Person;
import adfer.access.Principal;
import adfer.access.Role;
import adfer.adapter.jose.JwtSeal;
import adfer.adapter.json.JacksonCodec;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.port.Codec;
import adfer.port.Passwords;
import adfer.state.ClusterState;
import adfer.state.Command;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Break-glass accounts at one node: two of them open each other. */
class GlassTest {
    private static final NodeId B1 = new NodeId("b1");
    private static final Instant NOW = Instant.parse("2026-11-27T03:00:00Z");
    private static final Passwords PLAIN =
            new Passwords() {
                @Override
                public String hash(String password) {
                    return "hash of " + password;
                }

                @Override
                public boolean matches(String password, String hash) {
                    return hash.equals(hash(password));
                }
            };

    private final Codec codec = new JacksonCodec();
    private final TakesAll log = new TakesAll(codec);
    private final Submitter submitter =
            new Submitter(log, codec, () -> NOW, Duration.ofSeconds(10));
    private final AtomicLong steady = new AtomicLong();
    private final Glass glass =
            new Glass(
                    B1,
                    submitter,
                    new Glass.Policy(Duration.ofMinutes(10), Duration.ofHours(1)),
                    steady::get);
    private final Gate gate =
            new Gate(
                    new Replica(
                            new Kept(
                                    ClusterState.of(
                                            1,
                                            NOW,
                                            0,
                                            "",
                                            List.of(
                                                    person("red", true),
                                                    person("blue", true),
                                                    person("ann", false)))),
                            codec),
                    PLAIN,
                    new JwtSeal("test", new byte[32]),
                    glass,
                    () -> NOW,
                    steady::get,
                    Duration.ofHours(12),
                    Elsewhere.NONE,
                    () -> "session",
                    visit -> {});

    @AfterEach
    void close() {
        glass.close();
        submitter.close();
    }

    @Test
    void twoOfThemOpenEachOther() {
        assertThat(refusal(signIn("red"))).contains("glass-waits");
        Gate.SignedIn blue = opened(signIn("blue"));
        Gate.SignedIn red = opened(signIn("red"));
        assertThat(List.of(blue.who().method(), red.who().method()))
                .containsOnly(Principal.Method.BREAK_GLASS);
        assertThat(red.expires()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(gate.admit(red.credential(), "cli").accepted()).isTrue();
    }

    @Test
    void oneOpensNothingHoweverOften() {
        assertThat(refusal(signIn("red"))).contains("glass-waits");
        assertThat(refusal(signIn("red"))).contains("glass-waits");
        assertThat(opened(signIn("ann")).who().method()).isEqualTo(Principal.Method.PASSWORD);
        assertThat(refusal(signIn("red"))).as("ann is not sealed").contains("glass-waits");
    }

    @Test
    void wrongPasswordIsNoKnock() {
        assertThat(refusal(gate.signIn("blue", "wrong", "cli", "here"))).contains("wrong-password");
        assertThat(refusal(signIn("red"))).contains("glass-waits");
    }

    @Test
    void knockIsForgottenAfterItsTime() {
        signIn("red");
        steady.addAndGet(Duration.ofMinutes(10).toNanos() + 1);
        assertThat(refusal(signIn("blue"))).contains("glass-waits");
    }

    @Test
    void everyUseIsToldToEverybody() {
        signIn("red");
        signIn("blue");
        await().until(() -> log.commands() == 2);
        assertThat(log.entries().stream().map(entry -> entry.command()))
                .containsExactly(
                        new Command.UseGlass("red", B1, false),
                        new Command.UseGlass("blue", B1, true));
        await().until(() -> glass.untold().isEmpty());
    }

    private Result<Gate.SignedIn> signIn(String name) {
        return gate.signIn(name, "password of " + name, "cli", "here");
    }

    private static Gate.SignedIn opened(Result<Gate.SignedIn> result) {
        if (result instanceof Result.Ok<Gate.SignedIn>(var signed)) {
            return signed;
        }
        throw new AssertionError(result);
    }

    private static Optional<String> refusal(Result<Gate.SignedIn> result) {
        return result instanceof Result.Refused<Gate.SignedIn>(var problems)
                ? problems.stream().map(Problem::code).findFirst()
                : Optional.empty();
    }

    private static Person person(String name, boolean sealed) {
        return new Person(
                name,
                "",
                Optional.of("hash of password of " + name),
                List.of(Grant.everywhere(Role.COMMANDER)),
                false,
                sealed,
                Instant.EPOCH);
    }
}
