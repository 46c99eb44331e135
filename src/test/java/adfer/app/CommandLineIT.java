package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.api.AccessResource.Me;
import adfer.api.AccessResource.SignInRequest;
import adfer.api.AccessResource.SignedIn;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.cli.SessionStore;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The command line against three nodes: what it prints and with which code it ends. */
@TestMethodOrder(OrderAnnotation.class)
class CommandLineIT {
    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    private static String homeBefore = "";

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        homeBefore = System.getProperty("user.home", "");
        System.setProperty("user.home", folder.resolve("home").toString());
        cluster = TestCluster.unstarted(folder);
        cluster.spawn("a1");
        cluster.await(
                "it says that nobody is there yet",
                () -> adfer("status").code() == ExitCode.NOT_SIGNED_IN);
        for (Said said : List.of(adfer("status"), typing(TestPeople.PASSWORD, "login"))) {
            assertThat(said.code()).isEqualTo(ExitCode.NOT_SIGNED_IN);
            assertThat(said.err())
                    .contains("Nobody has been set up", "./adfer setup")
                    .hasLineCount(1);
        }
        TestCluster.started(cluster);
        assertThat(adfer("status").err()).contains("Sign in first").hasLineCount(1);
        assertThat(typing("not that one at all", "login").code()).isEqualTo(ExitCode.NOT_SIGNED_IN);
        assertThat(typing(TestPeople.PASSWORD, "login").out()).contains("shift is signed in until");
    }

    @AfterAll
    static void stop() {
        System.setProperty("user.home", homeBefore);
        cluster.close();
    }

    /** With this on its standard input. */
    private static Said typing(String line, String... arguments) {
        return Said.typing(line, () -> adfer(arguments));
    }

    private static Said adfer(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("--url") && !all.contains("lint") && !all.contains("--help")) {
            all.addAll(List.of("--url", cluster.urls(), "--as", "shift"));
        }
        return Said.by(all.toArray(String[]::new));
    }

    @Test
    @Order(1)
    void runbooksAreCheckedPublishedAndShown() throws IOException {
        String shop = cluster.runbook(TestCluster.SHOP).toString();
        assertThat(adfer("runbook", "lint", shop).code()).isEqualTo(ExitCode.DONE);
        Path alone = Files.createDirectory(folder.resolve("bad"));
        Path bad = Files.writeString(alone.resolve("bad.yml"), "runbook: bad\nsteps: 7\n");
        Said wrong = adfer("runbook", "lint", bad.toString());
        assertThat(wrong.code()).isEqualTo(ExitCode.FAILED);
        assertThat(wrong.out()).containsPattern("bad\\.yml:\\d+:\\d+");
        assertThat(adfer("runbook", "lint", "-o", "json", bad.toString()).json()).isNotEmpty();
        assertThat(adfer("runbook", "lint", "nowhere.yml").code()).isEqualTo(ExitCode.USAGE);
        assertThat(adfer("runbook", "publish", bad.toString()).code()).isNotZero();
        assertThat(adfer("runbook", "publish", shop).out()).contains("Published shop (Web shop)");
        Path mail = cluster.runbook(TestCluster.MAIL).resolveSibling("");
        assertThat(adfer("runbook", "publish", mail.toString(), "-o", "json").json()).hasSize(1);
        assertThat(adfer("runbook", "show").out()).contains("shop", "mail");
        assertThat(adfer("runbook", "show", "shop").out()).contains("vm.stop", "by shift (cli)");
        cluster.publish();
    }

    @Test
    @Order(2)
    void whatIsTrueIsToldInTextAndJson() throws IOException {
        assertThat(adfer("status", "--newest").out())
                .contains("As of index", "Data centre A", "Web shop", "2/2");
        assertThat(adfer("sites").out()).contains("Site a:", "w1");
        assertThat(adfer("mesh").out()).contains("ROUND TRIP", "two");
        assertThat(adfer("nodes").out()).containsPattern("w1 +w .* heard +nothing");
        Said lives = adfer("nodes", "forget", "w1");
        assertThat(lives.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(lives.err()).contains("Node w1 is heard.");
        assertThat(adfer("inventory", "a", "tier=db").out())
                .contains("shop-db-1")
                .doesNotContain("mail-1");
        assertThat(adfer("audit", "mail").out()).contains("shift");
        assertThat(adfer("plan", "migration", "shop").out())
                .contains("Planned migration of Web shop from site a to site b", "shop-db-1");
        assertThat(adfer("run", "list").code()).isZero();
        for (String command :
                List.of(
                        "status",
                        "sites",
                        "mesh",
                        "nodes",
                        "notify",
                        "inventory a",
                        "audit",
                        "runbook show",
                        "runbook show shop",
                        "plan failover shop",
                        "run list")) {
            Said said = adfer((command + " -o json").split(" ", -1));
            assertThat(said.code()).as(command).isZero();
            assertThat(said.json().isContainerNode()).as(command).isTrue();
        }
    }

    @Test
    @Order(3)
    void migrationIsConfirmedWatchedApprovedAndReported() throws IOException {
        Said begun = adfer("migrate", "shop", "--phrase", "migration shop to b", "-o", "json");
        assertThat(begun.code()).as(begun.err()).isZero();
        String run = begun.json().path("run").asText();
        assertThat(adfer("run", "watch", run, "--no-wait").code()).isEqualTo(ExitCode.NEEDS_PERSON);
        assertThat(adfer("run", "show", run).out()).contains("sign-off", "? Step sign-off waits");
        Said approved = adfer("run", "approve", run, "sign-off", "-o", "json");
        assertThat(approved.json().path("run").asText()).isEqualTo(run);
        Said watched = adfer("run", "watch", run);
        assertThat(watched.code()).isZero();
        assertThat(watched.out()).contains("Web shop runs at site b");
        assertThat(adfer("run", "show", run, "--outputs").out()).contains("promoting");
        assertThat(adfer("run", "report", run).out()).contains("RTO objective", ": met.", "shift");
        assertThat(adfer("run", "report", run, "-o", "json").json().path("run").asText())
                .isEqualTo(run);
    }

    @Test
    @Order(5)
    void peopleAndTokensAreManaged() throws IOException {
        assertThat(adfer("whoami").out()).contains("shift is", "commander");
        assertThat(
                        typing(
                                        "another pass phrase",
                                        "people",
                                        "add",
                                        "eve",
                                        "--role",
                                        "viewer@site:b")
                                .out())
                .contains("eve is viewer@site:b");
        assertThat(typing("short", "people", "add", "mallory").err()).contains("12 to 200");
        assertThat(adfer("people").out()).contains("eve", "viewer@site:b", "by password");
        Said bad = adfer("people", "change", "eve", "--role", "king");
        assertThat(bad.err()).contains("'king' is no role", "viewer, operator").hasLineCount(1);
        assertThat(adfer("people", "change", "eve", "--disable").out()).contains("kept out");
        Said made = adfer("tokens", "add", "--note", "report", "--role", "viewer", "-o", "json");
        String token = made.json().path("credential").asText();
        assertThat(token).startsWith("adfer_");
        Client program = new Client(List.of(cluster.url("w1")), token);
        assertThat(program.raw("/api/v1/overview")).contains("fingerprint");
        assertThat(adfer("tokens").out()).contains("report").doesNotContain(token);
        String id = made.json().path("token").path("id").asText();
        assertThat(adfer("tokens", "revoke", id).out()).contains("revoked");
        cluster.await("the token is taken nowhere any more", () -> refused(program));
        assertThat(adfer("people", "remove", "eve").out()).contains("eve is removed");
    }

    @Test
    @Order(6)
    void sessionIsListedAndEndedAtEveryNode() {
        String laptop =
                new Client(List.of(cluster.url("b1")), "")
                        .post(
                                "/api/v1/session",
                                new SignInRequest("shift", TestPeople.PASSWORD),
                                SignedIn.class)
                        .credential();
        String id =
                new Client(List.of(cluster.url("b1")), laptop)
                        .get("/api/v1/me", Me.class)
                        .session()
                        .orElseThrow();
        cluster.await("it is known", () -> adfer("sessions").out().contains(id));
        assertThat(adfer("sessions").out())
                .contains("password", "127.0.0.1", "(this one)")
                .as("an admin sees everybody's")
                .contains("nia.rees");
        assertThat(adfer("sessions", "end", id, "--reason", "a stolen laptop").out())
                .isEqualToIgnoringNewLines("Session " + id + " of shift has ended at every node.");
        for (String node : List.of("a1", "b1", "w1")) {
            Client thief = new Client(List.of(cluster.url(node)), laptop);
            cluster.await("node " + node + " knows", () -> refused(thief));
        }
        assertThat(adfer("sessions").out()).doesNotContain(id);
        assertThat(adfer("sessions", "end", "zzzzzzzz").err()).contains("no session zzzzzzzz");
        assertThat(adfer("audit", "shift").out())
                .contains("shift signed in by password", "Session " + id + " of shift was ended");
        assertThat(adfer("whoami").code()).as("the others stay").isZero();
    }

    @Test
    @Order(7)
    void whoSignsOutIsOutAtTheNodesToo() {
        String kept =
                SessionStore.standard(System.getenv())
                        .find(
                                List.of(cluster.urls().split(",", -1)),
                                Optional.of("shift"),
                                Instant.now())
                        .orElseThrow()
                        .credential();
        assertThat(adfer("logout").out()).isEqualToIgnoringNewLines("Signed out.");
        Client copied = new Client(List.of(cluster.url("a1")), kept);
        cluster.await("the copy of it opens nothing", () -> refused(copied));
        assertThat(adfer("logout").out()).contains("No session was kept here");
    }

    @Test
    @Order(8)
    void whoSignedInAtOneNodeIsInAtTheOthersWhenThatOneDies() {
        String a1 = cluster.url("a1");
        assertThat(typing(TestPeople.PASSWORD, "login", "--url", a1, "--as", "shift").code())
                .isZero();
        assertThat(adfer("whoami", "--url", cluster.url("w1"), "--as", "shift").out())
                .as("an address that the cluster named")
                .contains("shift is");
        String unnamed = cluster.url("b1").replace("127.0.0.1", "127.0.0.2");
        assertThat(adfer("whoami", "--url", unnamed, "--as", "shift").code())
                .as("and no other")
                .isNotZero();
        cluster.stop("a1");
        Said status = adfer("status", "--url", a1, "--as", "shift");
        assertThat(status.code()).as(status.err()).isZero();
        assertThat(status.out()).containsPattern("at node (b1|w1)");
        assertThat(adfer("run", "list", "--url", a1, "--as", "shift").code()).isZero();
        Said takeover = adfer("takeover", "--url", a1, "--as", "shift");
        assertThat(takeover.code())
                .as("what is asked of one node is asked of no other")
                .isEqualTo(ExitCode.UNREACHABLE);
        cluster.start("a1");
        assertThat(adfer("status", "--url", a1, "--as", "shift").out()).contains("at node a1");
    }

    private static boolean refused(Client client) {
        try {
            client.raw("/api/v1/overview");
            return false;
        } catch (CliException e) {
            return e.exitCode() == ExitCode.NOT_SIGNED_IN;
        }
    }

    @Test
    @Order(4)
    void exitCodesTellWhy() {
        Said unconfirmed = adfer("migrate", "mail", "--phrase", "yes");
        assertThat(unconfirmed.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(unconfirmed.err()).contains("migration mail to b").hasLineCount(1);
        assertThat(adfer("plan", "migration", "nobody").code()).isEqualTo(ExitCode.REFUSED);
        assertThat(adfer("run", "show", "nobody").code()).isEqualTo(ExitCode.REFUSED);
        assertThat(adfer("migrate", "mail").code()).isEqualTo(ExitCode.USAGE);
        assertThat(adfer("dance").code()).isEqualTo(ExitCode.USAGE);
        assertThat(adfer("inventory").code()).isEqualTo(ExitCode.USAGE);
        assertThat(adfer("inventory", "!").code()).isEqualTo(ExitCode.USAGE);
        assertThat(adfer("run", "skip", "some", "step").code()).isEqualTo(ExitCode.USAGE);
        Said nonsense = adfer("status", "--url", "nonsense");
        assertThat(nonsense.code()).isEqualTo(ExitCode.USAGE);
        assertThat(nonsense.err()).contains("nonsense").hasLineCount(1);
        Said nobody = adfer("status", "--url", "http://127.0.0.1:1");
        assertThat(nobody.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(nobody.err()).contains("No node answers at http://127.0.0.1:1").hasLineCount(1);
    }

    @Test
    void everyCommandHelps() {
        commands("", Main.commandLine())
                .forEach(command -> {
                    String[] words = (command + " --help").strip().split(" ", -1);
                    Said said = adfer(words);
                    assertThat(said.code()).as(command).isZero();
                    assertThat(said.out()).as(command).contains("Usage:", "Exit codes:");
                });
        for (String acting :
                List.of(
                        "plan",
                        "migrate",
                        "failover",
                        "attest",
                        "fence",
                        "leftovers",
                        "reconcile",
                        "runbook publish",
                        "runbook lint",
                        "run watch",
                        "run approve",
                        "run reject",
                        "run retry",
                        "run skip",
                        "run pause",
                        "run resume",
                        "run cancel",
                        "run report")) {
            assertThat(adfer((acting + " --help").split(" ", -1)).out())
                    .as(acting)
                    .contains("Example", "adfer " + acting);
        }
    }

    private static Stream<String> commands(String above, picocli.CommandLine line) {
        return Stream.concat(
                Stream.of(above),
                line.getSubcommands().entrySet().stream()
                        .flatMap(sub -> commands(above + " " + sub.getKey(), sub.getValue())));
    }
}
