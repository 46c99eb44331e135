package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.api.AccessResource;
import adfer.api.RunResource.RunReference;
import adfer.api.WishResource.SecondRequest;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.cli.WaitsException;
import adfer.kernel.RunId;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.service.ApiTokens;
import adfer.service.Nodes;
import adfer.service.Views;

import com.fasterxml.jackson.core.type.TypeReference;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A failover that needs a colleague, through real nodes. */
@TestMethodOrder(OrderAnnotation.class)
class TwoPeopleIT {
    @TempDir static Path folder;

    private static String homeBefore = "";

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        homeBefore = System.getProperty("user.home", "");
        cluster = TestCluster.withTwoPeople(folder);
        cluster.burn("a1");
        cluster.await(
                "site a is judged unreachable",
                () ->
                        cluster.overview().sites().getFirst().verdict().orElseThrow().status()
                                == SiteVerdict.Status.UNREACHABLE);
        cluster.confirm("bob", cluster.attest("a", "I pulled the plug myself"));
    }

    @AfterAll
    static void stop() {
        System.setProperty("user.home", homeBefore);
        cluster.close();
    }

    @Test
    @Order(1)
    void whatOneNodeDemandsHoldsAtAllAndIsToldOf() {
        assertThat(cluster.overview().attention().toString())
                .contains(
                        "Two people are demanded for failover, skip, since some node's"
                                + " access.twoPeople says so; that of a1, b1 says less.");
        Client other = cluster.client("b1");
        Views.PlanView plan =
                other.get("/api/v1/plans/failover/" + TestCluster.MAIL, Views.PlanView.class);
        assertThatThrownBy(() ->
                        other.post("/api/v1/runs", TestCluster.request(plan), RunReference.class))
                .isInstanceOf(WaitsException.class);
    }

    @Test
    @Order(2)
    void failoverWaitsAndExpires() {
        Views.WishView wish = cluster.wish("ann", Operation.FAILOVER);
        assertThat(cluster.overview().attention().toString())
                .contains("ann waits for a second person: ")
                .contains("./adfer wishes confirm " + wish.id());
        cluster.await("it expires", () -> wishes().isEmpty());
        assertThatThrownBy(() -> confirm(cluster.as("bob"), wish)).hasMessageContaining("in time");
        assertThat(cluster.service(TestCluster.MAIL).activeRun()).isEmpty();
    }

    @Test
    @Order(3)
    void samePersonAndTokensAreNoSecondPerson() {
        ApiTokens.NewToken token =
                cluster.as("bob")
                        .post(
                                "/api/v1/tokens",
                                new AccessResource.TokenRequest(
                                        "a script",
                                        List.of("commander", "viewer", "approver"),
                                        Optional.of(Duration.ofDays(1))),
                                ApiTokens.NewToken.class);
        Client program = new Client(List.of(cluster.url("b1")), token.credential());
        Views.WishView wish = cluster.wish("ann", Operation.FAILOVER);
        assertThatThrownBy(() -> confirm(program, wish)).hasMessageContaining("no second person");
        cluster.people().signIn(new Client(List.of(cluster.url("b1")), ""), "ann");
        assertThatThrownBy(() -> confirm(cluster.as("ann"), wish))
                .hasMessageContaining("ann asked for it");
        assertThat(cluster.service(TestCluster.MAIL).activeRun()).isEmpty();
    }

    @Test
    @Order(3)
    void commandSaysHowLongItWaitsAndThatNothingWasStarted() {
        Said said = failover();
        assertThat(said.code()).as(said.err()).isEqualTo(ExitCode.REFUSED);
        assertThat(said.out())
                .contains("? ann waits for a second person: ", "./adfer wishes confirm ")
                .contains("It waits for 15 s.", "./adfer wishes withdraw ");
        assertThat(said.err())
                .contains("Nobody has confirmed it within 15 s, so nothing was started.")
                .hasLineCount(1);
        assertThat(cluster.service(TestCluster.MAIL).activeRun()).isEmpty();
    }

    /** While the world still moves, the plan that was confirmed may not be what would be done. */
    private static Said failover() {
        cluster.signedInHere("ann");
        AtomicReference<Said> said = new AtomicReference<>();
        cluster.await(
                "ann asks by the command line",
                () -> {
                    said.set(Said.by(failover(cluster.url("b1"))));
                    return Objects.requireNonNull(said.get()).out().contains("It waits for");
                });
        return Objects.requireNonNull(said.get());
    }

    private static String[] failover(String url) {
        return new String[] {
            "failover", "mail", "--phrase", "failover mail to b", "--url", url, "--as", "ann"
        };
    }

    @Test
    @Order(3)
    void commandThatIsEndedSaysThatItStillWaits() throws IOException {
        cluster.signedInHere("ann");
        Path log = folder.resolve("log");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Duser.home=" + System.getProperty("user.home"),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(failover(cluster.url("b1"))));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            cluster.await("it waits", () -> Files.readString(log).contains("It waits for"));
            process.destroy();
            assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10));
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(log))
                .containsPattern("It still waits, for \\d+ s: whoever confirms it until then")
                .contains("To take it back: ./adfer wishes withdraw ");
        assertThat(wishes()).as("as it says").isNotEmpty();
    }

    @Test
    @Order(4)
    void anotherPersonsWordStartsIt() {
        AtomicReference<RunId> begun = new AtomicReference<>();
        cluster.await(
                "ann asks and bob confirms",
                () -> {
                    Views.WishView wish = cluster.wish("ann", Operation.FAILOVER);
                    begun.set(confirm(cluster.as("bob"), wish).run().orElseThrow());
                    return true;
                });
        RunId run = Objects.requireNonNull(begun.get());
        assertThat(cluster.run(run).by()).startsWith("ann");
        assertThat(cluster.run(run).reason()).contains("confirmed by bob");
        cluster.awaitDone(run);
        assertThat(cluster.service(TestCluster.MAIL).owner().value()).isEqualTo("b");
    }

    @Test
    @Order(5)
    void nodeThatIsHeardIsNotForgotten() {
        assertThatThrownBy(() -> forget("tester", "w1")).hasMessageContaining("w1 is heard");
        assertThatThrownBy(() -> forget("tester", "c1")).hasMessageContaining("of a node c1");
        assertThat(demanding()).containsExactly("w1");
    }

    /** The majority is b1 and a1, which comes back for it. */
    @Test
    @Order(6)
    void whatANodeDemandedThatIsGoneForGoodIsDemandedUntilTwoPeopleForgetIt() throws IOException {
        cluster.start("a1");
        cluster.stop("w1");
        cluster.await(
                "nobody hears w1",
                () ->
                        nodes().stream()
                                .noneMatch(it -> it.node().value().equals("w1") && it.heard()));
        assertThat(demanding()).containsExactly("w1");
        Views.WishView wish = forget("tester", "w1");
        assertThat(wish.what())
                .isEqualTo(
                        "node w1 is to be forgotten, with its demand of two people for failover,"
                                + " skip");
        assertThatThrownBy(() -> confirm(cluster.as("tester"), wish))
                .hasMessageContaining("tester asked for it");
        confirm(cluster.as("bob"), wish);
        assertThat(demanding()).isEmpty();
        assertThat(cluster.overview().attention().toString()).doesNotContain("access.twoPeople");
        cluster.start("w1");
        cluster.await("w1 demands again", () -> demanding().equals(List.of("w1")));
    }

    /** What was asked while nobody heard the node, and is confirmed when it is back. */
    @Test
    @Order(7)
    void nodeThatCameBackIsNotForgottenBySomeEarlierWish() {
        cluster.stop("w1");
        cluster.await(
                "nobody hears w1",
                () ->
                        nodes().stream()
                                .noneMatch(it -> it.node().value().equals("w1") && it.heard()));
        Views.WishView wish = forget("tester", "w1");
        cluster.start("w1");
        assertThatThrownBy(() -> confirm(cluster.as("bob"), wish))
                .hasMessageMatching(".*(is heard|in time).*");
        assertThat(demanding()).containsExactly("w1");
    }

    private static Views.WishView forget(String person, String node) {
        try {
            cluster.as(person).delete("/api/v1/nodes/" + node, Nodes.Announced.class);
            throw new AssertionError("it was forgotten without a second person");
        } catch (WaitsException waits) {
            return waits.wish();
        }
    }

    private static List<Nodes.Announced> nodes() {
        return cluster.client("b1").get("/api/v1/nodes", new TypeReference<>() {});
    }

    private static List<String> demanding() {
        return nodes().stream()
                .filter(node -> !node.twoPeople().isEmpty())
                .map(node -> node.node().value())
                .toList();
    }

    private static List<Views.WishView> wishes() {
        return cluster.anyone().get("/api/v1/wishes", new TypeReference<>() {});
    }

    private static Views.WishView confirm(Client client, Views.WishView wish) {
        return client.post(
                "/api/v1/wishes/" + wish.id() + "/confirmation",
                new SecondRequest(wish.phrase()),
                Views.WishView.class);
    }
}
