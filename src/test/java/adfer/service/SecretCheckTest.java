package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.json.JacksonCodec;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.mesh.Lacking;
import adfer.plan.Stage;
import adfer.port.Secrets;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a node tells of the secrets that it can't read. */
class SecretCheckTest {
    private static final NodeId B1 = new NodeId("b1");
    private static final SecretRef DB = SecretRef.of("file:/etc/adfer/db");
    private static final SecretRef TOKEN = SecretRef.of("env:TOKEN");

    private final JacksonCodec codec = new JacksonCodec();
    private final TakesAll log = new TakesAll(codec);
    private final Submitter submitter =
            new Submitter(log, codec, () -> Stage.NOW, Duration.ofSeconds(10));
    private final Set<SecretRef> there = ConcurrentHashMap.newKeySet();
    private final Secrets secrets =
            reference ->
                    there.contains(reference)
                            ? Result.ok(new Secret("its value"))
                            : Result.refused("secret-unavailable", reference + " is not there.");

    @AfterEach
    void close() {
        submitter.close();
    }

    @Test
    void whatIsMissingIsToldByReference() {
        there.add(TOKEN);
        try (var _ = check(Stage.B, published())) {
            await().until(() -> log.commands() > 0);
        }
        assertThat(told()).isEqualTo(new Lacking(B1, Stage.B, List.of(DB)));
        assertThat(log.entries().toString()).doesNotContain("its value");
    }

    @Test
    void nothingIsToldWhereNothingHasChanged() {
        there.addAll(List.of(DB, TOKEN));
        try (var _ = check(Stage.B, published())) {
            await().during(Duration.ofMillis(300)).until(() -> log.commands() == 0);
        }
    }

    @Test
    void thatItIsThereAgainIsTold() {
        there.addAll(List.of(DB, TOKEN));
        ClusterState state = stage().put(new Lacking(B1, Stage.B, List.of(DB))).state();
        try (var _ = check(Stage.B, state)) {
            await().until(() -> log.commands() > 0);
        }
        assertThat(told().secrets()).isEmpty();
    }

    @Test
    void runbooksOfOtherSitesDontMatter() {
        try (var _ = check(new SiteId("c"), published())) {
            await().during(Duration.ofMillis(300)).until(() -> log.commands() == 0);
        }
    }

    private static Stage stage() {
        return new Stage()
                .runbook(
                        Stage.RUNBOOK
                                .replace(
                                        "run: demote.sh,",
                                        "run: demote.sh, secrets: { DB: \"" + DB + "\" },")
                                .replace(
                                        "script: is-primary.sh,",
                                        "script: is-primary.sh, secrets: { T: \""
                                                + TOKEN
                                                + "\" },"));
    }

    private static ClusterState published() {
        return stage().state();
    }

    private Lacking told() {
        return log.entries().stream()
                .map(Entry::command)
                .map(command -> ((Command.TellLacking) command).lacking())
                .findFirst()
                .orElseThrow();
    }

    private SecretCheck check(SiteId site, ClusterState state) {
        return new SecretCheck(
                B1,
                site,
                secrets,
                new Replica(new Kept(state), codec),
                submitter,
                Duration.ofMillis(50));
    }
}
