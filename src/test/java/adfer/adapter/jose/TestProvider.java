package adfer.adapter.jose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A strict OpenID Connect provider on a real socket, for one client: it asks nobody, and signs in
 * whoever comes as {@link #person}. A code is good once, for its redirect address, its verifier and
 * its client alone.
 */
public final class TestProvider implements AutoCloseable {
    public static final String CLIENT = "adfer";
    public static final String SECRET = "the client's secret";

    private final HttpServer server;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, Boolean> devices = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile RSAKey key = newKey();
    private volatile Map<String, Object> person =
            Map.of("preferred_username", "Jane", "groups", List.of("dr", "staff"));
    private volatile boolean forgetsNonce;

    public TestProvider() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How often anybody asked anything. */
    public int questions() {
        return questions.get();
    }

    public void rotate() {
        key = newKey();
    }

    public RSAKey key() {
        return key;
    }

    public void person(Map<String, Object> claims) {
        person = claims;
    }

    public void forgetNonce() {
        forgetsNonce = true;
    }

    /** Somebody has typed in what the device shows, and agreed. */
    public void agree() {
        devices.replaceAll((code, agreed) -> true);
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Claims as the provider states them about the person, for an audience. */
    public JWTClaimsSet.Builder claims(String audience) {
        JWTClaimsSet.Builder claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer())
                        .subject("4711")
                        .audience(audience)
                        .issueTime(Date.from(Instant.now()))
                        .expirationTime(Date.from(Instant.now().plusSeconds(300)));
        person.forEach(claims::claim);
        return claims;
    }

    public String sign(JWTClaimsSet claims) {
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
                        claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    private void answer(HttpExchange exchange) throws IOException {
        questions.incrementAndGet();
        try (exchange) {
            Map<String, String> asked =
                    parameters(
                            exchange.getRequestMethod().equals("POST")
                                    ? new String(exchange.getRequestBody().readAllBytes(), UTF_8)
                                    : exchange.getRequestURI().getRawQuery());
            switch (exchange.getRequestURI().getPath()) {
                case "/.well-known/openid-configuration" -> send(exchange, 200, metadata());
                case "/keys" ->
                        send(exchange, 200, new JWKSet(key.toPublicJWK()).toJSONObject(true));
                case "/authorize" -> authorise(exchange, asked);
                case "/token" -> redeem(exchange, asked);
                case "/device" -> device(exchange);
                default -> send(exchange, 404, Map.of());
            }
        }
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", issuer());
        metadata.put("authorization_endpoint", issuer() + "/authorize");
        metadata.put("token_endpoint", issuer() + "/token");
        metadata.put("device_authorization_endpoint", issuer() + "/device");
        metadata.put("jwks_uri", issuer() + "/keys");
        metadata.put("response_types_supported", List.of("code"));
        metadata.put("subject_types_supported", List.of("public"));
        metadata.put("id_token_signing_alg_values_supported", List.of("RS256"));
        return metadata;
    }

    private void authorise(HttpExchange exchange, Map<String, String> asked) throws IOException {
        boolean good =
                "code".equals(asked.get("response_type"))
                        && CLIENT.equals(asked.get("client_id"))
                        && "S256".equals(asked.get("code_challenge_method"))
                        && asked.getOrDefault("code_challenge", "").length() == 43
                        && asked.getOrDefault("nonce", "").length() >= 32
                        && asked.getOrDefault("state", "").length() >= 32
                        && asked.getOrDefault("scope", "").contains("openid")
                        && asked.containsKey("redirect_uri");
        if (!good) {
            send(exchange, 400, Map.of("error", "invalid_request"));
            return;
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, asked);
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        asked.get("redirect_uri")
                                + "?code="
                                + code
                                + "&state="
                                + URLEncoder.encode(asked.get("state"), UTF_8));
        exchange.sendResponseHeaders(302, -1);
    }

    private void redeem(HttpExchange exchange, Map<String, String> asked) throws IOException {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        String expected =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        (CLIENT + ":" + URLEncoder.encode(SECRET, UTF_8))
                                                .getBytes(UTF_8));
        if (!expected.equals(shown)) {
            send(exchange, 401, Map.of("error", "invalid_client"));
            return;
        }
        if (asked.getOrDefault("grant_type", "").endsWith("device_code")) {
            redeemDevice(exchange, asked.getOrDefault("device_code", ""));
            return;
        }
        Map<String, String> begun = codes.remove(asked.getOrDefault("code", ""));
        if (begun == null
                || !asked.getOrDefault("redirect_uri", "").equals(begun.get("redirect_uri"))
                || !challenge(asked.getOrDefault("code_verifier", ""))
                        .equals(begun.get("code_challenge"))) {
            send(exchange, 400, Map.of("error", "invalid_grant"));
            return;
        }
        JWTClaimsSet.Builder claims = claims(CLIENT);
        if (!forgetsNonce) {
            claims.claim("nonce", begun.get("nonce"));
        }
        send(exchange, 200, tokens(claims.build()));
    }

    private void redeemDevice(HttpExchange exchange, String code) throws IOException {
        switch (devices.get(code)) {
            case null -> send(exchange, 400, Map.of("error", "expired_token"));
            case Boolean agreed when agreed -> {
                devices.remove(code);
                send(exchange, 200, tokens(claims(CLIENT).build()));
            }
            default -> send(exchange, 400, Map.of("error", "authorization_pending"));
        }
    }

    private void device(HttpExchange exchange) throws IOException {
        String code = UUID.randomUUID().toString();
        devices.put(code, false);
        send(
                exchange,
                200,
                Map.of(
                        "device_code",
                        code,
                        "user_code",
                        "WDJB-MJHT",
                        "verification_uri",
                        issuer() + "/code",
                        "expires_in",
                        600,
                        "interval",
                        1));
    }

    private Map<String, Object> tokens(JWTClaimsSet claims) {
        return Map.of(
                "access_token",
                UUID.randomUUID().toString(),
                "token_type",
                "Bearer",
                "id_token",
                sign(claims));
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(verifier.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> parameters(@Nullable String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : text == null ? new String[0] : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), UTF_8));
            }
        }
        return parameters;
    }

    public static Map<String, String> parameters(URI address) {
        return parameters(address.getRawQuery());
    }

    private static void send(HttpExchange exchange, int status, Map<String, Object> body)
            throws IOException {
        byte[] bytes = JSONObjectUtils.toJSONString(body).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
