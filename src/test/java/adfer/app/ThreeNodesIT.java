package adfer.app;

import static adfer.app.TestCluster.MAIL;
import static adfer.app.TestCluster.SHOP;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.api.RunResource.RunReference;
import adfer.cli.CliException;
import adfer.cli.ExitCode;
import adfer.kernel.RunId;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.run.Report;
import adfer.run.Run.StepStatus;
import adfer.service.Views;
import adfer.service.Views.InventoryView;
import adfer.service.Views.StateView;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The main job, through the API of three nodes: each test goes on where the one before ended. */
@Timeout(300)
@TestMethodOrder(OrderAnnotation.class)
class ThreeNodesIT {
    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.published(folder);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @Order(1)
    void witnessKnowsTheVmsOfBothSitesAndAllNodesAgree() {
        InventoryView inventory =
                cluster.client("w1").get("/api/v1/inventory/a", InventoryView.class);
        assertThat(inventory.vms())
                .extracting(vm -> vm.name())
                .containsExactly(
                        "mail-1", "mail-2", "shop-db-1", "shop-db-2", "shop-web-1", "shop-web-2");
        assertThat(cluster.client("w1").get("/api/v1/inventory/b", InventoryView.class).hosts())
                .hasSize(2);
        awaitAgreement();
    }

    @Test
    @Order(2)
    void planSaysEveryChoiceAndChangesNothing() {
        Views.PlanView view = cluster.plan(Operation.MIGRATION, SHOP);
        assertThat(view.executable()).isTrue();
        assertThat(view.confirmation()).isEqualTo("migration shop to b");
        assertThat(view.plan().steps())
                .extracting(step -> step.id().value())
                .contains("stop", "database", "promote", "web", "sign-off");
        assertThat(cluster.plan(Operation.MIGRATION, SHOP).hash()).isEqualTo(view.hash());
        assertThat(cluster.service(SHOP).owner().value()).isEqualTo("a");
    }

    @Test
    @Order(3)
    void planThatWasNotShownIsRefused() {
        Views.PlanView shown = cluster.plan(Operation.MIGRATION, SHOP);
        var other =
                new Views.PlanView(
                        "0".repeat(64),
                        true,
                        shown.confirmation(),
                        shown.proof(),
                        shown.forbidden(),
                        shown.plan());
        assertThat(refused(() -> begin(other))).contains("Look at the new plan");
        var unsaid =
                new Views.PlanView(
                        shown.hash(), true, "yes", shown.proof(), shown.forbidden(), shown.plan());
        assertThat(refused(() -> begin(unsaid))).contains("migration shop to b");
    }

    @Test
    @Order(4)
    void migrationMovesTheServiceOnceApproved() {
        RunId run = cluster.begin(Operation.MIGRATION, SHOP);
        assertThat(cluster.plan(Operation.MIGRATION, SHOP).plan().refusals())
                .extracting(problem -> problem.code())
                .contains("run-in-progress");
        cluster.approve(run, "sign-off");
        cluster.awaitDone(run);
        assertThat(cluster.service(SHOP).owner().value()).isEqualTo("b");
        assertThat(TestCluster.answers("b", 1, 15432)).isTrue();
        assertThat(TestCluster.answers("b", 3, 18080)).isTrue();
        assertThat(TestCluster.answers("a", 1, 15432)).isFalse();
        Report report = report(run);
        assertThat(report.metRto()).isTrue();
        assertThat(report.achievedRpo()).isPresent();
        assertThat(report.people()).extracting(entry -> entry.by().name()).contains("tester");
        assertThat(report.steps()).allMatch(step -> step.status() == StepStatus.DONE);
        assertThat(report.timeline()).isNotEmpty();
        assertThat(cluster.anyone().raw("/api/v1/runs/" + run + "/report")).contains("promoting");
        // From then on it is reckoned with what the run has shown.
        Plan.Estimate next = cluster.plan(Operation.MIGRATION, SHOP).plan().estimate();
        assertThat(next.shown()).isPositive();
        assertThat(next.lowerBound()).isPositive().isLessThanOrEqualTo(next.expected());
    }

    @Test
    @Order(5)
    void oneIdempotencyKeyStartsOneRun() throws Exception {
        Views.PlanView view = cluster.plan(Operation.MIGRATION, SHOP);
        String first = post(view, "b1");
        assertThat(post(view, "b1")).isEqualTo(first);
        assertThat(post(view, "w1")).isEqualTo(first);
        RunId run = new RunId(first.replaceAll(".*\"run\"\\s*:\\s*\"([^\"]+)\".*", "$1"));
        cluster.approve(run, "sign-off");
        cluster.awaitDone(run);
        assertThat(cluster.service(SHOP).owner().value()).isEqualTo("a");
        assertThat(post(view, "a1")).isEqualTo(first);
    }

    @Test
    @Order(6)
    void runGoesOnWhenTheLeaderStops() {
        RunId run = cluster.begin(Operation.MIGRATION, SHOP);
        cluster.await("the script runs", () -> status(run, "promote") == StepStatus.RUNNING);
        String leader = cluster.overview().leader().orElseThrow().value();
        // The node that carries out the run's steps at B is not the one to be stopped here.
        if (!leader.equals("b1")) {
            cluster.stop(leader);
        }
        cluster.approve(run, "sign-off");
        cluster.awaitDone(run);
        if (!leader.equals("b1")) {
            cluster.start(leader);
        }
        RunId back = cluster.begin(Operation.MIGRATION, SHOP);
        cluster.approve(back, "sign-off");
        cluster.awaitDone(back);
        awaitAgreement();
    }

    @Test
    @Order(7)
    void deletedDatabaseComesBackEqual() throws IOException {
        cluster.stop("w1");
        try (Stream<Path> files = Files.walk(cluster.data("w1").resolve("database"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        cluster.start("w1");
        awaitAgreement();
        assertThat(cluster.client("w1").raw("/api/v1/audit?q=shop")).contains("tester");
    }

    @Test
    @Order(8)
    void failoverNeedsProofThatTheSourceIsOffSuchAsTheWordOfTwoPeople() throws IOException {
        cluster.burn("a1");
        cluster.await(
                "site a is judged unreachable",
                () ->
                        cluster.overview().sites().getFirst().verdict().orElseThrow().status()
                                == SiteVerdict.Status.UNREACHABLE);
        Views.PlanView view = cluster.plan(Operation.FAILOVER, MAIL);
        assertThat(view.proof().orElseThrow().proven()).isFalse();
        assertThat(refused(() -> begin(view)))
                .contains("needs proof that site a is off", "adfer attest a");
        assertThat(cluster.service(MAIL).owner().value()).isEqualTo("a");
        assertThat(TestCluster.answers("b", 5, 12525)).isFalse();
        Views.AttestationView said = cluster.attest("a", "I pulled the plug myself");
        assertThat(refused(() -> begin(view))).contains("A second person has to confirm it");
        assertThat(cluster.overview().attention())
                .anyMatch(line -> line.contains("A second person has to confirm it"));
        assertThat(refused(() -> cluster.confirm("Tester ", said))).contains("tester attested it");
        cluster.confirm("bob", said);
        RunId run = begin(view);
        cluster.awaitDone(run);
        assertThat(cluster.service(MAIL).owner().value()).isEqualTo("b");
        assertThat(TestCluster.answers("b", 5, 12525)).isTrue();
        Report report = report(run);
        assertThat(report.proof()).hasValueSatisfying(p -> assertThat(p).contains("the plug"));
        assertThat(report.from()).isBefore(report.startedAt());
    }

    @Test
    @Order(9)
    void failedOverServiceIsNotStartedWhereItWasWhenTheSiteReturns() {
        RunId run = begin(cluster.plan(Operation.FAILOVER, SHOP));
        cluster.approve(run, "sign-off");
        cluster.awaitDone(run);
        cluster.start("a1");
        cluster.await("site a is healthy again", () -> cluster.healthy("a", "b"));
        awaitAgreement();
        assertThat(TestCluster.answers("a", 1, 15432)).isFalse();
        assertThat(TestCluster.answers("a", 5, 12525)).isFalse();
        assertThat(TestCluster.answers("b", 1, 15432)).isTrue();
        assertThat(folder.resolve("shared").resolve("overlap.log")).doesNotExist();
    }

    private static RunId begin(Views.PlanView view) {
        return cluster.anyone()
                .post("/api/v1/runs", TestCluster.request(view), RunReference.class)
                .run();
    }

    private static String refused(Runnable wish) {
        CliException refusal =
                org.junit.jupiter.api.Assertions.assertThrows(CliException.class, wish::run);
        assertThat(refusal.exitCode()).isIn(ExitCode.REFUSED, ExitCode.USAGE);
        return String.valueOf(refusal.getMessage());
    }

    /** Sends the wish to run a plan to one node, always under the same name. */
    private static String post(Views.PlanView view, String node) throws Exception {
        String body =
                adfer.adapter.json.Mappers.json().writeValueAsString(TestCluster.request(view));
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(cluster.url(node) + "/api/v1/runs"))
                                    .header("Content-Type", "application/json")
                                    .header(
                                            "Authorization",
                                            "Bearer " + cluster.people().credential("tester"))
                                    .header("Idempotency-Key", "the-one-wish")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            return answer.body();
        }
    }

    private static Report report(RunId run) {
        return cluster.anyone().get("/api/v1/runs/" + run + "/report", Report.class);
    }

    private static StepStatus status(RunId run, String step) {
        return cluster.run(run).steps().stream()
                .filter(view -> view.id().value().equals(step))
                .findFirst()
                .orElseThrow()
                .status();
    }

    /** Waits until all nodes are seen at one index, with equal fingerprints. */
    private static void awaitAgreement() {
        cluster.await(
                "all nodes stand at one index",
                () -> {
                    List<StateView> states =
                            cluster.up().stream()
                                    .map(node ->
                                            cluster.client(node)
                                                    .get("/api/v1/state", StateView.class))
                                    .toList();
                    if (states.stream().map(StateView::index).distinct().count() > 1) {
                        return false;
                    }
                    assertThat(states.stream().map(StateView::fingerprint).distinct()).hasSize(1);
                    return true;
                });
    }
}
