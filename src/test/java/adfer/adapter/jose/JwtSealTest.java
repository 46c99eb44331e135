package adfer.adapter.jose;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Grant;
import adfer.access.Principal;
import adfer.access.Role;
import adfer.access.Session;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

class JwtSealTest {
    private static final byte[] SECRET = "a secret of some length".getBytes(StandardCharsets.UTF_8);
    private static final Instant AT = Instant.parse("2026-11-27T03:00:00.123456789Z");
    private static final Session SESSION =
            new Session(
                    "7k2m9x4q",
                    "ann",
                    Principal.Method.OPENID,
                    List.of(Grant.everywhere(Role.VIEWER)),
                    AT,
                    AT.truncatedTo(ChronoUnit.SECONDS).plusSeconds(3600));

    private final JwtSeal seal = new JwtSeal("library", SECRET);

    @Test
    void sessionComesBackAsItWas() {
        assertThat(seal.open(seal.seal(SESSION))).contains(SESSION);
        assertThat(new JwtSeal("library", SECRET).open(seal.seal(SESSION)))
                .as("at every node of the cluster")
                .contains(SESSION);
    }

    @Test
    void eachChangedCharacterVoidsIt() {
        String sealed = seal.seal(SESSION);
        for (int i = 0; i < sealed.length() - 1; i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            String changed = sealed.substring(0, i) + other + sealed.substring(i + 1);
            assertThat(seal.open(changed)).as("character %d", i).isEmpty();
        }
    }

    @Test
    void anotherClusterOrKeyIsNotTaken() {
        assertThat(new JwtSeal("archive", SECRET).open(seal.seal(SESSION))).isEmpty();
        byte[] other = "a secret of some lengtH".getBytes(StandardCharsets.UTF_8);
        assertThat(new JwtSeal("library", other).open(seal.seal(SESSION))).isEmpty();
    }

    @Test
    void unsignedIsNotTaken() {
        String none = new PlainJWT(claims()).serialize();
        assertThat(seal.open(none)).isEmpty();
        String header =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        String sealed = seal.seal(SESSION);
        assertThat(seal.open(header + sealed.substring(sealed.indexOf('.')))).isEmpty();
    }

    @Test
    void anotherAlgorithmIsNotTakenEvenUnderTheRightKey() throws Exception {
        byte[] key =
                KDF.getInstance("HKDF-SHA256")
                        .deriveData(
                                HKDFParameterSpec.ofExtract()
                                        .addIKM(SECRET)
                                        .thenExpand(
                                                "adfer session 1"
                                                        .getBytes(StandardCharsets.US_ASCII),
                                                32));
        SignedJWT right = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims());
        right.sign(new MACSigner(key));
        assertThat(seal.open(right.serialize())).as("the key is the right one").isPresent();
        byte[] long512 = java.util.Arrays.copyOf(key, 64);
        SignedJWT other = new SignedJWT(new JWSHeader(JWSAlgorithm.HS512), claims());
        other.sign(new MACSigner(long512));
        assertThat(seal.open(other.serialize())).isEmpty();
        SignedJWT under = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims());
        under.sign(
                new MACSigner(SECRET.length < 32 ? java.util.Arrays.copyOf(SECRET, 32) : SECRET));
        assertThat(seal.open(under.serialize())).as("the cluster's secret itself").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "e30.e30.e30", "\u0000", "💥.💥.💥"})
    void garbageIsNobodys(String text) {
        assertThat(seal.open(text)).isEmpty();
    }

    @Test
    void hugeInputIsNotLookedAt() {
        String huge = seal.seal(SESSION) + "A".repeat(1 << 20);
        assertThat(seal.open(huge)).isEmpty();
        assertThat(seal.open("A".repeat(1 << 24))).isEmpty();
    }

    @Test
    void sealedWithoutWhatASessionHasIsNobodys() throws Exception {
        byte[] key =
                KDF.getInstance("HKDF-SHA256")
                        .deriveData(
                                HKDFParameterSpec.ofExtract()
                                        .addIKM(SECRET)
                                        .thenExpand(
                                                "adfer session 1"
                                                        .getBytes(StandardCharsets.US_ASCII),
                                                32));
        SignedJWT bare =
                new SignedJWT(
                        new JWSHeader(JWSAlgorithm.HS256),
                        new JWTClaimsSet.Builder().issuer("library").subject("ann").build());
        bare.sign(new MACSigner(key));
        assertThat(seal.open(bare.serialize())).isEmpty();
    }

    private static JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .jwtID("7k2m9x4q")
                .issuer("library")
                .subject("ann")
                .issueTime(Date.from(AT))
                .claim("made", AT.toString())
                .expirationTime(Date.from(AT.plusSeconds(60)))
                .claim("method", "PASSWORD")
                .claim("grants", List.of())
                .build();
    }
}
