package adfer.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.access.Grant;
import adfer.access.GroupGrants;
import adfer.access.Identity;
import adfer.access.Role;
import adfer.adapter.probe.Certificates;
import adfer.adapter.tls.PeerName;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.Secrets;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** A real LDAP server on loopback, in the clear, by LDAPS and by StartTLS. */
class LdapDirectoryTest {
    private static final String ACCOUNT = "cn=adfer,dc=example,dc=org";
    private static final Grant COMMANDER = Grant.everywhere(Role.COMMANDER);
    private static final Secrets SECRETS = reference -> Result.ok(new Secret("adfer's own"));

    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static InMemoryDirectoryServer server;

    @SuppressWarnings("NullAway.Init")
    private static SSLContext tls;

    @SuppressWarnings("NullAway.Init")
    private static SSLContext ofAnotherHost;

    @BeforeAll
    static void start() throws Exception {
        Certificates certificates = new Certificates(folder);
        tls = certificates.signed("server", "ip:127.0.0.1", "-1d");
        ofAnotherHost = certificates.signed("other", "ip:127.0.0.9", "-1d");
        InMemoryDirectoryServerConfig config =
                new InMemoryDirectoryServerConfig("dc=example,dc=org");
        config.addAdditionalBindCredentials(ACCOUNT, "adfer's own");
        config.setSchema(null);
        InetAddress here = InetAddress.ofLiteral("127.0.0.1");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("plain", here, 0, tls.getSocketFactory()),
                InMemoryListenerConfig.createLDAPSConfig(
                        "secured", here, 0, tls.getServerSocketFactory(), null),
                InMemoryListenerConfig.createLDAPSConfig(
                        "impostor", here, 0, ofAnotherHost.getServerSocketFactory(), null),
                InMemoryListenerConfig.createLDAPConfig(
                        "late-impostor", here, 0, ofAnotherHost.getSocketFactory()));
        server = new InMemoryDirectoryServer(config);
        entry("dc=example,dc=org", "objectClass: domain", "dc: example");
        entry("ou=people,dc=example,dc=org", "objectClass: organizationalUnit", "ou: people");
        entry("ou=groups,dc=example,dc=org", "objectClass: organizationalUnit", "ou: groups");
        person("jane", "jane's password");
        person("bob", "bob's password");
        entry(
                "cn=Two Names,ou=people,dc=example,dc=org",
                "objectClass: person",
                "uid: Zoe",
                "uid: chris",
                "userPassword: two names");
        entry(
                "cn=dr,ou=groups,dc=example,dc=org",
                "objectClass: groupOfNames",
                "cn: dr",
                "member: uid=jane,ou=people,dc=example,dc=org");
        server.startListening();
    }

    private static void person(String name, String password) throws Exception {
        entry(
                "uid=" + name + ",ou=people,dc=example,dc=org",
                "objectClass: person",
                "uid: " + name,
                "userPassword: " + password);
    }

    private static void entry(String dn, String... lines) throws Exception {
        String[] ldif = new String[lines.length + 1];
        ldif[0] = "dn: " + dn;
        System.arraycopy(lines, 0, ldif, 1, lines.length);
        server.add(ldif);
    }

    @AfterAll
    static void stop() {
        server.shutDown(true);
    }

    @Test
    void personIsRecognisedWithWhatTheGroupsAreGranted() {
        assertThat(directory().signIn("jane", "jane's password"))
                .isEqualTo(known("jane", COMMANDER));
        assertThat(directory().signIn("bob", "bob's password")).isEqualTo(known("bob"));
    }

    @Test
    void wrongPasswordAndUnknownNameAreNobody() {
        assertThat(directory().signIn("jane", "bob's password")).isEqualTo(nobody());
        assertThat(directory().signIn("eve", "jane's password")).isEqualTo(nobody());
    }

    @Test
    void bindWithoutPasswordIsRefusedAlthoughServersTakeIt() {
        assertThat(directory().signIn("jane", "")).isEqualTo(nobody());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "j*",
                "jane)(uid=*",
                "jane)(|(uid=*",
                "*)(objectClass=*",
                "jane\\2a",
                "jane\u0000",
                "uid=jane,ou=people,dc=example,dc=org"
            })
    void nameIsNeverPartOfTheQuestion(String name) {
        assertThat(directory().signIn(name, "jane's password")).isEqualTo(nobody());
    }

    @Test
    void whoIsFoundByTwoNamesIsOnePerson() {
        assertThat(directory().signIn("zoe", "two names")).isEqualTo(known("chris"));
        assertThat(directory().signIn("CHRIS", "two names")).isEqualTo(known("chris"));
    }

    @Test
    void ldapsAndStartTlsAreSpoken() {
        assertThat(at("ldaps", "secured", false, tls).signIn("jane", "jane's password"))
                .isEqualTo(known("jane", COMMANDER));
        assertThat(at("ldap", "plain", true, tls).signIn("jane", "jane's password"))
                .isEqualTo(known("jane", COMMANDER));
    }

    @Test
    void serverOfAnotherNameHearsNoPassword() {
        assertUnavailable(at("ldaps", "impostor", false, tls).signIn("jane", "jane's password"));
        assertUnavailable(at("ldap", "late-impostor", true, tls).signIn("jane", "jane's password"));
    }

    @Test
    void serverOfAnotherAuthorityHearsNoPassword() throws Exception {
        SSLContext usual = SSLContext.getDefault();
        assertUnavailable(at("ldaps", "secured", false, usual).signIn("jane", "jane's password"));
        assertUnavailable(at("ldap", "plain", true, usual).signIn("jane", "jane's password"));
    }

    @Test
    void nextServerIsAskedWhenOneIsGone() {
        List<String> servers = List.of("ldap://127.0.0.1:1", url("ldap", "plain"));
        assertThat(directory(servers, false, tls, SECRETS).signIn("jane", "jane's password"))
                .isEqualTo(known("jane", COMMANDER));
    }

    @Test
    void whenNoServerAnswersItSaysWhoCanStillSignIn() {
        assertUnavailable(
                directory(List.of("ldap://127.0.0.1:1"), false, tls, SECRETS)
                        .signIn("jane", "jane's password"));
    }

    @Test
    @Timeout(20)
    void silentServerIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertUnavailable(
                    directory(
                                    List.of("ldap://127.0.0.1:" + silent.getLocalPort()),
                                    false,
                                    tls,
                                    SECRETS)
                            .signIn("jane", "jane's password"));
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void serverThatIsSilentWhereTlsIsDueIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            List<String> servers = List.of("ldaps://127.0.0.1:" + silent.getLocalPort());
            assertUnavailable(
                    directory(servers, false, tls, SECRETS).signIn("jane", "jane's password"));
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void serverThatIsSilentOnceItHasAgreedToTlsIsGivenUp() throws Exception {
        try (ServerSocket agrees = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> agree(agrees));
            List<String> servers = List.of("ldap://127.0.0.1:" + agrees.getLocalPort());
            assertUnavailable(
                    directory(servers, true, tls, SECRETS).signIn("jane", "jane's password"));
        }
    }

    /** Says yes to the first request, StartTLS, and nothing more. */
    private static void agree(ServerSocket server) {
        try (Socket socket = server.accept()) {
            assertThat(socket.getInputStream().read()).isEqualTo(0x30);
            socket.getOutputStream().write(HexFormat.of().parseHex("300c02010178070a010004000400"));
            socket.getOutputStream().flush();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The other side has gone.
        }
    }

    @Test
    void wrongPasswordOfAdfersOwnAccountIsNotThePersonsFault() {
        assertUnavailable(
                directory(
                                List.of(url("ldap", "plain")),
                                false,
                                tls,
                                reference -> Result.ok(new Secret("changed meanwhile")))
                        .signIn("jane", "jane's password"));
    }

    @Test
    void hostsThatWouldHearPasswordsInTheClearAreNamed() {
        assertThat(config(List.of("ldap://far.example.org", "ldaps://x.example.org"), false, tls))
                .extracting(LdapConfig::unsecured)
                .isEqualTo(List.of("far.example.org"));
        assertThat(config(List.of("ldap://far.example.org"), true, tls).unsecured()).isEmpty();
        assertThatThrownBy(() -> config(List.of("far.example.org"), true, tls))
                .hasMessageContaining("ldaps://ldap.example.org");
    }

    private static void assertUnavailable(Result<Optional<Identity>> answer) {
        assertThat(answer).isInstanceOf(Result.Refused.class);
        Problem problem = ((Result.Refused<Optional<Identity>>) answer).problems().getFirst();
        assertThat(problem.code()).isEqualTo("directory-unavailable");
        assertThat(problem.sentence()).contains("sign in as ever").doesNotContain("adfer's own");
    }

    private static Result<Optional<Identity>> known(String name, Grant... grants) {
        return Result.ok(Optional.of(new Identity(name, List.of(grants))));
    }

    private static Result<Optional<Identity>> nobody() {
        return Result.ok(Optional.empty());
    }

    private static LdapDirectory directory() {
        return at("ldap", "plain", false, tls);
    }

    private static LdapDirectory at(
            String scheme, String listener, boolean startTls, SSLContext trust) {
        return directory(List.of(url(scheme, listener)), startTls, trust, SECRETS);
    }

    private static String url(String scheme, String listener) {
        return scheme + "://127.0.0.1:" + server.getListenPort(listener);
    }

    private static LdapDirectory directory(
            List<String> servers, boolean startTls, SSLContext trust, Secrets secrets) {
        return new LdapDirectory(config(servers, startTls, trust), secrets);
    }

    private static LdapConfig config(List<String> servers, boolean startTls, SSLContext trust) {
        return new LdapConfig(
                servers,
                startTls,
                ACCOUNT,
                SecretRef.of("env:LDAP_PASSWORD"),
                "ou=people,dc=example,dc=org",
                "uid",
                "(objectClass=person)",
                "ou=groups,dc=example,dc=org",
                new GroupGrants(Map.of("dr", List.of(COMMANDER))),
                Duration.ofSeconds(2),
                trust,
                PeerName::names);
    }
}
