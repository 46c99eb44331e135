package adfer.adapter.jose;

import adfer.access.Identity;
import adfer.access.Principal;
import adfer.access.Session;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.port.IdentityProvider;
import adfer.port.Secrets;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCode;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * An OpenID Connect provider: authorization code with PKCE (RFC 7636) for browsers, device grant
 * (RFC 8628) for command lines, and tokens for the API (RFC 9068). Nothing is asked of it before
 * somebody signs in so.
 */
public final class OpenIdProvider implements IdentityProvider {
    private static final Logger LOG = LoggerFactory.getLogger(OpenIdProvider.class);

    /** What RFC 8628 says where the provider doesn't. */
    private static final long USUAL_PAUSE = 5;

    private final OpenIdConfig config;
    private final Secrets secrets;
    private final ClientID client;
    private final Wire wire;
    private final Acquaintance acquaintance;
    private final Statements statements;

    public OpenIdProvider(
            OpenIdConfig config, Secrets secrets, InstantSource clock, LongSupplier steadyNanos) {
        this.config = config;
        this.secrets = secrets;
        this.client = new ClientID(config.clientId());
        this.wire = new Wire(config.tls(), config.timeout());
        this.acquaintance = new Acquaintance(config, wire, clock, steadyNanos);
        this.statements = new Statements(config, acquaintance);
    }

    @Override
    public String title() {
        return config.title();
    }

    @Override
    public Result<Begun> begin(URI back) {
        State state = new State(32);
        Nonce nonce = new Nonce(32);
        CodeVerifier verifier = new CodeVerifier();
        try {
            URI to =
                    new AuthenticationRequest.Builder(ResponseType.CODE, scope(), client, back)
                            .endpointURI(
                                    needed(acquaintance.addresses().getAuthorizationEndpointURI()))
                            .state(state)
                            .nonce(nonce)
                            .codeChallenge(verifier, CodeChallengeMethod.S256)
                            .build()
                            .toURI();
            return Result.ok(
                    new Begun(to, state.getValue(), nonce.getValue(), verifier.getValue()));
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    private Scope scope() {
        return new Scope(config.scopes().toArray(String[]::new));
    }

    @Override
    public Result<Identity> finish(Begun begun, URI back, String code) {
        return redeem(
                        new AuthorizationCodeGrant(
                                new AuthorizationCode(code),
                                back,
                                new CodeVerifier(begun.verifier())))
                .then(answer ->
                        switch (answer) {
                            case OIDCTokenResponse said ->
                                    statements.identity(
                                            said.getOIDCTokens().getIDToken(),
                                            new Nonce(begun.nonce()));
                            case TokenErrorResponse error -> refused(error.getErrorObject());
                            default -> refused(null);
                        });
    }

    @Override
    public Result<Device> device() {
        try {
            OIDCProviderMetadata addresses = acquaintance.addresses();
            URI endpoint = addresses.getDeviceAuthorizationEndpointURI();
            if (endpoint == null) {
                return Result.refused(
                        "not-recognised",
                        config.title()
                                + " offers no sign-in by a code; use the console, or a token.");
            }
            return credentials(addresses)
                    .then(shown -> {
                        var request =
                                shown.map(DeviceAuthorizationRequest.Builder::new)
                                        .orElseGet(() ->
                                                new DeviceAuthorizationRequest.Builder(client))
                                        .scope(scope())
                                        .endpointURI(endpoint)
                                        .build();
                        return began(request);
                    });
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    private Result<Device> began(DeviceAuthorizationRequest request) {
        try {
            DeviceAuthorizationResponse answer =
                    DeviceAuthorizationResponse.parse(wire.send(request.toHTTPRequest()));
            if (answer instanceof DeviceAuthorizationErrorResponse error) {
                return refused(error.getErrorObject());
            }
            var begun = answer.toSuccessResponse();
            long pause = begun.getInterval() > 0 ? begun.getInterval() : USUAL_PAUSE;
            return Result.ok(
                    new Device(
                            begun.getDeviceCode().getValue(),
                            begun.getUserCode().getValue(),
                            begun.getVerificationURI(),
                            Optional.ofNullable(begun.getVerificationURIComplete()),
                            Duration.ofSeconds(begun.getLifetime()),
                            Duration.ofSeconds(pause)));
        } catch (IOException | ParseException e) {
            return unavailable(e);
        }
    }

    @Override
    public Result<Standing> standing(String code) {
        return redeem(new DeviceCodeGrant(new DeviceCode(code)))
                .then(answer ->
                        switch (answer) {
                            case OIDCTokenResponse said ->
                                    statements
                                            .identity(said.getOIDCTokens().getIDToken(), null)
                                            .map(identity ->
                                                    new Standing(Optional.of(identity), false));
                            case TokenErrorResponse error -> waiting(error.getErrorObject());
                            default -> refused(null);
                        });
    }

    private Result<Standing> waiting(@Nullable ErrorObject error) {
        String code = error == null ? "" : String.valueOf(error.getCode());
        return switch (code) {
            case "authorization_pending" -> Result.ok(new Standing(Optional.empty(), false));
            case "slow_down" -> Result.ok(new Standing(Optional.empty(), true));
            default -> refused(error);
        };
    }

    @Override
    public Result<Session> bearer(String token) {
        return statements
                .access(token)
                .map(said ->
                        new Session(
                                "",
                                said.identity().name(),
                                Principal.Method.BEARER,
                                said.identity().grants(),
                                said.at(),
                                said.expires()));
    }

    private Result<TokenResponse> redeem(AuthorizationGrant grant) {
        try {
            OIDCProviderMetadata addresses = acquaintance.addresses();
            URI endpoint = needed(addresses.getTokenEndpointURI());
            return credentials(addresses)
                    .then(shown -> {
                        TokenRequest request =
                                shown.map(it -> new TokenRequest.Builder(endpoint, it, grant))
                                        .orElseGet(() ->
                                                new TokenRequest.Builder(endpoint, client, grant))
                                        .build();
                        return sent(request);
                    });
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    private Result<TokenResponse> sent(TokenRequest request) {
        try {
            return Result.ok(OIDCTokenResponseParser.parse(wire.send(request.toHTTPRequest())));
        } catch (IOException | ParseException e) {
            return unavailable(e);
        }
    }

    /** What shows the provider that it is Adfer who asks; nothing for a public client. */
    private Result<Optional<ClientAuthentication>> credentials(OIDCProviderMetadata addresses) {
        if (config.clientSecret().isEmpty()) {
            return Result.ok(Optional.empty());
        }
        List<ClientAuthenticationMethod> taken = addresses.getTokenEndpointAuthMethods();
        boolean inBody =
                taken != null
                        && !taken.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        && taken.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return secrets.find(config.clientSecret().get())
                .map(Secret::reveal)
                .map(com.nimbusds.oauth2.sdk.auth.Secret::new)
                .map(secret ->
                        Optional.of(
                                inBody
                                        ? new ClientSecretPost(client, secret)
                                        : new ClientSecretBasic(client, secret)));
    }

    private static URI needed(@Nullable URI address) throws IOException {
        if (address == null) {
            throw new IOException("it doesn't say where to ask");
        }
        return address;
    }

    private <T> Result<T> refused(@Nullable ErrorObject error) {
        String code = error == null ? "" : String.valueOf(error.getCode());
        boolean plain = code.matches("[a-z_]{1,40}");
        return Result.refused(
                "not-recognised",
                config.title()
                        + " did not sign you in"
                        + (plain ? " (" + code.replace('_', ' ') + ")" : "")
                        + "; try again.");
    }

    private <T> Result<T> unavailable(Exception e) {
        LOG.warn("{} could not be asked: {}.", config.title(), String.valueOf(e.getMessage()));
        return Result.refused(
                "provider-unavailable",
                config.title()
                        + " can't be asked now; the node's log says why. People whom Adfer itself"
                        + " knows by a password sign in as ever.");
    }
}
