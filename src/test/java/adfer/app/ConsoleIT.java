package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.RunId;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The console as a person uses it, in a real Chromium. What was seen is kept in {@code
 * target/console}.
 */
@TestMethodOrder(OrderAnnotation.class)
class ConsoleIT {
    private static final Path PICTURES = Path.of("target", "console");

    @TempDir static Path folder;
    @TempDir static Path profile;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static ChromeDriver browser;

    private static String run = "";

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        Assumptions.assumeTrue(Browser.there(), Browser.NEEDED);
        Files.createDirectories(PICTURES);
        cluster = TestCluster.published(folder);
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
    @Order(0)
    void nobodyIsShownAnythingBeforeSigningIn() throws IOException {
        open("/audit");
        assertThat(url()).contains("/login");
        assertThat(text("main")).doesNotContain("tester");
        browser.findElement(By.name("name")).sendKeys("nia.rees");
        browser.findElement(By.name("password")).sendKeys("not that one at all");
        picture("signin");
        click("main form button");
        assertThat(text("main")).contains("Nobody of that name has that password");
        browser.findElement(By.name("password")).sendKeys(TestPeople.PASSWORD);
        click("main form button");
        cluster.await("the page that was wanted is there", () -> url().endsWith("/audit"));
        assertThat(text("header")).contains("nia.rees", "Sign out");
    }

    @Test
    @Order(1)
    void overviewTellsWhatRunsWhere() throws IOException {
        open("/");
        assertThat(text("#service-shop")).contains("Web shop", "at A", "4 of 4");
        assertThat(text("main")).contains("Data centre A", "Data centre B", "Witness", "healthy");
        assertThat(browser.findElements(By.cssSelector("svg.mesh circle"))).hasSize(3);
        picture("overview");
    }

    @Test
    @Order(2)
    void planIsShownAndConfirmedInWords() throws IOException {
        open("/");
        click("#service-shop footer a");
        assertThat(text("main")).contains("Nothing has been done yet", "promote", "127.");
        WebElement go = browser.findElement(By.cssSelector("form button[type=submit]"));
        assertThat(go.isEnabled()).isFalse();
        browser.findElement(By.name("reason")).sendKeys("maintenance at A");
        WebElement words = browser.findElement(By.name("confirmation"));
        words.sendKeys("migration shop to");
        assertThat(go.isEnabled()).isFalse();
        picture("plan");
        words.sendKeys(" b");
        assertThat(go.isEnabled()).isTrue();
        go.click();
        cluster.await("the run's page opens", () -> url().contains("/runs/"));
        run = url().replaceAll(".*/runs/", "");
    }

    @Test
    @Order(3)
    void runIsSeenLiveAndApproved() throws IOException {
        open("/runs/" + run);
        type("speak-reason", "looks well");
        cluster.await("the approval is asked for", () -> seen("approve:sign-off"));
        assertThat(text("main"))
                .contains(
                        "needs a person",
                        "waits for a person",
                        "The shop answers at the other site");
        assertThat(browser.findElement(By.cssSelector("#speak button")).isDisplayed()).isFalse();
        assertThat(value("speak-reason")).as("kept while the page redraws").isEqualTo("looks well");
        picture("run-waiting");
        type("speak-reason", Keys.ENTER);
        assertThat(cluster.run(new RunId(run)).summary().phase().ended())
                .as("the enter key alone decides nothing")
                .isFalse();
        click("button[value='approve:sign-off']");
        cluster.await("the end is shown", () -> text("main .lead").contains("done"));
        cluster.await("the report is offered", () -> text("main").contains("Report"));
        assertThat(text("main")).contains("nia.rees", "approved sign-off");
        picture("run-done");
        open("/runs/" + run + "/report");
        assertThat(text("main")).contains("RTO achieved", "maintenance at A", "nia.rees");
        picture("report");
        open("/");
        cluster.await("the service is shown at B", () -> text("#service-shop").contains("at B"));
    }

    @Test
    @Order(4)
    void auditTellsWhoDidWhat() throws IOException {
        open("/audit");
        assertThat(text("main")).contains("nia.rees", "maintenance at A");
        picture("audit");
    }

    @Test
    @Order(5)
    void failoverWithoutProofLeadsToWhereItIsAttested() throws IOException {
        open("/plan/failover/mail");
        assertThat(text("main"))
                .contains("needs proof that site a is off", "Prove it here")
                .doesNotContain("Go ahead?");
        picture("failover");
        open("/sites/a");
        assertThat(text("main")).contains("How did you make sure?");
        picture("site");
        open("/inventory");
        picture("inventory");
        open("/plan/dance/mail");
        assertThat(text("main")).contains("There is no operation 'dance'");
    }

    @Test
    @Order(6)
    void nothingOverflowsOnAPhone() throws IOException {
        phone(true);
        try {
            for (String page :
                    List.of(
                            "/",
                            "/plan/migration/mail",
                            "/plan/failover/mail",
                            "/runs/" + run,
                            "/runs/" + run + "/report",
                            "/audit",
                            "/sites/a",
                            "/inventory")) {
                open(page);
                picture("phone" + page.replace(run, "run").replace('/', '-'));
                assertThat(number("return document.documentElement.scrollWidth"))
                        .as(page)
                        .isLessThanOrEqualTo(390);
            }
        } finally {
            phone(false);
        }
    }

    @Test
    @Order(7)
    void keyboardFindsItsWay() {
        open("/");
        new Actions(browser).sendKeys(Keys.TAB).perform();
        WebElement first = browser.switchTo().activeElement();
        assertThat(first.getText()).isEqualTo("Skip to content");
        assertThat(first.getRect().getX()).isNotNegative();
        new Actions(browser).sendKeys(Keys.ENTER).perform();
        assertThat(url()).endsWith("#main");
        new Actions(browser).sendKeys(Keys.TAB).perform();
        String focused = focused();
        assertThat(focused).startsWith("true solid ");
        browser.executeScript("document.querySelector('#live section').id = 'old'");
        cluster.await("the page is redrawn", () -> browser.findElements(By.id("old")).isEmpty());
        assertThat(focused()).isEqualTo(focused);
    }

    /** Whether the focus is within the content, how it is marked, and on what it is. */
    private static String focused() {
        return String.valueOf(
                browser.executeScript(
                        "const e = document.activeElement; return [!!e.closest('main'),"
                                + " getComputedStyle(e).outlineStyle, e.innerText].join(' ')"));
    }

    private static void open(String path) {
        browser.get(cluster.url("b1") + path);
    }

    private static String url() {
        return String.valueOf(browser.getCurrentUrl());
    }

    /** The page may redraw between finding and clicking. */
    private static void click(String selector) {
        cluster.await(
                selector + " takes the click",
                () -> {
                    try {
                        browser.findElement(By.cssSelector(selector)).click();
                        return true;
                    } catch (StaleElementReferenceException e) {
                        return false;
                    }
                });
    }

    private static boolean seen(String decision) {
        return !browser.findElements(By.cssSelector("button[value='" + decision + "']")).isEmpty();
    }

    private static void type(String id, CharSequence keys) {
        browser.findElement(By.id(id)).sendKeys(keys);
    }

    private static String value(String id) {
        return String.valueOf(browser.findElement(By.id(id)).getDomProperty("value"));
    }

    /** What is written there; the page may redraw while it is read. */
    private static String text(String selector) {
        for (int i = 0; i < 5; i++) {
            try {
                return browser.findElement(By.cssSelector(selector)).getText();
            } catch (StaleElementReferenceException e) {
                // Read again.
            }
        }
        return "";
    }

    private static long number(String script) {
        return ((Number) java.util.Objects.requireNonNull(browser.executeScript(script)))
                .longValue();
    }

    private static void phone(boolean on) {
        if (on) {
            browser.executeCdpCommand(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", 390, "height", 844, "deviceScaleFactor", 1, "mobile", true));
        } else {
            browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    /** The whole page, by day and by night. */
    private static void picture(String name) throws IOException {
        for (String scheme : List.of("dark", "light")) {
            Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
            browser.executeCdpCommand(
                    "Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
            Object data =
                    browser.executeCdpCommand(
                                    "Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                            .get("data");
            Files.write(
                    PICTURES.resolve(name + "-" + scheme + ".png"),
                    Base64.getDecoder().decode(String.valueOf(data)));
        }
    }
}
