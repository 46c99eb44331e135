package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.access.Principal;
import adfer.adapter.json.Mappers;
import adfer.api.AccessResource.Me;
import adfer.api.DeviceResource.Begun;
import adfer.cli.Client;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Signing in through an OpenID provider that others wrote, with its own pages. */
class OpenIdServerIT {
    @TempDir static Path folder;
    @TempDir static Path profile;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static SpringProvider provider;

    @BeforeAll
    @Timeout(400)
    static void start() throws Exception {
        cluster = TestCluster.unstarted(folder);
        provider = new SpringProvider(List.of(cluster.url("b1") + "/login/openid"));
        Path secret = Files.writeString(folder.resolve("client.secret"), SpringProvider.SECRET);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        cluster.configured(text ->
                text
                        + """
                        access:
                          openid:
                            title: Example
                            issuer: %s
                            clientId: adfer
                            clientSecret: file:%s
                            scopes: [openid, profile]
                            audience: %s
                            grants: { dr: [commander, viewer], programs: [viewer] }
                        """
                                .formatted(provider.issuer(), secret, SpringProvider.AUDIENCE));
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
    void browserSignsInAtTheProvidersPages() {
        Assumptions.assumeTrue(Browser.there(), Browser.NEEDED);
        ChromeDriver browser = Browser.start(profile);
        try {
            browser.get(cluster.url("b1") + "/audit");
            browser.findElement(By.id("openid")).click();
            cluster.await("the provider asks", () -> has(browser, By.name("password")));
            assertThat(browser.getCurrentUrl()).startsWith(provider.issuer() + "/login");
            browser.findElement(By.name("username")).sendKeys("jane");
            browser.findElement(By.name("password")).sendKeys(SpringProvider.PASSWORD);
            browser.findElement(By.cssSelector("button[type=submit]")).click();
            cluster.await(
                    "the page that was wanted is there",
                    () -> String.valueOf(browser.getCurrentUrl()).endsWith("/audit"));
            assertThat(browser.findElement(By.tagName("header")).getText()).contains("jane");
            Browser.obeyed(browser);
        } finally {
            browser.quit();
        }
    }

    private static boolean has(ChromeDriver browser, By what) {
        return !browser.findElements(what).isEmpty();
    }

    private static Client client(String node, String credential) {
        return new Client(List.of(cluster.url(node)), credential);
    }

    /** OpenID leaves open whether devices get an ID token; this provider gives them none. */
    @Test
    void whereNoDeviceIsLetInThatIsASentence() {
        assertThatThrownBy(() ->
                        client("a1", "").post("/api/v1/session/device", Map.of(), Begun.class))
                .hasMessage("Example did not sign you in (invalid scope); try again.");
    }

    @Test
    void tokenThatAProgramGotThereIsTakenByTheApi() throws Exception {
        Me me = client("w1", programsToken()).get("/api/v1/me", Me.class);
        assertThat(me.name()).isEqualTo("report");
        assertThat(me.method()).isEqualTo(Principal.Method.BEARER);
        assertThat(me.roles()).containsExactly("viewer");
    }

    private static String programsToken() throws Exception {
        String shown = "report:" + SpringProvider.PROGRAM.replace(" ", "%20").replace("'", "%27");
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(provider.issuer() + "/oauth2/token"))
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        shown.getBytes(StandardCharsets.UTF_8)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                        .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return Mappers.json().readTree(answer.body()).get("access_token").asText();
        }
    }
}
