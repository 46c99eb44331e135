package adfer.adapter.jose;

import adfer.access.Grant;
import adfer.access.Principal;
import adfer.access.Session;
import adfer.kernel.Result;
import adfer.port.Seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Sessions as JSON web tokens (RFC 7519), authenticated with HMAC-SHA256 under a key that is
 * derived (HKDF, RFC 5869) from the cluster's secret for this use alone.
 */
public final class JwtSeal implements Seal {
    private static final String METHOD = "method";

    /** To the nanosecond, since what ends somebody's sessions does so; "iat" bears seconds. */
    private static final String MADE = "made";

    private static final String GRANTS = "grants";
    private static final int MOST_CHARACTERS = 16_384;
    private static final byte[] PURPOSE = "adfer session 1".getBytes(StandardCharsets.US_ASCII);

    private final String cluster;
    private final MACSigner signer;
    private final MACVerifier verifier;

    /**
     * @param cluster whose sessions these are; others are not taken
     * @param secret of the cluster, 16 bytes or more
     */
    public JwtSeal(String cluster, byte[] secret) {
        this.cluster = cluster;
        try {
            byte[] key =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveData(
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(secret)
                                            .thenExpand(PURPOSE, 32));
            this.signer = new MACSigner(key);
            this.verifier = new MACVerifier(key);
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException("no key for sessions could be derived", e);
        }
    }

    @Override
    public String seal(Session session) {
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .jwtID(session.id())
                        .issuer(cluster)
                        .subject(session.name())
                        .issueTime(Date.from(session.at()))
                        .claim(MADE, session.at().toString())
                        .expirationTime(Date.from(session.expires()))
                        .claim(METHOD, session.method().name())
                        .claim(GRANTS, session.grants().stream().map(Grant::toString).toList())
                        .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("a session could not be sealed", e);
        }
        return token.serialize();
    }

    @Override
    public Optional<Session> open(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                    || !token.verify(verifier)) {
                return Optional.empty();
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            return cluster.equals(claims.getIssuer())
                    ? Optional.of(session(claims))
                    : Optional.empty();
        } catch (ParseException | JOSEException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Session session(JWTClaimsSet claims) throws ParseException {
        List<Grant> grants = new ArrayList<>();
        for (String text : needed(claims.getStringListClaim(GRANTS))) {
            if (Grant.parse(text) instanceof Result.Ok<Grant>(var grant)) {
                grants.add(grant);
            }
        }
        return new Session(
                needed(claims.getJWTID()),
                needed(claims.getSubject()),
                Principal.Method.valueOf(needed(claims.getStringClaim(METHOD))),
                grants,
                Instant.parse(needed(claims.getStringClaim(MADE))),
                needed(claims.getExpirationTime()).toInstant());
    }

    private static <T> T needed(@Nullable T claim) throws ParseException {
        if (claim == null) {
            throw new ParseException("a session lacks a claim", 0);
        }
        return claim;
    }
}
