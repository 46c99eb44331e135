package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.access.Principal;
import adfer.adapter.jose.TestProvider;
import adfer.api.AccessResource.Ended;
import adfer.api.AccessResource.Me;
import adfer.api.AccessResource.SignInRequest;
import adfer.api.AccessResource.SignedIn;
import adfer.api.AccessResource.TokenRequest;
import adfer.api.DeviceResource.Begun;
import adfer.api.DeviceResource.Question;
import adfer.api.DeviceResource.Standing;
import adfer.api.ProofResource.ConfirmRequest;
import adfer.api.WishResource.SecondRequest;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.plan.Operation;
import adfer.service.ApiTokens;
import adfer.service.Views;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * People of an OpenID provider and an LDAP directory at real nodes: in a browser, on the command
 * line and by the API, and when both are gone.
 */
@TestMethodOrder(OrderAnnotation.class)
class ElsewhereIT {

    @TempDir static Path folder;
    @TempDir static Path profile;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static TestProvider provider;

    @SuppressWarnings("NullAway.Init")
    private static InMemoryDirectoryServer directory;

    @BeforeAll
    @Timeout(400)
    static void start() throws Exception {
        provider = new TestProvider();
        directory = directory();
        Path client = secret("client", TestProvider.SECRET);
        Path account = secret("account", "adfer's own");
        cluster = TestCluster.unstarted(folder);
        cluster.configured(text ->
                text
                        + """
                        access:
                          twoPeople: [migration]
                          openid:
                            title: Example
                            issuer: %s
                            clientId: adfer
                            clientSecret: file:%s
                            audience: adfer-api
                            grants: { dr: [commander, viewer] }
                          ldap:
                            servers: ["ldap://127.0.0.1:%d"]
                            account: cn=adfer,dc=example,dc=org
                            password: file:%s
                            people: dc=example,dc=org
                        """
                                .formatted(
                                        provider.issuer(),
                                        client,
                                        directory.getListenPort(),
                                        account));
        TestCluster.started(cluster);
        cluster.publish();
    }

    private static Path secret(String name, String value) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".secret"), value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static InMemoryDirectoryServer directory() throws Exception {
        InMemoryDirectoryServerConfig config =
                new InMemoryDirectoryServerConfig("dc=example,dc=org");
        config.addAdditionalBindCredentials("cn=adfer,dc=example,dc=org", "adfer's own");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig(
                        "plain", InetAddress.ofLiteral("127.0.0.1"), 0, null));
        config.setSchema(null);
        InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        server.add("dn: dc=example,dc=org", "objectClass: domain", "dc: example");
        server.add(
                "dn: uid=lena,dc=example,dc=org",
                "objectClass: person",
                "uid: lena",
                "userPassword: lena's password");
        server.startListening();
        return server;
    }

    @AfterAll
    @SuppressWarnings("NullAway")
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        provider.close();
        directory.shutDown(true);
    }

    @Test
    @Order(1)
    void startOfTheNodesAskedNobody() {
        assertThat(provider.questions()).isZero();
    }

    @Test
    @Order(2)
    void browserGoesToTheProviderAndComesBackSignedIn() {
        Assumptions.assumeTrue(Browser.there(), Browser.NEEDED);
        ChromeDriver browser = Browser.start(profile);
        try {
            browser.get(cluster.url("b1") + "/audit");
            browser.findElement(By.id("openid")).click();
            cluster.await(
                    "the page that was wanted is there",
                    () -> String.valueOf(browser.getCurrentUrl()).endsWith("/audit"));
            assertThat(browser.findElement(By.tagName("header")).getText()).contains("jane");
            browser.get(cluster.url("b1") + "/login/openid?state=made-up&code=stolen");
            assertThat(browser.findElement(By.tagName("main")).getText())
                    .contains("was not begun in this browser");
        } finally {
            browser.quit();
        }
    }

    @Test
    @Order(3)
    void commandLineSignsInWithABrowserElsewhere() throws Exception {
        CompletableFuture<Said> said =
                CompletableFuture.supplyAsync(
                        () -> Said.by("login", "--device", "--url", cluster.url("a1")));
        cluster.await(
                "it is signed in",
                () -> {
                    provider.agree();
                    return said.isDone();
                });
        assertThat(said.get().err()).isEmpty();
        assertThat(said.get().out())
                .contains("WDJB-MJHT", "jane is signed in until", "commander, viewer");
    }

    @Test
    @Order(4)
    void tokenOfTheProviderIsTakenByTheApi() {
        Me me = bearer("a1").get("/api/v1/me", Me.class);
        assertThat(me.name()).isEqualTo("jane");
        assertThat(me.method()).isEqualTo(Principal.Method.BEARER);
        assertThat(me.roles()).containsExactly("commander", "viewer");
    }

    private static Client bearer(String node) {
        String token = provider.sign(provider.claims("adfer-api").build());
        return new Client(List.of(cluster.url(node)), token);
    }

    @Test
    @Order(5)
    void tokenOfTheProviderIsNoSecondPersonButWhoSignedInByDeviceIs() {
        Views.WishView wish = cluster.wish("ann", Operation.MIGRATION);
        assertThatThrownBy(() -> second(bearer("a1"), wish))
                .hasMessageContaining("A token is no second person");
        assertThatThrownBy(() ->
                        bearer("a1")
                                .post(
                                        "/api/v1/sites/a/attestation/confirmation",
                                        new ConfirmRequest(1, "site a is off"),
                                        Views.AttestationView.class))
                .hasMessageContaining("A token is no second person");
        assertThatThrownBy(() ->
                        bearer("a1")
                                .post(
                                        "/api/v1/tokens",
                                        new TokenRequest("x", List.of("viewer"), Optional.empty()),
                                        ApiTokens.NewToken.class))
                .hasMessageContaining("A token makes no tokens");
        assertThat(second(device(), wish).run()).isPresent();
    }

    /** Whoever signs in with a browser elsewhere. */
    private static Client device() {
        Client stranger = new Client(List.of(cluster.url("a1")), "");
        Begun begun = stranger.post("/api/v1/session/device", Map.of(), Begun.class);
        AtomicReference<String> credential = new AtomicReference<>("");
        cluster.await(
                "jane has agreed",
                () -> {
                    provider.agree();
                    stranger.post(
                                    "/api/v1/session/device/standing",
                                    new Question(begun.code()),
                                    Standing.class)
                            .signed()
                            .ifPresent(signed -> credential.set(signed.credential()));
                    return !String.valueOf(credential.get()).isEmpty();
                });
        return new Client(List.of(cluster.url("a1")), String.valueOf(credential.get()));
    }

    private static Views.WishView second(Client client, Views.WishView wish) {
        return client.post(
                "/api/v1/wishes/" + wish.id() + "/confirmation",
                new SecondRequest(wish.phrase()),
                Views.WishView.class);
    }

    @Test
    @Order(6)
    void passwordOfTheDirectorySignsIn() {
        assertThat(signIn("Lena", "lena's password").name()).isEqualTo("lena");
        assertThatThrownBy(() -> signIn("lena", "not that one"))
                .hasMessageContaining("Nobody of that name has that password");
    }

    private static SignedIn signIn(String name, String password) {
        return new Client(List.of(cluster.url("a1")), "")
                .post("/api/v1/session", new SignInRequest(name, password), SignedIn.class);
    }

    @Test
    @Order(7)
    void adminEndsTheTokensThatThePersonsProviderMadeUntilNow() {
        String old = provider.sign(provider.claims("adfer-api").build());
        assertThat(cluster.shown("w1", old).get("/api/v1/me", Me.class).name()).isEqualTo("jane");
        cluster.client("a1").delete("/api/v1/people/jane/sessions", Ended.class);
        cluster.await(
                "the token is taken at no node any more",
                () -> List.of("a1", "b1", "w1").stream().noneMatch(node -> taken(node, old)));
        cluster.await(
                "one that is made later is",
                () -> taken("a1", provider.sign(provider.claims("adfer-api").build())));
        assertThat(taken("a1", old)).isFalse();
    }

    private static boolean taken(String node, String credential) {
        try {
            return cluster.shown(node, credential)
                    .get("/api/v1/me", Me.class)
                    .name()
                    .equals("jane");
        } catch (CliException e) {
            assertThat(e).hasMessageContaining("Your sessions were ended");
            return false;
        }
    }

    @Test
    @Order(8)
    void whenBothAreGoneWhatIsHeldGoesOnAndAdfersOwnPeopleSignIn() {
        TestPeople.grant(cluster.client("a1"), "lena", List.of("viewer"));
        String session = signIn("lena", "lena's password").credential();
        provider.close();
        directory.shutDown(true);
        Client lena = new Client(List.of(cluster.url("b1")), session);
        assertThat(signIn("shift", TestPeople.PASSWORD).name()).isEqualTo("shift");
        assertThat(bearer("a1").get("/api/v1/me", Me.class).name()).isEqualTo("jane");
        assertThatThrownBy(() -> signIn("lena", "lena's password"))
                .hasMessageContaining("can't be asked now")
                .hasMessageContaining("sign in as ever");
        assertThat(lena.get("/api/v1/me", Me.class).name()).isEqualTo("lena");
    }
}
