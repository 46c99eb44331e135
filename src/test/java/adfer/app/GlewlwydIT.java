package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.access.Principal;
import adfer.api.AccessResource.Me;
import adfer.api.AccessResource.SignedIn;
import adfer.api.DeviceResource.Begun;
import adfer.api.DeviceResource.Question;
import adfer.api.DeviceResource.Standing;
import adfer.cli.Client;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Signing in without a browser at hand, through an OpenID provider that others wrote. */
class GlewlwydIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir static Path folder;
    @TempDir static Path providers;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static Glewlwyd provider;

    @BeforeAll
    @Timeout(400)
    static void start() throws Exception {
        Glewlwyd.needed();
        provider = new Glewlwyd(providers);
        Path secret = Files.writeString(folder.resolve("client.secret"), Glewlwyd.SECRET);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        cluster = TestCluster.unstarted(folder);
        cluster.configured(text ->
                text
                        + """
                        access:
                          openid:
                            title: Example
                            issuer: %s
                            clientId: adfer
                            clientSecret: file:%s
                            scopes: [openid]
                            grants: { dr: [commander, viewer] }
                        """
                                .formatted(provider.issuer(), secret));
        TestCluster.started(cluster);
    }

    @AfterAll
    @SuppressWarnings("NullAway")
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        if (provider != null) {
            provider.close();
        }
    }

    @Test
    void personAgreesElsewhereAndHasASessionAtEveryNode() throws Exception {
        Client device = stranger("a1");
        Begun begun = device.post("/api/v1/session/device", Map.of(), Begun.class);
        assertThat(begun.whole().orElseThrow().toString())
                .startsWith(begun.address().toString())
                .endsWith(begun.userCode());
        assertThat(standing(device, begun).signed()).isEmpty();
        provider.agree(begun.userCode());
        SignedIn signed = awaitSigned(device, begun);
        assertThat(signed.name()).isEqualTo("jane");
        Me me = cluster.shown("w1", signed.credential()).get("/api/v1/me", Me.class);
        assertThat(me.name()).isEqualTo("jane");
        assertThat(me.method()).isEqualTo(Principal.Method.OPENID);
        assertThat(me.roles()).containsExactly("commander", "viewer");
        patiently(begun)
                .untilAsserted(() ->
                        assertThatThrownBy(() -> standing(device, begun))
                                .as("a code is good for one session")
                                .hasMessageContaining("Example did not sign you in"));
    }

    @Test
    void nobodyIsSignedInByACodeThatTheProviderDidNotMake() {
        assertThatThrownBy(() ->
                        stranger("b1")
                                .post(
                                        "/api/v1/session/device/standing",
                                        new Question("made up"),
                                        Standing.class))
                .hasMessageContaining("Example did not sign you in");
    }

    private static Client stranger(String node) {
        return new Client(List.of(cluster.url(node)), "");
    }

    private static Standing standing(Client device, Begun begun) {
        return device.post(
                "/api/v1/session/device/standing", new Question(begun.code()), Standing.class);
    }

    private static SignedIn awaitSigned(Client device, Begun begun) {
        AtomicReference<SignedIn> signed = new AtomicReference<>();
        patiently(begun)
                .until(() -> {
                    standing(device, begun).signed().ifPresent(signed::set);
                    return signed.get() != null;
                });
        return Objects.requireNonNull(signed.get());
    }

    /** Asks no more often than the provider wants it. */
    private static ConditionFactory patiently(Begun begun) {
        Duration every = begun.every().plusMillis(200);
        return Awaitility.await().pollDelay(every).pollInterval(every).atMost(PATIENCE);
    }
}
