package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.api.AccessResource;
import adfer.kernel.RunId;
import adfer.plan.Operation;
import adfer.service.Accounts;
import adfer.service.Views;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.WebElement;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What takes two people, in a real Chromium over TLS: a colleague's wish, and broken glass. */
@TestMethodOrder(OrderAnnotation.class)
class SecondPersonIT extends InTheConsole {
    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        visit(folder -> {
            TestCluster secured = TestCluster.secured(folder);
            secured.configured(text -> text + "access: { twoPeople: [migration] }\n");
            TestCluster.started(secured);
            secured.publish();
            return secured;
        });
    }

    @Test
    @Order(1)
    void policyForbidsWhatAPageOfOursNeverDoes() {
        visitor.open("/login");
        visitor.browser()
                .executeScript(
                        "const s = document.createElement('script'); s.textContent = 'window.evil ="
                                + " 1'; document.body.append(s);");
        assertThat(visitor.browser().executeScript("return window.evil")).isNull();
        assertThat(Browser.violations(visitor.browser()))
                .as("what everyPageKept looks for")
                .isNotEmpty();
    }

    @Test
    @Order(2)
    void sessionsCookieIsForThisHostAndTlsAlone() {
        visitor.signIn("bob");
        Cookie cookie =
                Objects.requireNonNull(
                        visitor.browser().manage().getCookieNamed("__Host-adfer-session"));
        assertThat(cookie.isSecure()).isTrue();
        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.getSameSite()).isEqualTo("Strict");
        assertThat(cookie.getPath()).isEqualTo("/");
        assertThat(visitor.browser().executeScript("return document.cookie")).isEqualTo("");
        String copied = cookie.getValue();
        visitor.click("form[action='/logout'] button");
        cluster.await("the door is shown", () -> visitor.url().contains("/login"));
        assertThat(visitor.browser().manage().getCookieNamed("__Host-adfer-session")).isNull();
        cluster.await("the session has ended", () -> refused(copied));
    }

    @Test
    @Order(3)
    void colleagueSeesTheWishAndConfirmsItInWords() {
        Views.WishView wish = cluster.wish("ann", Operation.MIGRATION);
        visitor.signIn("ann");
        visitor.open("/wishes/" + wish.id());
        assertThat(visitor.text("main")).contains("ann waits for a second person", "Withdraw it");
        assertThat(visitor.sees("[name=typed]")).as("not by the same person").isFalse();
        visitor.signIn("bob");
        assertThat(visitor.text("main")).contains("ann waits for a second person");
        visitor.open("/wishes/" + wish.id());
        assertThat(visitor.text("main"))
                .contains("ann asked for this", "a test", "Do you want this too?");
        WebElement go = visitor.browser().findElement(By.cssSelector("button.danger"));
        assertThat(go.isEnabled()).as("before the words").isFalse();
        visitor.fill("typed", wish.phrase());
        assertThat(go.isEnabled()).isTrue();
        go.click();
        cluster.await("the run's page opens", () -> visitor.url().contains("/runs/"));
        RunId run = new RunId(visitor.url().replaceAll(".*/runs/", ""));
        assertThat(cluster.run(run).by()).startsWith("ann");
        assertThat(cluster.run(run).reason()).contains("confirmed by bob");
        visitor.open("/wishes/" + wish.id());
        assertThat(visitor.text("main"))
                .contains("was confirmed, withdrawn, or nobody confirmed it");
    }

    @Test
    @Order(4)
    void glassOpensInTheConsoleOnceTwoHaveKnocked() {
        sealed("red.glass");
        sealed("blue.glass");
        visitor.enter("red.glass");
        assertThat(visitor.text("main"))
                .contains("everybody is told", "a second break-glass account has to sign in");
        visitor.enter("blue.glass");
        cluster.await("the overview opens", () -> visitor.url().endsWith("/"));
        assertThat(visitor.text("header")).contains("blue.glass");
        cluster.await(
                "everybody is told",
                () -> {
                    visitor.open("/");
                    return visitor.text("main")
                            .contains("Break-glass account blue.glass was opened");
                });
        visitor.signIn("bob");
        assertThat(visitor.text("main"))
                .contains("Break-glass account red.glass was knocked at")
                .contains("Break-glass account blue.glass was opened");
    }

    @Test
    @Order(5)
    void changeOfRightsWaitsForAColleagueWhereOneNodeDemandsIt() {
        cluster.stop("w1");
        cluster.configured(text -> text + "access: { twoPeople: [migration, rights] }\n");
        cluster.start("w1");
        cluster.await(
                "it is demanded",
                () -> cluster.overview().attention().toString().contains("migration, rights"));
        visitor.signIn("ann");
        visitor.open("/people/nia.rees");
        visitor.click("#change input[value=admin]");
        visitor.click("#change button");
        cluster.await("the wish is shown", () -> visitor.url().contains("/wishes/"));
        String wish = visitor.url().replaceAll(".*(/wishes/)", "$1");
        assertThat(visitor.text("main"))
                .contains("nia.rees is to be viewer, operator", "ann waits for a second person");
        visitor.open("/people");
        assertThat(visitor.text("main")).contains("ann waits for a second person");
        assertThat(cluster.as("nia.rees").get("/api/v1/me", AccessResource.Me.class).roles())
                .as("nothing has been done yet")
                .contains("admin");
        visitor.signIn("bob");
        visitor.open(wish);
        visitor.fill("typed", "change nia.rees");
        visitor.click("button.danger");
        cluster.await(
                "it is done",
                () ->
                        !cluster.as("nia.rees")
                                .get("/api/v1/me", AccessResource.Me.class)
                                .roles()
                                .contains("admin"));
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
}
