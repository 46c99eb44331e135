package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Daemon;
import adfer.adapter.json.Mappers;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Debian's Glewlwyd, an OpenID provider that lets devices in; with one person, jane. */
final class Glewlwyd implements AutoCloseable {
    /** Of letters alone, so that it is the same encoded (RFC 6749, 2.3.1) or not. */
    static final String SECRET = "theClientsOwn";

    private static final Path PROGRAM = Path.of("/usr/bin/glewlwyd");
    private static final Path SQLITE = Path.of("/usr/bin/sqlite3");
    private static final Path TABLES =
            Path.of("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3");
    private static final String PASSWORD = "jane's password";

    private final Path folder;
    private final int port;
    private final Daemon daemon;

    /** Whoever administers it, by the password with which it comes. */
    private final Visitor admin = new Visitor();

    Glewlwyd(Path folder) throws Exception {
        this.folder = folder;
        this.port = Daemon.freePort();
        database();
        Path config = folder.resolve("glewlwyd.conf");
        Files.writeString(
                config,
                """
                port=%1$d
                bind_address="127.0.0.1"
                external_url="http://127.0.0.1:%1$d"
                login_url="login.html"
                api_prefix="api"
                log_mode="console"
                log_level="WARNING"
                session_key="glewlwyd"
                admin_scope="g_admin"
                profile_scope="g_profile"
                user_module_path="/usr/lib/glewlwyd/user"
                client_module_path="/usr/lib/glewlwyd/client"
                user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
                plugin_module_path="/usr/lib/glewlwyd/plugin"
                hash_algorithm="SHA512"
                database = { type = "sqlite3"; path = "%2$s/database"; };
                """
                        .formatted(port, folder));
        daemon =
                Daemon.start(
                        folder.resolve("glewlwyd.log"),
                        List.of(port),
                        List.of(PROGRAM.toString(), "--config-file=" + config));
        try {
            fill();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Ends the test as skipped, and says so, where it is missing. */
    static void needed() {
        Daemon.needs(PROGRAM, "glewlwyd sqlite3");
        Daemon.needs(SQLITE, "sqlite3");
        Daemon.needs(TABLES, "glewlwyd");
    }

    String issuer() {
        return "http://127.0.0.1:" + port + "/api/oidc";
    }

    /** Its tables as Debian brings them, and people may have groups. */
    private void database() throws Exception {
        Path groups = folder.resolve("groups.sql");
        Files.writeString(
                groups,
                """
                UPDATE g_user_module_instance SET gumi_parameters =
                  json_set(gumi_parameters, '$.data-format.groups',
                    json('{"multiple":true,"read":true,"write":true,"profile-read":true,"profile-write":false}'));
                """);
        for (Path script : List.of(TABLES, groups)) {
            Process made =
                    new ProcessBuilder(SQLITE.toString(), folder.resolve("database").toString())
                            .redirectInput(script.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("sqlite.log").toFile())
                            .start();
            assertThat(made.waitFor()).as(Files.readString(folder.resolve("sqlite.log"))).isZero();
        }
    }

    private void fill() throws Exception {
        admin.signIn("admin", "password");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        admin.post(
                "/mod/plugin/",
                Map.of(
                        "module", "oidc",
                        "name", "oidc",
                        "display_name", "OpenID Connect",
                        "enabled", true,
                        "parameters", parameters(pair)));
        admin.post(
                "/client/",
                Map.of(
                        "client_id",
                        "adfer",
                        "name",
                        "Adfer",
                        "enabled",
                        true,
                        "confidential",
                        true,
                        "client_secret",
                        SECRET,
                        "token_endpoint_auth_method",
                        List.of("client_secret_basic"),
                        "authorization_type",
                        List.of("device_authorization")));
        admin.post(
                "/user/",
                Map.of(
                        "username",
                        "jane",
                        "password",
                        PASSWORD,
                        "enabled",
                        true,
                        "scope",
                        List.of("openid"),
                        "groups",
                        List.of("night shift", "dr")));
    }

    private Map<String, Object> parameters(KeyPair pair) {
        return Map.ofEntries(
                Map.entry("iss", issuer()),
                Map.entry("jwt-type", "rsa"),
                Map.entry("jwt-key-size", "256"),
                Map.entry("key", pem("PRIVATE KEY", pair.getPrivate())),
                Map.entry("cert", pem("PUBLIC KEY", pair.getPublic())),
                Map.entry("access-token-duration", 600),
                Map.entry("refresh-token-duration", 600),
                Map.entry("code-duration", 600),
                Map.entry("refresh-token-rolling", true),
                Map.entry("allow-non-oidc", false),
                Map.entry("auth-type-code-enabled", false),
                Map.entry("auth-type-token-enabled", false),
                Map.entry("auth-type-id-token-enabled", true),
                Map.entry("auth-type-implicit-enabled", false),
                Map.entry("auth-type-password-enabled", false),
                Map.entry("auth-type-client-enabled", false),
                Map.entry("auth-type-refresh-enabled", false),
                Map.entry("auth-type-device-enabled", true),
                Map.entry("device-authorization-expiration", 600),
                Map.entry("device-authorization-interval", 1),
                Map.entry("jwks-show", true),
                Map.entry("subject-type", "public"),
                Map.entry("allowed-scope", List.of("openid")),
                Map.entry(
                        "claims",
                        List.of(
                                claim("preferred_username", "username"),
                                claim("groups", "groups"))));
    }

    private static Map<String, Object> claim(String name, String property) {
        return Map.of(
                "name",
                name,
                "user-property",
                property,
                "type",
                "string",
                "mandatory",
                true,
                "on-demand",
                false,
                "scope",
                List.of());
    }

    private static String pem(String kind, Key key) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, body);
    }

    /** Jane signs in there, and agrees to what a device shows. */
    void agree(String userCode) throws Exception {
        Visitor jane = new Visitor();
        String page = "/oidc/device/?code=" + userCode;
        assertThat(jane.get(page)).as("who is nobody has to sign in").contains("login.html");
        jane.signIn("jane", PASSWORD);
        jane.put("/auth/grant/adfer/", Map.of("scope", "openid"));
        assertThat(jane.get(page + "&g_continue")).contains("prompt=deviceComplete");
    }

    /** A browser's cookies, and what its pages ask there. */
    private final class Visitor {
        private final HttpClient http =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

        void signIn(String name, String password) throws Exception {
            post("/auth/", Map.of("username", name, "password", password));
        }

        void post(String path, Map<String, Object> body) throws Exception {
            send(path, "POST", body);
        }

        void put(String path, Map<String, Object> body) throws Exception {
            send(path, "PUT", body);
        }

        private void send(String path, String method, Map<String, ?> body) throws Exception {
            HttpResponse<String> answer =
                    http.send(
                            request(path)
                                    .header("Content-Type", "application/json")
                                    .method(
                                            method,
                                            BodyPublishers.ofString(
                                                    Mappers.json().writeValueAsString(body)))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        }

        /** Where it leads. */
        String get(String path) throws Exception {
            return http.send(request(path).build(), BodyHandlers.ofString())
                    .headers()
                    .firstValue("Location")
                    .orElse("");
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api" + path));
        }
    }

    @Override
    public void close() throws IOException {
        daemon.close();
    }
}
