package adfer.service;

import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.access.Somebody;
import adfer.adapter.json.JacksonCodec;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.mesh.NodeSession;
import adfer.plan.Stage;
import adfer.port.Notifier;
import adfer.run.TaskProgress.Executor;
import adfer.runbook.Runbook;
import adfer.state.Call;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Stance;
import adfer.state.Stance.Kinds;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

class PagerTest {
    private static final String PROPOSED = "stance catalogue PROPOSES";
    private static final Duration AGAIN = Duration.ofMinutes(5);
    private static final Duration REMIND = Duration.ofHours(1);

    private final JacksonCodec codec = new JacksonCodec();
    private final Applies log = new Applies(codec);
    private final List<Node> nodes = new ArrayList<>();
    private final Map<NodeId, Boolean> heard = new ConcurrentHashMap<>();
    private volatile Instant now = NOW;

    /** A node with a copy of the state, and what it said to people. */
    private final class Node {
        private final NodeId id;
        private final Replica replica;
        private final Submitter submitter = new Submitter(log, codec, () -> now, REMIND);
        private final List<Notifier.Notice> told = new CopyOnWriteArrayList<>();
        private final Map<String, String> own = new ConcurrentHashMap<>();
        private final Pager pager;

        Node(String name, Duration timeout, List<Notifier> others) {
            id = new NodeId(name);
            replica = log.replica(stage().state());
            heard.put(id, true);
            List<Notifier> ways = new ArrayList<>(others);
            if (others.isEmpty()) {
                ways.add(
                        new Way(
                                "m",
                                notice -> {
                                    told.add(notice);
                                    return Optional.empty();
                                }));
            }
            pager =
                    new Pager(
                            "library",
                            new Executor(id, 7),
                            new Ways(ways, new Ways.Patience(2, Duration.ofMillis(1), timeout)),
                            new Pager.Policy(AGAIN, REMIND, Duration.ofSeconds(1)),
                            replica,
                            submitter,
                            node -> heard.getOrDefault(node.node(), false),
                            () -> own,
                            System::nanoTime);
            nodes.add(this);
        }

        void leads() {
            log.leads(Optional.of(replica));
        }

        Optional<Call> call(String id) {
            return replica.state().call(id);
        }

        Call ended(String id) {
            await().until(() -> call(id).flatMap(Call::outcome).isPresent());
            return call(id).orElseThrow();
        }
    }

    @AfterEach
    void close() {
        for (Node node : nodes) {
            node.pager.close();
            node.submitter.close();
        }
    }

    private static Stage stage() {
        Stage stage = new Stage().put(stance(Kinds.PROPOSES, "It is prepared."));
        for (String name : List.of("a1", "b1")) {
            stage.put(
                    new NodeSession(
                            new NodeId(name),
                            new SiteId("a"),
                            7,
                            NOW,
                            "1",
                            "http://127.0.0.1:1",
                            true,
                            Sorted.empty(),
                            List.of()));
        }
        return stage;
    }

    private static Stance stance(Kinds kind, String sentence) {
        return new Stance(CATALOGUE, kind, sentence, NOW);
    }

    private Node node(String name, Notifier... ways) {
        return new Node(name, Duration.ofSeconds(10), List.of(ways));
    }

    @Test
    void thatPeopleAreCalledIsCommittedFirstAndWhatCameOfItAfterwards() {
        List<Optional<Call>> whenCalled = new CopyOnWriteArrayList<>();
        var a =
                new Object() {
                    volatile Optional<Node> node = Optional.empty();
                };
        Notifier way =
                new Way(
                        "m",
                        notice -> {
                            whenCalled.add(a.node.orElseThrow().call(PROPOSED));
                            return Optional.empty();
                        });
        Node node = node("a1", way, new Way("w", notice -> full()));
        a.node = Optional.of(node);
        node.leads();
        Call call = node.ended(PROPOSED);
        assertThat(whenCalled)
                .singleElement()
                .satisfies(seen -> {
                    assertThat(seen.orElseThrow().outcome()).isEmpty();
                    assertThat(seen.orElseThrow().executor()).isEqualTo(new Executor(node.id, 7));
                });
        assertThat(call.outcome())
                .contains(new Call.Outcome(true, "By m. w: The mailbox is full."));
        assertThat(Pager.waiting(node.replica.state(), Somebody.holding("jane", "viewer")))
                .isEmpty();
    }

    @Test
    void oneCallTellsAllThatIsToBeToldAndNobodyIsToldTwice() {
        Node a = node("a1");
        a.own.put("certificate soon", "It ends.");
        a.leads();
        a.ended(PROPOSED);
        a.ended("node a1 certificate soon");
        await().during(Duration.ofSeconds(2)).until(() -> a.told.size() == 1);
        assertThat(a.told.getFirst().sentences())
                .containsExactly("It ends.", "catalogue: It is prepared.");
    }

    @Test
    void nodeThatDoesNotLeadTellsOnlyOfItself() {
        Node a = node("a1");
        Node b = node("b1");
        b.own.put("certificate soon", "It ends.");
        a.leads();
        b.ended("node b1 certificate soon");
        a.ended(PROPOSED);
        await().during(Duration.ofSeconds(1)).until(() -> b.told.size() == 1);
        assertThat(b.told.getFirst().sentences()).containsExactly("It ends.");
        assertThat(a.told).hasSize(1);
    }

    @Test
    void nextLeaderDoesNotCallAgainWhileTheFormerOneStillDoesOrHasDone() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        Node a =
                node(
                        "a1",
                        new Way(
                                "m",
                                notice -> {
                                    waitFor(hangs);
                                    return Optional.empty();
                                }));
        Node b = node("b1");
        a.leads();
        await().until(() -> a.call(PROPOSED).isPresent());
        b.leads();
        await().during(Duration.ofSeconds(2)).until(() -> b.told.isEmpty());
        hangs.countDown();
        b.ended(PROPOSED);
        await().during(Duration.ofSeconds(1)).until(() -> b.told.isEmpty());
    }

    @Test
    void nextLeaderCallsAgainWhereTheFormerOneIsGoneWithoutAWord() {
        CountDownLatch never = new CountDownLatch(1);
        Node a =
                node(
                        "a1",
                        new Way(
                                "m",
                                notice -> {
                                    waitFor(never);
                                    return Optional.empty();
                                }));
        Node b = node("b1");
        a.leads();
        await().until(() -> a.call(PROPOSED).isPresent());
        heard.put(a.id, false);
        b.leads();
        assertThat(b.ended(PROPOSED).executor().node()).isEqualTo(b.id);
        assertThat(b.told).hasSize(1);
    }

    @Test
    void callWhoseCommitWasNotAnsweredIsMadeAllTheSame() {
        Node a = node("a1");
        log.loses = true;
        a.leads();
        await().until(() -> a.told.size() == 1);
        log.loses = false;
        assertThat(a.ended(PROPOSED).outcome().orElseThrow().reached()).isTrue();
        assertThat(a.told).hasSize(1);
    }

    @Test
    void wayThatHangsIsGivenUpAndHoldsUpNoOther() {
        List<String> told = new CopyOnWriteArrayList<>();
        Notifier hanging =
                new Way(
                        "slow",
                        notice -> {
                            waitFor(new CountDownLatch(1));
                            return Optional.empty();
                        });
        Notifier other =
                new Way(
                        "m",
                        notice -> {
                            told.add(notice.id());
                            return Optional.empty();
                        });
        Node a = new Node("a1", Duration.ofMillis(300), List.of(hanging, other));
        a.leads();
        await().until(() -> told.size() == 1);
        assertThat(a.ended(PROPOSED).outcome().orElseThrow().sentence())
                .isEqualTo("By m. slow: It took longer than 300ms (notify.timeout).");
    }

    @Test
    void nobodyReachedIsShownAndTriedAgainLater() {
        List<String> tried = new CopyOnWriteArrayList<>();
        Node a =
                node(
                        "a1",
                        new Way(
                                "m",
                                notice -> {
                                    tried.add(notice.id());
                                    return full();
                                }));
        a.leads();
        a.ended(PROPOSED);
        assertThat(Pager.waiting(a.replica.state(), Somebody.holding("jane", "viewer")))
                .containsExactly(
                        "Nobody could be called about \"catalogue: It is prepared.\": m: The"
                                + " mailbox is full.");
        assertThat(Pager.waiting(a.replica.state(), Somebody.holding("ann", "operator@site:a")))
                .isEmpty();
        assertThat(tried).as("attempts of the first call").hasSize(2);
        later(AGAIN);
        await().until(() -> tried.size() == 4);
    }

    @Test
    void peopleAreRemindedOfWhatTheyHaveToDoAndOfNothingElse() {
        Node a = node("a1");
        a.own.put("certificate soon", "It ends.");
        a.leads();
        a.ended(PROPOSED);
        later(REMIND);
        await().until(() -> a.told.size() == 2);
        assertThat(a.told.getLast().sentences()).containsExactly("catalogue: It is prepared.");
    }

    @Test
    void reasonThatIsOverIsForgottenAndCallsPeopleWhenItComesBack() {
        Node a = node("a1");
        a.leads();
        a.ended(PROPOSED);
        take(stance(Kinds.IDLE, "Site a is not lost."));
        take(stance(Kinds.PROPOSES, "It is prepared."));
        await().during(Duration.ofSeconds(1)).until(() -> a.told.size() == 1);
        take(stance(Kinds.IDLE, "Site a is not lost."));
        later(AGAIN);
        await().until(() -> a.call(PROPOSED).isEmpty());
        take(stance(Kinds.PROPOSES, "It is prepared."));
        await().until(() -> a.told.size() == 2);
    }

    @Test
    void nodesSayForThemselvesThatNobodyLeads() {
        Node a = node("a1");
        log.leads(Optional.empty());
        await().until(() -> a.told.size() == 1);
        assertThat(a.told.getFirst().sentences().getFirst())
                .startsWith("Node a1 has known no leader for 1 s")
                .contains("./adfer takeover");
        await().during(Duration.ofSeconds(2)).until(() -> a.told.size() == 1);
        assertThat(log.entries()).isEmpty();
    }

    @Test
    void thatNobodyIsCalledIsSaidWhereSomebodyCountsOnIt() {
        Ways none = new Ways(List.of(), new Ways.Patience(1, Duration.ZERO, Duration.ofSeconds(1)));
        assertThat(none.missing(runbooks("manual"))).isEmpty();
        for (String mode : List.of("propose", "automatic")) {
            assertThat(none.missing(runbooks(mode)).orElseThrow())
                    .contains("Nobody is called", "catalogue", "notify");
        }
        Ways one =
                new Ways(
                        List.of(new Way("m", notice -> Optional.empty())),
                        new Ways.Patience(1, Duration.ZERO, Duration.ofSeconds(1)));
        assertThat(one.missing(runbooks("propose"))).isEmpty();
    }

    private static Stream<Runbook> runbooks(String mode) {
        ClusterState state =
                new Stage()
                        .runbook(
                                Stage.RUNBOOK.replace(
                                        "steps:", "failover: { mode: " + mode + " }\nsteps:"))
                        .state();
        return Stream.of(state.runbook(CATALOGUE).orElseThrow().runbook());
    }

    /** Time in the log goes on with its entries. */
    private void later(Duration time) {
        now = now.plus(time);
        take(nodes.getFirst().replica.state().stance(CATALOGUE).orElseThrow());
    }

    private void take(Stance stance) {
        var _ =
                nodes.getFirst()
                        .submitter
                        .submitAndWait(
                                new Actor("autopilot", "system"),
                                "",
                                "",
                                new Command.TakeStance(stance));
    }

    private static Optional<Problem> full() {
        return Optional.of(new Problem("x", "The mailbox is full."));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
