package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.access.Principal;
import adfer.access.Somebody;
import adfer.adapter.json.JacksonCodec;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.plan.Stage;
import adfer.port.Notifier.Notice;
import adfer.state.Command;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

class TestCallsTest {
    private static final NodeId A1 = new NodeId("a1");

    private final JacksonCodec codec = new JacksonCodec();
    private final Applies log = new Applies(codec);
    private final Replica replica = log.replica(new Stage().state());
    private final Submitter submitter =
            new Submitter(log, codec, () -> Stage.NOW, Duration.ofSeconds(10));
    private final List<Notice> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        submitter.close();
    }

    private TestCalls calls(Way... ways) {
        return new TestCalls(
                "library",
                A1,
                new Ways(
                        List.of(ways),
                        new Ways.Patience(3, Duration.ofMinutes(5), Duration.ofSeconds(1))),
                new Desk(replica, log, submitter),
                () -> Stage.NOW);
    }

    @Test
    void eachWayIsTriedOnceAndToldOf() {
        TestCalls calls =
                calls(
                        new Way("webhooks.oncall", this::takes),
                        new Way("mails.shift", notice -> problem("The mailbox is full.")));
        assertThat(made(calls.make(jane("operator"), "", "new on call")).ways())
                .containsExactly(
                        new TestCalls.Tried("webhooks.oncall", Optional.empty()),
                        new TestCalls.Tried("mails.shift", Optional.of("The mailbox is full.")));
        Notice notice = told.getFirst();
        assertThat(told).hasSize(1);
        assertThat(notice.cluster()).isEqualTo("library");
        assertThat(notice.sentences())
                .singleElement()
                .asString()
                .startsWith("This is a test call. jane has asked node a1 for it;");
        assertThat(log.entries())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.command())
                            .isEqualTo(
                                    new Command.TestCall(
                                            A1, List.of("webhooks.oncall", "mails.shift")));
                    assertThat(entry.actor().name()).isEqualTo("jane");
                    assertThat(entry.reason()).isEqualTo("new on call");
                });
    }

    @Test
    void wayThatHangsIsGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        TestCalls calls = calls(new Way("slow", notice -> waits(never)), new Way("m", this::takes));
        assertThat(made(calls.make(jane("commander"), "", "")).ways())
                .containsExactly(
                        new TestCalls.Tried(
                                "slow", Optional.of("It took longer than 1s (notify.timeout).")),
                        new TestCalls.Tried("m", Optional.empty()));
    }

    @Test
    void whoeverMayNotAndWhereNobodyIsToBeCalledNothingHappens() {
        assertThat(sentence(calls(new Way("m", this::takes)).make(jane("viewer"), "", "")))
                .startsWith("jane may not have people called as a test");
        assertThat(sentence(calls().make(jane("admin"), "", "")))
                .isEqualTo(
                        "Node a1 calls nobody: name webhooks or mails under notify in its"
                                + " configuration, and start it again.");
        assertThat(told).isEmpty();
        assertThat(log.entries()).isEmpty();
    }

    @Test
    void nobodyIsCalledBeforeItIsCommittedWhoAsked() {
        log.loses = true;
        assertThat(calls(new Way("m", this::takes)).make(jane("admin"), "", "").accepted())
                .isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void peopleGetOneTestAtATime() {
        CountDownLatch hangs = new CountDownLatch(1);
        TestCalls calls =
                calls(
                        new Way(
                                "m",
                                notice -> {
                                    told.add(notice);
                                    return waits(hangs);
                                }));
        CompletableFuture<Result<TestCalls.Made>> first =
                CompletableFuture.supplyAsync(() -> calls.make(jane("admin"), "", ""));
        await().until(() -> told.size() == 1);
        assertThat(sentence(calls.make(jane("admin"), "", ""))).contains("is under way");
        hangs.countDown();
        assertThat(first.join().accepted()).isTrue();
        assertThat(calls.make(jane("admin"), "", "").accepted()).isTrue();
        assertThat(told).hasSize(2);
    }

    private Optional<Problem> takes(Notice notice) {
        told.add(notice);
        return Optional.empty();
    }

    private static Optional<Problem> problem(String sentence) {
        return Optional.of(new Problem("x", sentence));
    }

    private static Optional<Problem> waits(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private static TestCalls.Made made(Result<TestCalls.Made> result) {
        return switch (result) {
            case Result.Ok<TestCalls.Made>(var made) -> made;
            case Result.Refused<TestCalls.Made>(var problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static String sentence(Result<TestCalls.Made> result) {
        return switch (result) {
            case Result.Ok<TestCalls.Made>(var made) -> throw new AssertionError(made.toString());
            case Result.Refused<TestCalls.Made>(var problems) -> problems.getFirst().sentence();
        };
    }

    private static Principal jane(String role) {
        return Somebody.holding("jane", role);
    }
}
