package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.RunId;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

import java.io.IOException;
import java.util.Map;

/**
 * The console as a person uses it, in a real Chromium. What was seen is kept in {@code
 * target/console}.
 */
@TestMethodOrder(OrderAnnotation.class)
class ConsoleIT extends InTheConsole {
    private static String run = "";

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        visit(TestCluster::published);
    }

    @Test
    @Order(0)
    void nobodyIsShownAnythingBeforeSigningIn() throws IOException {
        visitor.open("/audit");
        assertThat(visitor.url()).contains("/login");
        assertThat(visitor.text("main")).doesNotContain("tester");
        visitor.browser().findElement(By.name("name")).sendKeys("nia.rees");
        visitor.browser().findElement(By.name("password")).sendKeys("not that one at all");
        visitor.picture("signin");
        visitor.click("main form button");
        assertThat(visitor.text("main")).contains("Nobody of that name has that password");
        visitor.browser().findElement(By.name("password")).sendKeys(TestPeople.PASSWORD);
        visitor.click("main form button");
        cluster.await("the page that was wanted is there", () -> visitor.url().endsWith("/audit"));
        assertThat(visitor.text("header")).contains("nia.rees", "Sign out");
    }

    @Test
    @Order(1)
    void overviewTellsWhatRunsWhere() throws IOException {
        visitor.open("/");
        assertThat(visitor.text("#service-shop")).contains("Web shop", "at A", "4 of 4");
        assertThat(visitor.text("main"))
                .contains("Data centre A", "Data centre B", "Witness", "healthy");
        assertThat(visitor.browser().findElements(By.cssSelector("svg.mesh circle"))).hasSize(3);
        visitor.picture("overview");
    }

    @Test
    @Order(2)
    void planIsShownAndConfirmedInWords() throws IOException {
        visitor.open("/");
        visitor.click("#service-shop footer a");
        assertThat(visitor.text("main")).contains("Nothing has been done yet", "promote", "127.");
        WebElement go = visitor.browser().findElement(By.cssSelector("form button[type=submit]"));
        assertThat(go.isEnabled()).isFalse();
        visitor.browser().findElement(By.name("reason")).sendKeys("maintenance at A");
        WebElement words = visitor.browser().findElement(By.name("confirmation"));
        words.sendKeys("migration shop to");
        assertThat(go.isEnabled()).isFalse();
        visitor.picture("plan");
        words.sendKeys(" b");
        assertThat(go.isEnabled()).isTrue();
        go.click();
        cluster.await("the run's page opens", () -> visitor.url().contains("/runs/"));
        run = visitor.url().replaceAll(".*/runs/", "");
    }

    @Test
    @Order(3)
    void runIsSeenLiveAndApproved() throws IOException {
        visitor.open("/runs/" + run);
        type("speak-reason", "looks well");
        cluster.await("the approval is asked for", () -> seen("approve:sign-off"));
        assertThat(visitor.text("main"))
                .contains(
                        "needs a person",
                        "waits for a person",
                        "The shop answers at the other site");
        assertThat(visitor.browser().findElement(By.cssSelector("#speak button")).isDisplayed())
                .isFalse();
        assertThat(value("speak-reason")).as("kept while the page redraws").isEqualTo("looks well");
        visitor.picture("run-waiting");
        type("speak-reason", Keys.ENTER);
        assertThat(cluster.run(new RunId(run)).summary().phase().ended())
                .as("the enter key alone decides nothing")
                .isFalse();
        visitor.click("button[value='approve:sign-off']");
        cluster.await("the end is shown", () -> visitor.text("main .lead").contains("done"));
        cluster.await("the report is offered", () -> visitor.text("main").contains("Report"));
        assertThat(visitor.text("main")).contains("nia.rees", "approved sign-off");
        visitor.picture("run-done");
        visitor.open("/runs/" + run + "/report");
        assertThat(visitor.text("main")).contains("RTO achieved", "maintenance at A", "nia.rees");
        visitor.picture("report");
        visitor.open("/");
        cluster.await(
                "the service is shown at B", () -> visitor.text("#service-shop").contains("at B"));
    }

    @Test
    @Order(4)
    void auditTellsWhoDidWhat() throws IOException {
        visitor.open("/audit");
        assertThat(visitor.text("main")).contains("nia.rees", "maintenance at A");
        visitor.picture("audit");
    }

    @Test
    @Order(5)
    void failoverWithoutProofLeadsToWhereItIsAttested() throws IOException {
        visitor.open("/plan/failover/mail");
        assertThat(visitor.text("main"))
                .contains("needs proof that site a is off", "Prove it here")
                .doesNotContain("Go ahead?");
        visitor.picture("failover");
        visitor.open("/sites/a");
        assertThat(visitor.text("main")).contains("How did you make sure?");
        visitor.picture("site");
        visitor.open("/inventory");
        visitor.picture("inventory");
        visitor.open("/plan/dance/mail");
        assertThat(visitor.text("main")).contains("There is no operation 'dance'");
    }

    @Test
    @Order(6)
    void nothingOverflowsOnAPhone() throws IOException {
        visitor.onAPhone(
                Map.of(
                        "overview", "/",
                        "migration", "/plan/migration/mail",
                        "failover", "/plan/failover/mail",
                        "run", "/runs/" + run,
                        "report", "/runs/" + run + "/report",
                        "audit", "/audit",
                        "site", "/sites/a",
                        "inventory", "/inventory"));
    }

    @Test
    @Order(7)
    void keyboardFindsItsWay() {
        visitor.open("/");
        new Actions(visitor.browser()).sendKeys(Keys.TAB).perform();
        WebElement first = visitor.browser().switchTo().activeElement();
        assertThat(first.getText()).isEqualTo("Skip to content");
        assertThat(first.getRect().getX()).isNotNegative();
        new Actions(visitor.browser()).sendKeys(Keys.ENTER).perform();
        assertThat(visitor.url()).endsWith("#main");
        new Actions(visitor.browser()).sendKeys(Keys.TAB).perform();
        String focused = focused();
        assertThat(focused).startsWith("true solid ");
        visitor.browser().executeScript("document.querySelector('#live section').id = 'old'");
        cluster.await(
                "the page is redrawn",
                () -> visitor.browser().findElements(By.id("old")).isEmpty());
        assertThat(focused()).isEqualTo(focused);
    }

    /** Whether the focus is within the content, how it is marked, and on what it is. */
    private static String focused() {
        return String.valueOf(
                visitor.browser()
                        .executeScript(
                                "const e = document.activeElement; return [!!e.closest('main'),"
                                    + " getComputedStyle(e).outlineStyle, e.innerText].join(' ')"));
    }

    private static boolean seen(String decision) {
        return visitor.sees("button[value='" + decision + "']");
    }

    private static void type(String id, CharSequence keys) {
        visitor.browser().findElement(By.id(id)).sendKeys(keys);
    }

    private static String value(String id) {
        return String.valueOf(visitor.browser().findElement(By.id(id)).getDomProperty("value"));
    }
}
