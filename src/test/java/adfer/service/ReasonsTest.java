package adfer.service;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Place;
import adfer.access.Right;
import adfer.kernel.Actor;
import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.RunId;
import adfer.kernel.TaskId;
import adfer.mesh.NodeSession;
import adfer.plan.Operation;
import adfer.plan.Stage;
import adfer.run.Engine;
import adfer.run.Outcome;
import adfer.run.TaskProgress.Executor;
import adfer.run.Workers;
import adfer.service.Reasons.Reason;
import adfer.state.AttestationTerms;
import adfer.state.Autopilot;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Reply;
import adfer.state.Stance;
import adfer.state.Stance.Kinds;
import adfer.state.Transition;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class ReasonsTest {
    private static final Executor A1 = new Executor(new NodeId("a1"), 1);
    private static final RunId RUN = new RunId("run-1");

    private Stage stage = new Stage();
    private ClusterState state = stage.state();

    @Test
    void nothingIsWrongAndNobodyIsCalled() {
        assertThat(Reasons.of(state)).isEmpty();
    }

    @Test
    void lostSiteIsToldAndAsksForNothingItself() {
        state = stage.lost(A).state();
        assertThat(Reasons.of(state))
                .containsExactly(
                        Map.entry(
                                "site a lost",
                                new Reason("Site a is lost: It was seen so.", false)));
    }

    @Test
    void proposalAndRefusalAskOncePerTurnWhateverTheirDetails() {
        for (Kinds kind : Kinds.values()) {
            for (String detail : List.of("12 s old", "13 s old")) {
                state = new Stage().put(new Stance(CATALOGUE, kind, detail, NOW)).state();
                boolean asks = kind == Kinds.PROPOSES || kind == Kinds.DECLINES;
                assertThat(Reasons.of(state))
                        .isEqualTo(
                                asks
                                        ? Map.of(
                                                "stance catalogue " + kind,
                                                new Reason("catalogue: " + detail, true))
                                        : Map.of());
            }
        }
    }

    @Test
    void secondPersonIsCalledForAnAttestationAndForAWish() {
        apply(
                "jane",
                new Command.Attest(
                        A,
                        "I stand in front of it",
                        state.index(),
                        new AttestationTerms(2, Duration.ofMinutes(30), Duration.ofHours(4))));
        apply(
                "jane",
                new Command.Propose(
                        "w1",
                        "fail over the catalogue",
                        "yes",
                        Right.LOOK,
                        Place.CLUSTER,
                        List.of(new Command.RemovePerson("bob")),
                        Duration.ofMinutes(5)));
        assertThat(Reasons.of(state).values())
                .allMatch(Reason::asks)
                .extracting(Reason::sentence)
                .anyMatch(said -> said.contains("jane") && said.contains("site a"))
                .contains(
                        "jane asks for a second person: fail over the catalogue. See ./adfer"
                                + " wishes.");
    }

    @Test
    void stopThatTookLongerThanTheLeasesReckonWithAsks() {
        HostId host = new HostId("a-h1");
        Duration allowed = Duration.ofSeconds(3);
        apply("a1", new Command.MeasureStop(A, host, allowed, allowed));
        assertThat(Reasons.of(state)).isEmpty();
        apply("a1", new Command.MeasureStop(A, host, allowed.plusMillis(1), allowed));
        assertThat(Reasons.of(state).get("stop a a-h1"))
                .satisfies(reason -> assertThat(reason.sentence()).contains("3001 ms"));
    }

    @Test
    void fenceThatFailedAsks() {
        apply(
                "a1",
                new Command.AnnounceNode(
                        new NodeSession(
                                A1.node(),
                                A,
                                A1.incarnation(),
                                NOW,
                                "1",
                                "http://127.0.0.1:1",
                                true,
                                new TreeMap<>(Map.of(B, List.of(new HostId("b-h1")))),
                                List.of())));
        apply("jane", new Command.OrderFence(B, List.of(new HostId("b-h1")), A1));
        assertThat(Reasons.of(state)).isEmpty();
        apply(
                "a1",
                new Command.FinishFence(
                        B,
                        new HostId("b-h1"),
                        state.index(),
                        false,
                        0,
                        "fence_test",
                        "It is deaf."));
        assertThat(Reasons.of(state).get("fence b b-h1"))
                .satisfies(reason -> assertThat(reason.sentence()).contains("It is deaf."));
    }

    @Test
    void eachUseOfABreakGlassAccountIsTold() {
        apply("red", new Command.UseGlass("red", A1.node(), false));
        apply("blue", new Command.UseGlass("blue", A1.node(), true));
        assertThat(Reasons.of(state).values())
                .extracting(Reason::sentence)
                .anyMatch(said -> said.contains("blue was opened at node a1"))
                .anyMatch(said -> said.contains("red was knocked at, at node a1"));
        apply("red", new Command.UseGlass("red", A1.node(), true));
        assertThat(Reasons.of(state).keySet()).anyMatch(name -> name.endsWith("true"));
    }

    @Test
    void runThatBeganByItselfIsToldAndItsQuestionAsks() {
        stage.runbook(
                Stage.RUNBOOK.replace(
                        "steps:",
                        "steps:\n  - id: sign\n    approve: { role: duty-manager, message: Is it"
                                + " so? }"));
        state = stage.state();
        begin();
        assertThat(Reasons.of(state).get("run run-1 began"))
                .isEqualTo(new Reason("Run run-1 of catalogue began by itself: It must.", false));
        goOn();
        assertThat(Reasons.of(state).values())
                .contains(
                        new Reason(
                                "Run run-1 of catalogue: step sign waits for a duty-manager: Is it"
                                        + " so?",
                                true));
    }

    @Test
    void stepThatFailedAsks() {
        begin();
        goOn();
        for (TaskId task : List.copyOf(state.run(RUN).orElseThrow().tasks().keySet())) {
            apply(
                    "a1",
                    new Command.FinishTask(
                            RUN,
                            task,
                            1,
                            new Outcome.Failed(new Problem("gone", "The host is gone."), false),
                            ""));
        }
        assertThat(Reasons.of(state).get("run run-1 failed stop"))
                .satisfies(reason ->
                        assertThat(reason.sentence())
                                .contains("step stop failed", "./adfer run show run-1"));
    }

    private void begin() {
        apply(Autopilot.BY, "It must.", new Command.StartRun(RUN, stage.plan(Operation.MIGRATION)));
    }

    private void goOn() {
        var starts =
                Engine.next(
                                state.run(RUN).orElseThrow(),
                                new Workers(new TreeMap<>(Map.of(A, List.of(A1), B, List.of(A1)))),
                                NOW)
                        .starts();
        apply("a1", new Command.StartTasks(RUN, starts));
    }

    private void apply(String who, Command command) {
        apply(new Actor(who, "cli"), "", command);
    }

    private void apply(Actor who, String reason, Command command) {
        var applied =
                Transition.apply(
                        state, state.index() + 1, new Entry("", who, NOW, reason, command));
        assertThat(applied.reply()).isInstanceOf(Reply.Accepted.class);
        state = applied.state();
    }
}
