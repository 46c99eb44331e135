package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Somebody in front of a real Chromium, at node b1 of a test's cluster. */
final class Visitor implements AutoCloseable {
    private static final Path PICTURES = Path.of("target", "console");

    private final TestCluster cluster;
    private final ChromeDriver browser;

    /**
     * @param profile an empty folder
     */
    Visitor(TestCluster cluster, Path profile) {
        this.cluster = cluster;
        this.browser = Browser.start(profile);
    }

    ChromeDriver browser() {
        return browser;
    }

    void open(String path) {
        browser.get(cluster.url("b1") + path);
    }

    String url() {
        return String.valueOf(browser.getCurrentUrl());
    }

    /** Signs in at the door, as nobody before. */
    void enter(String name) {
        open("/login");
        browser.manage().deleteAllCookies();
        open("/login");
        fill("name", name);
        fill("password", TestPeople.PASSWORD);
        click("main form button");
    }

    /** The same, as somebody who is let in. */
    void signIn(String name) {
        enter(name);
        cluster.await("the overview opens", () -> url().endsWith("/"));
        assertThat(text("header")).contains(name);
    }

    /** The page may redraw between finding and clicking. */
    void click(String selector) {
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

    /** Types into the field of that name. */
    void fill(String name, String text) {
        fill(browser.findElement(By.name(name)), text);
    }

    /** The same within one form, where several have such a field. */
    void fill(String form, String name, String text) {
        fill(browser.findElement(By.cssSelector(form + " [name='" + name + "']")), text);
    }

    private static void fill(WebElement field, String text) {
        field.clear();
        field.sendKeys(text);
    }

    boolean sees(String selector) {
        return !browser.findElements(By.cssSelector(selector)).isEmpty();
    }

    /** What is written there; the page may redraw while it is read. */
    String text(String selector) {
        for (int i = 0; i < 5; i++) {
            try {
                return browser.findElement(By.cssSelector(selector)).getText();
            } catch (StaleElementReferenceException e) {
                // Read again.
            }
        }
        return "";
    }

    /** That nothing sticks out on a telephone, with a picture of each page. */
    void onAPhone(Map<String, String> pages) throws IOException {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 390, "height", 844, "deviceScaleFactor", 1, "mobile", true));
        try {
            for (Map.Entry<String, String> page : pages.entrySet()) {
                open(page.getValue());
                picture("phone-" + page.getKey());
                assertThat(number("return document.documentElement.scrollWidth"))
                        .as(page.getKey())
                        .isLessThanOrEqualTo(390);
            }
        } finally {
            browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    private long number(String script) {
        return ((Number) Objects.requireNonNull(browser.executeScript(script))).longValue();
    }

    /** The whole page, by day and by night, kept in {@code target/console}. */
    void picture(String name) throws IOException {
        Files.createDirectories(PICTURES);
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

    /** That no page has asked for anything that the content security policy forbids. */
    void obeyed() {
        Browser.obeyed(browser);
    }

    @Override
    public void close() {
        browser.quit();
    }
}
