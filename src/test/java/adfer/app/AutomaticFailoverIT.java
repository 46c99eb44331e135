package adfer.app;

import static adfer.app.TestCluster.MAIL;
import static adfer.app.TestCluster.SHOP;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.cli.ExitCode;
import adfer.kernel.GroupId;
import adfer.plan.Operation;
import adfer.run.RunHeader;
import adfer.service.Views;
import adfer.state.Fencing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A lost site's service comes back without anybody, where its owner allows that. */
@Timeout(300)
class AutomaticFailoverIT {
    @TempDir Path folder;

    @Test
    void groupThatMayIsFailedOverOnceItsLeaseRanOutAndTheOthersWaitForPeople() throws IOException {
        try (var people = new People();
                var cluster = TestCluster.unstarted(folder)) {
            cluster.configured(text -> text + people.configuration());
            TestCluster.started(cluster);
            automation(cluster, MAIL, "{ mode: automatic, dwell: 1s }");
            automation(cluster, SHOP, "{ mode: propose, dwell: 1s }");
            cluster.publish();
            cluster.await(
                    "the mail is under guard",
                    () -> cluster.service(MAIL).lease().orElseThrow().guarded());
            cluster.burn("a1");

            cluster.await("b owns the mail", () -> owner(cluster).equals("b"));
            cluster.await("the mail answers at b", () -> TestCluster.answers("b", 5, 12525));
            List<Views.RunSummary> runs = runs(cluster);
            assertThat(runs).hasSize(1);
            cluster.awaitDone(runs.getFirst().id());
            assertThat(cluster.run(runs.getFirst().id()).proof().orElseThrow())
                    .contains("lease of site a")
                    .contains("ran out under living guards");
            assertThat(cluster.service(SHOP).owner().value()).isEqualTo("a");

            people.were(
                    "called",
                    "Site a is lost",
                    "Run " + runs.getFirst().id() + " of mail began by itself: Fails over to",
                    "shop: A failover to site b is prepared and waits for a person");
            cluster.signedInHere("shift");
            assertThat(adfer(cluster, "audit", "called").out())
                    .contains("People were called", "By webhooks.oncall, mails.shift.");

            cluster.start("a1");
            cluster.await(
                    "the shop, which nobody failed over, is started again where it was",
                    () ->
                            runs(cluster).stream()
                                    .filter(run -> run.operation() == Operation.RESTART)
                                    .anyMatch(run -> run.phase() == RunHeader.Phase.DONE));
            cluster.await(
                    "all of the shop runs",
                    () -> cluster.service(SHOP).running() == cluster.service(SHOP).vms());
            assertThat(cluster.service(SHOP).owner().value()).isEqualTo("a");
            assertThat(TestCluster.answers("a", 5, 12525)).isFalse();
            assertThat(TestCluster.answers("b", 5, 12525)).isTrue();
            assertThat(owner(cluster)).isEqualTo("b");
            whatCameBackIsPutRight(cluster);
        }
    }

    private static void automation(TestCluster cluster, GroupId group, String rules)
            throws IOException {
        Path runbook = cluster.runbook(group);
        Files.writeString(
                runbook,
                Files.readString(runbook).replace("steps:", "failover: " + rules + "\nsteps:"));
    }

    private static void whatCameBackIsPutRight(TestCluster cluster) {
        cluster.await("what the site has left over shows", () -> !leftovers(cluster).isEmpty());
        assertThat(cluster.overview().attention())
                .anyMatch(sentence -> sentence.contains("adfer reconcile a"));
        Said refused = adfer(cluster, "reconcile", "a", "--phrase", "yes");
        assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("Type \"reconcile site a\" to confirm.");

        Said done = adfer(cluster, "reconcile", "a", "--phrase", "reconcile site a");
        assertThat(done.code()).as(done.toString()).isZero();
        assertThat(done.out())
                .contains("bears no mark", "was put right: ", "seen off, marked with epoch");
        cluster.await("nothing is left over", () -> leftovers(cluster).isEmpty());
        assertThat(adfer(cluster, "leftovers").out()).contains("Nothing is left over.");
        assertThat(adfer(cluster, "audit", "left over").out())
                .contains("is to stop and mark", "had left over of mail was put right");
        assertThat(TestCluster.answers("b", 5, 12525)).isTrue();
    }

    private static Said adfer(TestCluster cluster, String... arguments) {
        return Said.by(
                Stream.concat(
                                Arrays.stream(arguments),
                                Stream.of("--url", cluster.urls(), "--as", "shift"))
                        .toArray(String[]::new));
    }

    private static List<Views.LeftoverView> leftovers(TestCluster cluster) {
        return List.of(cluster.anyone().get("/api/v1/leftovers", Views.LeftoverView[].class));
    }

    @Test
    void whereTheLeaseProvesNothingTheHostsAreFencedFirstAndNotAgainOnceTheSiteLives()
            throws IOException {
        try (var cluster = TestCluster.start(folder)) {
            Path runbook = cluster.runbook(MAIL);
            Files.writeString(
                    runbook,
                    Files.readString(runbook)
                            .replace(
                                    "steps:",
                                    "isolated: keep\n"
                                            + "failover: { mode: automatic, dwell: 1s, fence: true"
                                            + " }\nsteps:"));
            cluster.publish();
            assertThat(folder.resolve("fence_test.off")).doesNotExist();
            assertThat(cluster.overview().notes())
                    .anyMatch(note ->
                            note.startsWith("Nobody is called from this node")
                                    && note.contains("mail"));
            cluster.burn("a1");

            cluster.await("b owns the mail", () -> owner(cluster).equals("b"));
            assertThat(folder.resolve("fence_test.off")).exists();
            List<Views.RunSummary> runs = runs(cluster);
            cluster.awaitDone(runs.getFirst().id());
            assertThat(cluster.run(runs.getFirst().id()).proof().orElseThrow())
                    .contains("a-host-1 (fence_test at node b1)");
            assertThat(fence(cluster).hosts())
                    .singleElement()
                    .extracting(Views.HostFenceView::standing)
                    .isEqualTo(Fencing.Standing.OFF);

            cluster.start("a1");
            cluster.await(
                    "the site's life voids the fence",
                    () -> fence(cluster).hosts().getFirst().standing() == Fencing.Standing.VOID);
        }
    }

    private static Views.FenceView fence(TestCluster cluster) {
        return cluster.client("b1").get("/api/v1/sites/a/fence", Views.FenceView.class);
    }

    private static String owner(TestCluster cluster) {
        return cluster.service(MAIL).owner().value();
    }

    private static List<Views.RunSummary> runs(TestCluster cluster) {
        return List.of(cluster.anyone().get("/api/v1/runs", Views.RunSummary[].class));
    }
}
