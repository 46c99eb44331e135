package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.api.AccessResource;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.service.Accounts;
import adfer.service.ApiTokens;

import com.fasterxml.jackson.core.type.TypeReference;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pages of people, as an admin and as anybody else uses them, in a real Chromium. */
@TestMethodOrder(OrderAnnotation.class)
class PeoplePagesIT extends InTheConsole {
    private static final String NEW_PASSWORD = "four other words here";

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        visit(TestCluster::published);
    }

    @Test
    @Order(1)
    void adminAddsSomebodyWithARoleAtOneSite() throws IOException {
        visitor.signIn("ann");
        visitor.click("nav a[href='/people']");
        assertThat(visitor.text("main")).contains("nia.rees", "commander", "by password");
        visitor.fill("name", "eve");
        visitor.fill("title", "Eve of the night shift");
        visitor.fill("password", TestPeople.PASSWORD);
        visitor.fill("again", "something else");
        visitor.click("input[value=viewer]");
        visitor.click("select[name=role] option[value=operator]");
        visitor.click("select[name=where] option[value='site:b']");
        visitor.click("main button.primary");
        assertThat(visitor.text(".banner.bad")).contains("two different passwords");
        assertThat(value("name")).as("kept").isEqualTo("eve");
        assertThat(value("password")).as("not sent back").isEmpty();
        visitor.fill("password", TestPeople.PASSWORD);
        visitor.fill("again", TestPeople.PASSWORD);
        visitor.click("main button.primary");
        cluster.await("her page opens", () -> visitor.url().endsWith("/people/eve"));
        assertThat(visitor.text("main .facts")).contains("viewer, operator at site B");
        assertThat(person("eve").grants()).containsExactly("viewer", "operator@site:b");
        visitor.open("/people");
        assertThat(visitor.text("main")).contains("Eve of the night shift", "operator at site B");
        visitor.picture("people");
    }

    @Test
    @Order(2)
    void rolesAreWithdrawnAndGrantedWithOneSave() {
        visitor.open("/people/eve");
        visitor.click("#change input[value=viewer]");
        visitor.click("#change input[value=approver]");
        visitor.fill("#change", "reason", "she moves to another team");
        visitor.click("#change button");
        cluster.await("it is so", () -> !person("eve").grants().contains("viewer"));
        assertThat(person("eve").grants()).containsExactly("approver", "operator@site:b");
        assertThat(cluster.anyone().raw("/api/v1/audit?q=eve")).contains("another team");
    }

    @Test
    @Order(3)
    void sessionIsEndedAndAnotherGoesOn() throws IOException {
        String laptop = signedIn("eve", TestPeople.PASSWORD);
        String telephone = signedIn("eve", TestPeople.PASSWORD);
        String id = session(laptop);
        cluster.await(
                "both are listed",
                () -> {
                    visitor.open("/people/eve");
                    return visitor.sees("#end-" + id) && visitor.sees("#end-" + session(telephone));
                });
        visitor.picture("person");
        new Actions(visitor.browser())
                .moveToElement(visitor.browser().findElement(By.name("reason")))
                .click()
                .sendKeys("a stolen laptop", Keys.ENTER)
                .perform();
        assertThat(refused(laptop)).as("the enter key alone ends nothing").isFalse();
        visitor.click("#end-" + id);
        cluster.await("it has ended", () -> refused(laptop));
        assertThat(refused(telephone)).isFalse();
        visitor.open("/people/eve");
        assertThat(visitor.sees("#end-" + id)).isFalse();
        visitor.click("#end-all");
        visitor.browser().switchTo().alert().accept();
        cluster.await("all have ended", () -> refused(telephone));
    }

    @Test
    @Order(4)
    void passwordIsResetAndLockOutIsShown() {
        visitor.open("/people/eve");
        visitor.fill("#password", "password", "short");
        visitor.fill("#password", "again", "short");
        visitor.click("#password button");
        assertThat(visitor.text(".banner.bad")).contains("12 to 200 characters");
        visitor.fill("#password", "password", NEW_PASSWORD);
        visitor.fill("#password", "again", NEW_PASSWORD);
        visitor.click("#password button");
        cluster.await("it counts", () -> !signedIn("eve", NEW_PASSWORD).isEmpty());
        for (int i = 0; i < 8; i++) {
            assertThat(signedIn("nia.rees", "a wrong one")).isEmpty();
        }
        visitor.open("/people");
        assertThat(visitor.text(".banner.warn"))
                .contains("may try again as nia.rees", "From elsewhere");
    }

    @Test
    @Order(5)
    void whoIsNoAdminSeesAndEndsNoMoreThanHisOrHerOwn() throws IOException {
        TestPeople.add(cluster.client("b1", "tester"), "viv", List.of("viewer"));
        visitor.signIn("viv");
        assertThat(visitor.sees("nav a[href='/people']")).as("not offered").isFalse();
        visitor.open("/people");
        assertThat(visitor.text("main"))
                .contains("viv may not say who may do what: that takes the role admin");
        visitor.open("/people/ann");
        assertThat(visitor.text("main")).contains("viv may not say who may do what");
        cluster.people().signIn(cluster.client("b1", ""), "viv");
        ApiTokens.NewToken token =
                cluster.client("b1", "viv")
                        .post(
                                "/api/v1/tokens",
                                new AccessResource.TokenRequest(
                                        "a report", List.of("viewer"), Optional.empty()),
                                ApiTokens.NewToken.class);
        visitor.click("header .me a");
        cluster.await("her own page opens", () -> visitor.url().endsWith("/people/viv"));
        assertThat(visitor.text("main")).contains("that is you", "this one", "a report");
        assertThat(visitor.sees("#change")).as("not offered").isFalse();
        assertThat(visitor.sees("#removal")).as("not offered").isFalse();
        visitor.picture("me");
        forge("/people/viv", "grant=admin");
        assertThat(visitor.text("body")).contains("viv may not say who may do what");
        assertThat(person("viv").grants()).containsExactly("viewer");
        visitor.open("/people/viv");
        visitor.click("#revoke-" + token.token().id());
        cluster.await("it is revoked", () -> refused(token.credential()));
        String own = session(cluster.people().credential("viv"));
        cluster.await(
                "the other session is listed",
                () -> {
                    visitor.open("/people/viv");
                    return visitor.sees("#end-" + own);
                });
        visitor.click("#end-" + own);
        cluster.await("it has ended", () -> refused(cluster.people().credential("viv")));
        assertThat(visitor.text("main")).contains("this one");
    }

    @Test
    @Order(6)
    void ownPasswordTakesThePresentOneAndEndsTheSession() {
        visitor.open("/people/viv");
        visitor.fill("#password", "present", "not the present one");
        visitor.fill("#password", "password", NEW_PASSWORD);
        visitor.fill("#password", "again", NEW_PASSWORD);
        visitor.click("#password button");
        assertThat(visitor.text(".banner.bad")).contains("Nobody of that name");
        visitor.fill("#password", "present", TestPeople.PASSWORD);
        visitor.fill("#password", "password", NEW_PASSWORD);
        visitor.fill("#password", "again", NEW_PASSWORD);
        visitor.click("#password button");
        cluster.await("the door is shown", () -> visitor.url().contains("/login"));
        visitor.open("/");
        assertThat(visitor.url()).as("the old session has ended").contains("/login");
    }

    @Test
    @Order(7)
    void somebodyIsRemovedAfterASecondThought() {
        visitor.signIn("ann");
        visitor.open("/people/eve");
        visitor.click("#removal button");
        visitor.browser().switchTo().alert().dismiss();
        assertThat(visitor.url()).endsWith("/people/eve");
        visitor.click("#removal button");
        visitor.browser().switchTo().alert().accept();
        cluster.await("the others are shown", () -> visitor.url().endsWith("/people"));
        assertThat(visitor.sees("#person-ben")).isTrue();
        assertThat(visitor.sees("#person-eve")).as("nor her old sessions").isFalse();
        visitor.open("/people/eve");
        assertThat(visitor.text("main")).contains("There is nobody called eve.");
    }

    @Test
    @Order(8)
    void keyboardReachesEveryFieldAndEachHasALabel() {
        visitor.open("/people");
        for (WebElement field : visitor.browser().findElements(By.cssSelector("main input"))) {
            if (!"hidden".equals(field.getDomProperty("type"))) {
                assertThat(field.getAccessibleName())
                        .as(String.valueOf(field.getDomProperty("name")))
                        .isNotBlank();
            }
        }
        visitor.browser().findElement(By.name("name")).sendKeys("ivy", Keys.TAB, Keys.TAB);
        Actions keys = new Actions(visitor.browser());
        keys.sendKeys(TestPeople.PASSWORD, Keys.TAB, TestPeople.PASSWORD, Keys.TAB, " ").perform();
        new Actions(visitor.browser()).sendKeys(Keys.ENTER).perform();
        cluster.await("the keyboard has added her", () -> visitor.url().endsWith("/people/ivy"));
        assertThat(person("ivy").grants()).containsExactly("viewer");
    }

    @Test
    @Order(9)
    void nothingOverflowsOnAPhone() throws IOException {
        visitor.onAPhone(Map.of("people", "/people", "person", "/people/ann"));
    }

    /** Sends what no page offers, with the token of a form that is there. */
    private static void forge(String path, String body) {
        visitor.browser()
                .executeScript(
                        "const f = document.querySelector('form.me'); f.action = arguments[0];"
                                + " const [k, v] = arguments[1].split('=');"
                                + " const i = document.createElement('input'); i.name = k;"
                                + " i.value = v; f.append(i); f.submit();",
                        path,
                        body);
    }

    private static String value(String name) {
        return String.valueOf(visitor.browser().findElement(By.name(name)).getDomProperty("value"));
    }

    private static Accounts.PersonView person(String name) {
        return cluster
                .anyone()
                .get("/api/v1/people", new TypeReference<List<Accounts.PersonView>>() {})
                .stream()
                .filter(person -> person.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Somebody's new session; empty where the password is wrong. */
    private static String signedIn(String name, String password) {
        try {
            return cluster.client("b1", "")
                    .post(
                            "/api/v1/session",
                            new AccessResource.SignInRequest(name, password),
                            AccessResource.SignedIn.class)
                    .credential();
        } catch (CliException e) {
            return "";
        }
    }

    private static String session(String credential) {
        return shown(credential).get("/api/v1/me", AccessResource.Me.class).session().orElseThrow();
    }

    private static Client shown(String credential) {
        return cluster.shown("b1", credential);
    }
}
