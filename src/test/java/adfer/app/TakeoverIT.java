package adfer.app;

import static adfer.app.TestCluster.MAIL;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.api.AccessResource.TokenRequest;
import adfer.api.SuccessionResource.Begun;
import adfer.api.SuccessionResource.Word;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.inventory.Power;
import adfer.kernel.RunId;
import adfer.plan.Operation;
import adfer.service.ApiTokens;
import adfer.service.QuarantineView;
import adfer.service.TakeoverView;
import adfer.service.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The majority is gone for good: two people take over at the survivor, and what was lost returns.
 */
@Timeout(400)
class TakeoverIT {
    @TempDir Path folder;

    @Test
    void survivorOfThreeTakesOverAndTheOthersReturnThroughQuarantine() throws IOException {
        try (var cluster = TestCluster.published(folder)) {
            assertThat(takeover(cluster, "b1").hindrance().orElseThrow()).contains("leads");
            Client program = program(cluster, "ben");
            cluster.burn("a1");
            cluster.stop("w1");
            assertThat(takeover(cluster, "b1").hindrance()).isPresent();

            takeOver(cluster, "b1", "take over at b without a and w", program);
            cluster.await(
                    "the two people's word is what site a is judged by",
                    () ->
                            overview(cluster, "b1")
                                    .attention()
                                    .toString()
                                    .contains(
                                            "Site a is unreachable: At the takeover ann and ben"
                                                    + " attested"));

            RunId run = cluster.begin(Operation.FAILOVER, MAIL);
            cluster.awaitDone(run);
            assertThat(cluster.run(run).proof().orElseThrow())
                    .contains("ann attested that site a is off")
                    .contains("and ben confirmed it");
            assertThat(TestCluster.answers("b", 5, 12525)).isTrue();

            // The old majority comes back together, and takes part in nothing.
            cluster.spawn("w1");
            cluster.spawn("a1");
            for (String node : List.of("a1", "w1")) {
                cluster.await(
                        node + " is in quarantine",
                        () -> overview(cluster, node).quarantine().isPresent());
            }
            QuarantineView review = quarantine(cluster, "a1");
            assertThat(review.later().number()).isEqualTo(2);
            assertThat(review.parted()).isFalse();
            assertThat(review.beyond()).isEmpty();
            assertThat(review.vms())
                    .hasSize(6)
                    .allSatisfy(vm -> assertThat(vm.power()).isEqualTo(Power.OFF));
            cluster.await(
                    "b1 says that a1 is in quarantine",
                    () ->
                            overview(cluster, "b1")
                                    .attention()
                                    .toString()
                                    .contains("Node a1 has come back and is in quarantine"));
            assertThat(refused(() -> rejoin(cluster, "a1", "yes"))).contains("Type \"rejoin");

            for (String node : List.of("a1", "w1")) {
                rejoin(cluster, node, quarantine(cluster, node).confirmation());
                awaitEqual(cluster, node);
            }
            cluster.await("a is judged again", () -> cluster.healthy("a"));
            assertThat(TestCluster.answers("b", 5, 12525)).isTrue();
            assertThat(TestCluster.answers("a", 5, 12525)).isFalse();

            cluster.stop("b1");
            cluster.await(
                    "the others go on without the founder",
                    () -> overview(cluster, "a1").leader().isPresent());
            assertThat(overview(cluster, "a1").generation()).isEqualTo(2);
        }
    }

    @Test
    void withoutWitnessNothingMovesByItselfButByTwoPeople() throws IOException {
        try (var cluster = TestCluster.withoutWitness(folder)) {
            assertThat(overview(cluster, "b1").notes().toString())
                    .contains("Two sites without a witness: nothing is ever moved by itself.");
            cluster.burn("a1");
            takeOverAcrossARestart(cluster, "b1", "take over at b without a");

            RunId run = cluster.begin(Operation.FAILOVER, MAIL);
            cluster.awaitDone(run);

            cluster.spawn("a1");
            cluster.await(
                    "a1 is in quarantine", () -> overview(cluster, "a1").quarantine().isPresent());
            assertThat(TestCluster.answers("a", 5, 12525)).isFalse();
            rejoin(cluster, "a1", quarantine(cluster, "a1").confirmation());
            awaitEqual(cluster, "a1");
            cluster.await(
                    "who let a1 rejoin stands in the trail of the cluster that it joined",
                    () ->
                            page(cluster, "b1", "/audit")
                                    .contains(
                                            "Node a1 was let out of quarantine and has rejoined"));
            assertThat(TestCluster.answers("b", 5, 12525)).isTrue();

            // Both are needed again, and each restart finds its place.
            cluster.stop("b1");
            cluster.stop("a1");
            cluster.spawn("b1");
            cluster.spawn("a1");
            cluster.await(
                    "both are back in generation 2",
                    () ->
                            overview(cluster, "a1").leader().isPresent()
                                    && overview(cluster, "a1").generation() == 2);
        }
    }

    @Test
    void oldMajorityThatCameBackUnheardEndsWhenItHearsOfTheNewGeneration() throws IOException {
        try (var cluster = TestCluster.published(folder)) {
            Client program = program(cluster, "ben");
            cluster.stop("a1");
            cluster.stop("w1");
            takeOver(cluster, "b1", "take over at b without a and w", program);
            cluster.stop("b1");

            // Nobody is there to tell them, so they are what they were: a majority that serves.
            cluster.spawn("a1");
            cluster.spawn("w1");
            cluster.await(
                    "the old majority leads", () -> overview(cluster, "a1").leader().isPresent());
            cluster.await("and runs mail", () -> TestCluster.answers("a", 5, 12525));
            cluster.client("a1")
                    .post(
                            "/api/v1/sites/b/attestation",
                            Map.of("words", "the others never came back"),
                            Views.AttestationView.class);

            cluster.spawn("b1");
            for (String node : List.of("a1", "w1")) {
                cluster.await(
                        node + " is in quarantine",
                        () -> overview(cluster, node).quarantine().isPresent());
            }
            cluster.await(
                    "the two people's word is belied by what a1 tells",
                    () -> page(cluster, "b1", "/sites/a").contains("node a1 tells that"));
            Views.Ground ground =
                    cluster.client("b1")
                            .get("/api/v1/plans/failover/mail", Views.PlanView.class)
                            .proof()
                            .orElseThrow();
            assertThat(ground.proven()).isFalse();
            assertThat(ground.sentence())
                    .contains("needs proof that site a is off", "node a1 tells that");
            cluster.await(
                    "a1 takes no order",
                    () ->
                            refused(() ->
                                            cluster.client("a1")
                                                    .post(
                                                            "/api/v1/sites/b/attestation/withdrawal",
                                                            Map.of(),
                                                            Views.AttestationView.class))
                                    .contains("quarantine"));
            cluster.await("nothing runs at a", () -> !TestCluster.answers("a", 5, 12525));
            assertThat(quarantine(cluster, "a1").beyond().toString())
                    .contains("the others never came back");
            assertThat(page(cluster, "a1", "/quarantine"))
                    .contains("the others never came back", "Let it rejoin");
            assertThat(page(cluster, "a1", "/")).contains("QUARANTINE: node a1", "Review it here");

            rejoin(cluster, "a1", quarantine(cluster, "a1").confirmation());
            awaitEqual(cluster, "a1");
            assertThat(page(cluster, "a1", "/audit")).doesNotContain("the others never came back");
            cluster.await(
                    "what a1's guard has stopped shows how long a stop takes",
                    () ->
                            page(cluster, "b1", "/sites/a")
                                    .contains("a stop at the end of a lease took up to"));
        }
    }

    private static void takeOverAcrossARestart(TestCluster cluster, String node, String phrase) {
        cluster.await(
                "nothing hinders the takeover",
                () ->
                        takeover(cluster, node).hindrance().isEmpty()
                                && takeover(cluster, node).confirmation().equals(phrase));
        Word word = word("I stood before the ruins", phrase);
        assertThat(ask(cluster, node, "ann", word).pending()).isPresent();
        cluster.stop(node);
        cluster.spawn(node);
        cluster.await(
                "ann's word is still there, and nothing hinders it",
                () ->
                        takeover(cluster, node)
                                        .pending()
                                        .filter(pending -> pending.by().by().name().equals("ann"))
                                        .isPresent()
                                && takeover(cluster, node).hindrance().isEmpty());
        assertThat(refused(() -> confirm(cluster, node, "ann", word)))
                .contains("a second person has to confirm it");
        assertThat(confirm(cluster, node, "ben", word).generation().number()).isEqualTo(2);
        awaitGeneration2(cluster, node);
    }

    /** Who shows a token of this person's, at b1. */
    private static Client program(TestCluster cluster, String person) {
        return cluster.shown(
                "b1",
                client(cluster, "b1", person)
                        .post(
                                "/api/v1/tokens",
                                new TokenRequest("program", List.of("commander"), Optional.empty()),
                                ApiTokens.NewToken.class)
                        .credential());
    }

    /** By two people, of whom the first can't confirm it alone, nor can the other's program. */
    private static void takeOver(
            TestCluster cluster, String node, String confirmation, Client program) {
        cluster.await(
                "nothing hinders the takeover",
                () ->
                        takeover(cluster, node).hindrance().isEmpty()
                                && takeover(cluster, node).confirmation().equals(confirmation));
        TakeoverView shown = takeover(cluster, node);
        assertThat(shown.last()).isGreaterThanOrEqualTo(shown.applied());
        Word word = word("I stood before the ruins", confirmation);
        assertThat(refused(() -> confirm(cluster, node, "ann", word))).contains("Nobody has asked");
        assertThat(refused(() -> ask(cluster, node, "ann", word("", confirmation))))
                .contains("in your own words");
        assertThat(refused(() -> ask(cluster, node, "ann", word("It is off", "yes"))))
                .contains("Type \"take over at b");
        assertThat(page(cluster, node, "/takeover")).contains("Ask for a takeover", confirmation);
        assertThat(ask(cluster, node, "ann", word).pending()).isPresent();
        assertThat(page(cluster, node, "/takeover"))
                .contains("ann asks for it", "Confirm the takeover");
        assertThat(refused(() -> confirm(cluster, node, " Ann", word)))
                .contains("a second person has to confirm it");
        assertThat(refused(() -> confirm(program, word))).contains("A token is no second person");
        assertThat(takeover(cluster, node).pending()).isPresent();
        assertThat(confirm(cluster, node, "ben", word).generation().number()).isEqualTo(2);
        awaitGeneration2(cluster, node);
    }

    private static void awaitGeneration2(TestCluster cluster, String node) {
        cluster.await(
                "generation 2 has begun",
                () ->
                        overview(cluster, node).generation() == 2
                                && overview(cluster, node).leader().isPresent());
    }

    private static String page(TestCluster cluster, String node, String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(cluster.url(node) + path))
                                    .header("Accept", "text/html")
                                    .header(
                                            "Cookie",
                                            "adfer-session="
                                                    + cluster.people().credential("tester"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Word word(String words, String confirmation) {
        return new Word(Optional.of(words), Optional.of(confirmation));
    }

    private static Client client(TestCluster cluster, String node, String who) {
        return cluster.client(node, who);
    }

    private static TakeoverView takeover(TestCluster cluster, String node) {
        return cluster.client(node).get("/api/v1/takeover", TakeoverView.class);
    }

    private static TakeoverView ask(TestCluster cluster, String node, String who, Word word) {
        return client(cluster, node, who).post("/api/v1/takeover", word, TakeoverView.class);
    }

    private static Begun confirm(TestCluster cluster, String node, String who, Word word) {
        return confirm(client(cluster, node, who), word);
    }

    private static Begun confirm(Client client, Word word) {
        return client.post("/api/v1/takeover/confirmation", word, Begun.class);
    }

    private static QuarantineView quarantine(TestCluster cluster, String node) {
        return cluster.client(node).get("/api/v1/quarantine", QuarantineView.class);
    }

    private static void rejoin(TestCluster cluster, String node, String confirmation) {
        cluster.client(node).post("/api/v1/quarantine/rejoin", word("", confirmation), Begun.class);
    }

    private static Views.Overview overview(TestCluster cluster, String node) {
        return cluster.client(node).get("/api/v1/overview", Views.Overview.class);
    }

    /** The node is a member, and its picture is the founder's. */
    private static void awaitEqual(TestCluster cluster, String node) {
        cluster.await(
                node + " has caught up",
                () -> {
                    Views.Overview one = overview(cluster, node);
                    Views.Overview other = overview(cluster, "b1");
                    return one.quarantine().isEmpty()
                            && one.leader().isPresent()
                            && one.index() == other.index()
                            && one.fingerprint().equals(other.fingerprint());
                });
    }

    private static String refused(Runnable call) {
        var thrown = new Object[1];
        assertThatThrownBy(() -> call.run())
                .isInstanceOf(CliException.class)
                .satisfies(e -> thrown[0] = e.getMessage());
        return String.valueOf(thrown[0]);
    }
}
