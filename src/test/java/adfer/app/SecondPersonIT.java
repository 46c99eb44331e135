package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.api.AccessResource;
import adfer.cli.CliException;
import adfer.cli.ExitCode;
import adfer.kernel.RunId;
import adfer.plan.Operation;
import adfer.service.Accounts;
import adfer.service.Views;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What takes two people, in a real Chromium over TLS: a colleague's wish, and broken glass. */
class SecondPersonIT {
    @TempDir static Path folder;
    @TempDir static Path profile;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static ChromeDriver browser;

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        Assumptions.assumeTrue(Browser.there(), Browser.NEEDED);
        cluster = TestCluster.secured(folder);
        cluster.configured(text -> text + "access: { twoPeople: [migration] }\n");
        TestCluster.started(cluster);
        cluster.publish();
        browser = Browser.start(profile);
    }

    @AfterEach
    void everyPageKeptToThePolicy() {
        Browser.obeyed(browser);
    }

    @AfterAll
    @SuppressWarnings("NullAway")
    static void stop() {
        if (browser != null) {
            browser.quit();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void policyForbidsWhatAPageOfOursNeverDoes() {
        open("/login");
        browser.executeScript(
                "const s = document.createElement('script'); s.textContent = 'window.evil = 1';"
                        + " document.body.append(s);");
        assertThat(browser.executeScript("return window.evil")).isNull();
        assertThat(Browser.violations(browser)).as("what everyPageKept looks for").isNotEmpty();
    }

    @Test
    void sessionsCookieIsForThisHostAndTlsAlone() {
        signIn("bob");
        Cookie cookie =
                Objects.requireNonNull(browser.manage().getCookieNamed("__Host-adfer-session"));
        assertThat(cookie.isSecure()).isTrue();
        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.getSameSite()).isEqualTo("Strict");
        assertThat(cookie.getPath()).isEqualTo("/");
        assertThat(browser.executeScript("return document.cookie")).isEqualTo("");
        String copied = cookie.getValue();
        browser.findElement(By.cssSelector("form[action='/logout'] button")).click();
        cluster.await("the door is shown", () -> url().contains("/login"));
        assertThat(browser.manage().getCookieNamed("__Host-adfer-session")).isNull();
        cluster.await("the session has ended", () -> refused(copied));
    }

    private static boolean refused(String credential) {
        try {
            cluster.shown("b1", credential).raw("/api/v1/me");
            return false;
        } catch (CliException e) {
            return e.exitCode() == ExitCode.NOT_SIGNED_IN;
        }
    }

    @Test
    void colleagueSeesTheWishAndConfirmsItInWords() {
        Views.WishView wish = cluster.wish("ann", Operation.MIGRATION);
        signIn("ann");
        open("/wishes/" + wish.id());
        assertThat(text("main")).contains("ann waits for a second person", "Withdraw it");
        assertThat(browser.findElements(By.name("typed"))).as("not by the same person").isEmpty();
        signIn("bob");
        assertThat(text("main")).contains("ann waits for a second person");
        open("/wishes/" + wish.id());
        assertThat(text("main")).contains("ann asked for this", "a test", "Do you want this too?");
        WebElement go = browser.findElement(By.cssSelector("button.danger"));
        assertThat(go.isEnabled()).as("before the words").isFalse();
        browser.findElement(By.name("typed")).sendKeys(wish.phrase());
        assertThat(go.isEnabled()).isTrue();
        go.click();
        cluster.await("the run's page opens", () -> url().contains("/runs/"));
        RunId run = new RunId(url().replaceAll(".*/runs/", ""));
        assertThat(cluster.run(run).by()).startsWith("ann");
        assertThat(cluster.run(run).reason()).contains("confirmed by bob");
        open("/wishes/" + wish.id());
        assertThat(text("main")).contains("was confirmed, withdrawn, or nobody confirmed it");
    }

    @Test
    void glassOpensInTheConsoleOnceTwoHaveKnocked() {
        sealed("red.glass");
        sealed("blue.glass");
        enter("red.glass");
        assertThat(text("main"))
                .contains("everybody is told", "a second break-glass account has to sign in");
        enter("blue.glass");
        cluster.await("the overview opens", () -> url().endsWith("/"));
        assertThat(text("header")).contains("blue.glass");
        cluster.await(
                "everybody is told",
                () -> {
                    open("/");
                    return text("main").contains("Break-glass account blue.glass was opened");
                });
        signIn("bob");
        assertThat(text("main"))
                .contains("Break-glass account red.glass was knocked at")
                .contains("Break-glass account blue.glass was opened");
    }

    private static void sealed(String name) {
        cluster.anyone()
                .put(
                        "/api/v1/people/" + name,
                        new AccessResource.PersonRequest(
                                Optional.empty(),
                                List.of("commander", "viewer"),
                                Optional.empty(),
                                Optional.of(true),
                                Optional.of(TestPeople.PASSWORD),
                                Optional.empty()),
                        Accounts.PersonView.class);
    }

    private static void signIn(String name) {
        enter(name);
        cluster.await("the overview opens", () -> url().endsWith("/"));
        assertThat(text("header")).contains(name);
    }

    /** At the door, as nobody. */
    private static void enter(String name) {
        browser.get(cluster.url("b1") + "/login");
        browser.manage().deleteAllCookies();
        open("/login");
        browser.findElement(By.name("name")).sendKeys(name);
        browser.findElement(By.name("password")).sendKeys(TestPeople.PASSWORD);
        browser.findElement(By.cssSelector("main button[type=submit]")).click();
    }

    private static void open(String path) {
        browser.get(cluster.url("b1") + path);
    }

    private static String url() {
        return String.valueOf(browser.getCurrentUrl());
    }

    private static String text(String selector) {
        return browser.findElement(By.cssSelector(selector)).getText();
    }
}
