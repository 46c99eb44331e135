package adfer.adapter.jose;

import adfer.access.Identity;
import adfer.access.Person;
import adfer.kernel.Result;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the provider signs about people: which of it is believed, and whom it names. */
final class Statements {
    private static final Logger LOG = LoggerFactory.getLogger(Statements.class);

    private static final int MOST_CHARACTERS = 16_384;

    /** How far the provider's clock may be from this node's. */
    private static final int SKEW_SECONDS = 60;

    /** Signatures with a key pair only: with a shared secret, who can check could also sign. */
    private static final Set<JWSAlgorithm> SIGNATURES =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private final OpenIdConfig config;
    private final IDTokenValidator identities;
    private final DefaultJWTProcessor<SecurityContext> tokens = new DefaultJWTProcessor<>();

    /** What a token for the API says. */
    record Access(Identity identity, Instant at, Instant expires) {}

    Statements(OpenIdConfig config, Acquaintance acquaintance) {
        this.config = config;
        JWSKeySelector<SecurityContext> keys =
                new JWSVerificationKeySelector<>(SIGNATURES, acquaintance);
        this.identities =
                new IDTokenValidator(
                        new Issuer(config.issuer()), new ClientID(config.clientId()), keys, null);
        identities.setMaxClockSkew(SKEW_SECONDS);
        DefaultJWTClaimsVerifier<SecurityContext> claims =
                new DefaultJWTClaimsVerifier<>(
                        config.audience().orElse(""),
                        new JWTClaimsSet.Builder().issuer(config.issuer().toString()).build(),
                        Set.of("aud", "exp", "iat", config.nameClaim()));
        claims.setMaxClockSkew(SKEW_SECONDS);
        tokens.setJWSKeySelector(keys);
        tokens.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(
                        JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        tokens.setJWTClaimsSetVerifier(claims);
    }

    /**
     * Whom an ID token names.
     *
     * @param nonce that it has to contain; none where a browser had no part in it
     */
    Result<Identity> identity(JWT token, @Nullable Nonce nonce) {
        try {
            return identity(identities.validate(token, nonce).toJWTClaimsSet());
        } catch (BadJOSEException | ParseException e) {
            LOG.warn("An ID token was refused: {}.", e.getMessage());
            return bad();
        } catch (JOSEException e) {
            return unknownKeys(e);
        }
    }

    /** What a token for the API says, of those that were made for Adfer. */
    Result<Access> access(String text) {
        if (config.audience().isEmpty() || text.length() > MOST_CHARACTERS) {
            return bad();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            JWTClaimsSet claims = tokens.process(token, null);
            Instant at = claims.getIssueTime().toInstant();
            if (at.isAfter(Instant.now().plusSeconds(SKEW_SECONDS))
                    || claims.getClaim("nonce") != null) {
                return bad(); // From the future, or an ID token, which is for the console alone.
            }
            return identity(claims)
                    .map(identity ->
                            new Access(identity, at, claims.getExpirationTime().toInstant()));
        } catch (java.text.ParseException | BadJOSEException e) {
            return bad();
        } catch (JOSEException e) {
            return unknownKeys(e);
        }
    }

    private Result<Identity> identity(JWTClaimsSet claims) {
        try {
            String name = claims.getStringClaim(config.nameClaim());
            if (name == null) {
                return Result.refused(
                        "not-recognised",
                        config.title()
                                + " does not say your name: its statement has no '"
                                + config.nameClaim()
                                + "' (access.openid.nameClaim).");
            }
            return Result.ok(new Identity(Person.named(name), config.grants().of(groups(claims))));
        } catch (java.text.ParseException | IllegalArgumentException e) {
            return Result.refused(
                    "not-recognised",
                    "The name that " + config.title() + " gives you can't be used here.");
        }
    }

    /** One is often no list. */
    private List<String> groups(JWTClaimsSet claims) {
        return switch (claims.getClaim(config.groupsClaim())) {
            case String one -> List.of(one);
            case List<?> several -> several.stream().flatMap(Statements::text).toList();
            case null, default -> List.of();
        };
    }

    private static Stream<String> text(Object value) {
        return value instanceof String text ? Stream.of(text) : Stream.empty();
    }

    private <T> Result<T> bad() {
        return Result.refused(
                "not-recognised",
                "What "
                        + config.title()
                        + " is said to have stated about you is not good: it is not its, not for"
                        + " Adfer, or over. Sign in again.");
    }

    private <T> Result<T> unknownKeys(JOSEException e) {
        LOG.warn("The keys of {} can't be had: {}.", config.title(), e.getMessage());
        return e instanceof KeySourceException
                ? Result.refused(
                        "provider-unavailable",
                        config.title() + " can't be asked for its keys now.")
                : bad();
    }
}
