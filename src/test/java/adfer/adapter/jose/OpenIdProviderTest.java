package adfer.adapter.jose;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Grant;
import adfer.access.GroupGrants;
import adfer.access.Identity;
import adfer.access.Principal;
import adfer.access.Role;
import adfer.access.Session;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.IdentityProvider.Begun;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** Against a provider on a real socket that checks what it is asked strictly. */
class OpenIdProviderTest {
    private static final URI BACK = URI.create("http://127.0.0.1:8101/login/openid");
    private static final String AUDIENCE = "adfer-api";
    private static final Grant COMMANDER = Grant.everywhere(Role.COMMANDER);
    private static final Identity JANE = new Identity("jane", List.of(COMMANDER));

    @TempDir Path folder;

    private final TestProvider provider = new TestProvider();
    private Instant now = Instant.now();
    private long steady;

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void nothingIsAskedBeforeSomebodySignsInSo() throws Exception {
        openId();
        assertThat(provider.questions()).isZero();
    }

    @Test
    void browserSignsInByACodeThatIsGoodOnce() throws Exception {
        OpenIdProvider openId = openId();
        Begun begun = value(openId.begin(BACK));
        String code = visit(begun);
        assertThat(openId.finish(begun, BACK, code)).isEqualTo(Result.ok(JANE));
        assertRefused(openId.finish(begun, BACK, code), "not-recognised");
    }

    @Test
    void codeIsRedeemedOnlyWithItsOwnVerifierAndNonce() throws Exception {
        OpenIdProvider openId = openId();
        Begun first = value(openId.begin(BACK));
        Begun second = value(openId.begin(BACK));
        assertThat(first.state()).isNotEqualTo(second.state());
        assertRefused(openId.finish(second, BACK, visit(first)), "not-recognised");
        Begun mixed = new Begun(first.to(), first.state(), second.nonce(), first.verifier());
        assertRefused(openId.finish(mixed, BACK, visit(first)), "not-recognised");
        provider.forgetNonce();
        Begun third = value(openId.begin(BACK));
        assertRefused(openId.finish(third, BACK, visit(third)), "not-recognised");
    }

    @Test
    void deviceSignsInOnceThePersonHasAgreed() throws Exception {
        OpenIdProvider openId = openId();
        var device = value(openId.device());
        assertThat(device.userCode()).isEqualTo("WDJB-MJHT");
        assertThat(device.every()).isEqualTo(Duration.ofSeconds(1));
        assertThat(value(openId.standing(device.code())).identity()).isEmpty();
        provider.agree();
        assertThat(value(openId.standing(device.code())).identity()).contains(JANE);
        assertRefused(openId.standing(device.code()), "not-recognised");
    }

    @Test
    void tokenForTheApiIsTakenUntilItExpires() throws Exception {
        String token = provider.sign(provider.claims(AUDIENCE).build());
        Session session = value(openId().bearer(token));
        assertThat(session.name()).isEqualTo("jane");
        assertThat(session.method()).isEqualTo(Principal.Method.BEARER);
        assertThat(session.grants()).containsExactly(COMMANDER);
        assertThat(session.expires()).isAfter(Instant.now());
    }

    /** So that what ends somebody's tokens ends those that were made just before. */
    @Test
    void tokenCountsAsMadeAtTheBeginningOfItsSecond() throws Exception {
        Instant made = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        JWTClaimsSet claims = provider.claims(AUDIENCE).issueTime(Date.from(made)).build();
        assertThat(value(openId().bearer(provider.sign(claims))).at()).isEqualTo(made);
    }

    @Test
    void tokensThatAreNotGoodAreRefused() throws Exception {
        OpenIdProvider openId = openId();
        JWTClaimsSet good = provider.claims(AUDIENCE).build();
        assertThat(openId.bearer(provider.sign(good)).accepted()).isTrue();
        Date past = Date.from(Instant.now().minusSeconds(600));
        Date soon = Date.from(Instant.now().plusSeconds(600));
        for (JWTClaimsSet bad :
                List.of(
                        provider.claims("another program").build(),
                        provider.claims(AUDIENCE).issuer("https://evil.example.org").build(),
                        provider.claims(AUDIENCE).expirationTime(past).build(),
                        provider.claims(AUDIENCE).expirationTime(null).build(),
                        provider.claims(AUDIENCE).notBeforeTime(soon).build(),
                        provider.claims(AUDIENCE).issueTime(soon).build(),
                        provider.claims(AUDIENCE).claim("nonce", "an ID token's").build(),
                        provider.claims(AUDIENCE).claim("preferred_username", null).build(),
                        provider.claims(AUDIENCE).claim("preferred_username", "j ne*").build())) {
            assertRefused(openId.bearer(provider.sign(bad)), "not-recognised");
        }
    }

    @Test
    void tokenWithoutTheProvidersSignatureIsRefused() throws Exception {
        OpenIdProvider openId = openId();
        JWTClaimsSet claims = provider.claims(AUDIENCE).build();
        String signed = provider.sign(claims);
        assertThat(openId.bearer(signed).accepted()).isTrue();
        assertRefused(openId.bearer(new PlainJWT(claims).serialize()), "not-recognised");
        SignedJWT confused =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256)
                                .keyID(provider.key().getKeyID())
                                .build(),
                        claims);
        confused.sign(new MACSigner(provider.key().toRSAPublicKey().getEncoded()));
        assertRefused(openId.bearer(confused.serialize()), "not-recognised");
        String[] parts = signed.split("\\.", -1);
        String other = provider.sign(provider.claims(AUDIENCE).claim("groups", "admins").build());
        assertRefused(
                openId.bearer(parts[0] + "." + other.split("\\.", -1)[1] + "." + parts[2]),
                "not-recognised");
        assertRefused(openId.bearer(parts[0] + "." + parts[1] + "."), "not-recognised");
        assertRefused(openId.bearer("eyJ.rubbish.x"), "not-recognised");
    }

    @Test
    void newKeyIsFoundAndTheOldOneIsNoLongerBelieved() throws Exception {
        OpenIdProvider openId = openId();
        String old = provider.sign(provider.claims(AUDIENCE).build());
        assertThat(openId.bearer(old).accepted()).isTrue();
        provider.rotate();
        String fresh = provider.sign(provider.claims(AUDIENCE).build());
        steady += Duration.ofSeconds(11).toNanos();
        assertThat(openId.bearer(fresh).accepted()).isTrue();
        assertRefused(openId.bearer(old), "not-recognised");
    }

    @Test
    void unknownKeysAreNoFloodOfQuestions() throws Exception {
        OpenIdProvider openId = openId();
        openId.bearer(provider.sign(provider.claims(AUDIENCE).build()));
        int before = provider.questions();
        provider.rotate();
        for (int i = 0; i < 50; i++) {
            openId.bearer(provider.sign(provider.claims(AUDIENCE).build()));
        }
        assertThat(provider.questions()).isEqualTo(before);
    }

    @Test
    void whatIsHeldIsTakenAfterTheProviderIsGoneAlsoByANodeThatRestarted() throws Exception {
        String held = provider.sign(provider.claims(AUDIENCE).build());
        assertThat(openId().bearer(held).accepted()).isTrue();
        provider.close();
        now = now.plus(Duration.ofHours(5));
        OpenIdProvider restarted = openId();
        assertThat(restarted.bearer(held).accepted()).isTrue();
        assertRefused(
                restarted.finish(value(restarted.begin(BACK)), BACK, "code"),
                "provider-unavailable");
        now = now.plus(Duration.ofDays(7));
        assertRefused(openId().bearer(held), "provider-unavailable");
    }

    @Test
    @Timeout(20)
    void silentProviderIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            OpenIdProvider openId =
                    openId("http://127.0.0.1:" + silent.getLocalPort(), TestProvider.SECRET);
            assertRefused(openId.begin(BACK), "provider-unavailable");
            assertRefused(openId.device(), "provider-unavailable");
        }
    }

    @Test
    void wrongSecretOfAdfersOwnSignsNobodyIn() throws Exception {
        OpenIdProvider openId = openId(provider.issuer(), "changed meanwhile");
        Begun begun = value(openId.begin(BACK));
        assertRefused(openId.finish(begun, BACK, visit(begun)), "not-recognised");
    }

    private static String visit(Begun begun) throws Exception {
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer =
                    browser.send(
                            HttpRequest.newBuilder(begun.to()).build(),
                            HttpResponse.BodyHandlers.discarding());
            URI back = URI.create(answer.headers().firstValue("Location").orElseThrow());
            assertThat(TestProvider.parameters(back)).containsEntry("state", begun.state());
            return TestProvider.parameters(back).getOrDefault("code", "");
        }
    }

    private static <T> T value(Result<T> result) {
        assertThat(result).isInstanceOf(Result.Ok.class);
        return ((Result.Ok<T>) result).value();
    }

    private static <T> void assertRefused(Result<T> result, String code) {
        assertThat(result).isInstanceOf(Result.Refused.class);
        Problem problem = ((Result.Refused<T>) result).problems().getFirst();
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.sentence()).doesNotContain("Exception", TestProvider.SECRET);
    }

    private OpenIdProvider openId() throws Exception {
        return openId(provider.issuer(), TestProvider.SECRET);
    }

    private OpenIdProvider openId(String issuer, String secret) throws Exception {
        return new OpenIdProvider(
                new OpenIdConfig(
                        "Example",
                        URI.create(issuer),
                        TestProvider.CLIENT,
                        Optional.of(SecretRef.of("env:OPENID_SECRET")),
                        Optional.of(AUDIENCE),
                        "preferred_username",
                        "groups",
                        List.of("openid", "profile"),
                        new GroupGrants(Map.of("dr", List.of(COMMANDER))),
                        Duration.ofSeconds(2),
                        Duration.ofDays(7),
                        folder.resolve("openid-provider.json"),
                        SSLContext.getDefault()),
                reference -> Result.ok(new Secret(secret)),
                () -> now,
                () -> steady);
    }
}
