package adfer.service;

import static adfer.run.Plans.A;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.json.JacksonCodec;
import adfer.kernel.Key;
import adfer.kernel.NodeId;
import adfer.kernel.TaskId;
import adfer.plan.Operation;
import adfer.port.Codec;
import adfer.port.Prober;
import adfer.port.ScriptRunner;
import adfer.port.Secrets;
import adfer.run.Bench;
import adfer.run.TaskProgress;
import adfer.state.ClusterState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** When a node begins what the log tells it to do. */
class WorkerTest {
    private static final TaskId TASK = new TaskId("promote/promote");

    private final Codec codec = new JacksonCodec();
    private final AtomicInteger began = new AtomicInteger();
    private final TakesAll log = new TakesAll(codec);
    private final ClusterState started =
            Bench.of()
                    .begin(
                            Operation.MIGRATION,
                            step("promote").script(A, "promote", Optional.empty()))
                    .step()
                    .state();
    private final Submitter submitter =
            new Submitter(log, codec, () -> Instant.EPOCH, Duration.ofSeconds(10));
    private final Worker worker = worker("a1", 1);

    private Worker worker(String node, long incarnation) {
        Prober prober = (spec, timeout) -> new Prober.Answer(true, "Yes.", Duration.ZERO);
        ScriptRunner scripts =
                (bundle, call, timeout, output) -> {
                    began.incrementAndGet();
                    return new ScriptRunner.Ended(0, false, Duration.ZERO);
                };
        return new Worker(
                new NodeId(node),
                incarnation,
                new Replica(new Kept(started), codec),
                submitter,
                new TaskRunner(
                        new MemoryHypervisor(), prober, scripts, Secrets.NONE, Tenancy.UNBOUND));
    }

    @AfterEach
    void close() {
        worker.close();
        submitter.close();
    }

    @Test
    void anAttemptIsBegunOnceThoughOlderEntriesAboutItComeAfterItsOutcome() {
        worker.applied(started, touched());
        await().until(() -> log.commands() == 1);
        worker.applied(started, touched());
        worker.applied(started, new TreeSet<>());
        assertThat(began).hasValue(1);
        worker.close();
        await().during(Duration.ofMillis(200)).until(() -> began.get() == 1);
    }

    @Test
    void whatASnapshotOrdersIsBegun() {
        worker.applied(started, new TreeSet<>());
        await().until(() -> log.commands() == 1);
        assertThat(began).hasValue(1);
    }

    @Test
    void whatAnEarlierLifeWasToldIsNotBegun() {
        try (Worker later = worker("a1", 2);
                Worker other = worker("b1", 1)) {
            later.applied(started, touched());
            later.applied(started, new TreeSet<>());
            other.applied(started, touched());
            await().during(Duration.ofMillis(200)).until(() -> began.get() == 0);
        }
    }

    private SortedSet<Key> touched() {
        TaskProgress attempt =
                started.openRuns().findFirst().orElseThrow().progress(TASK).orElseThrow();
        return new TreeSet<>(List.of(attempt.key()));
    }
}
