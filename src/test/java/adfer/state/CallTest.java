package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.plan.Stage;
import adfer.run.TaskProgress.Executor;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class CallTest {
    private static final Executor A1 = new Executor(new NodeId("a1"), 7);
    private static final Executor B1 = new Executor(new NodeId("b1"), 7);

    private ClusterState state = new Stage().state();

    @Test
    void peopleAreCalledOnceUntilTheReasonIsOver() {
        assertThat(call(A1, 0)).isEmpty();
        assertThat(call(A1, 0)).contains("called-already");
        assertThat(end(order(), true)).isEmpty();
        assertThat(call(B1, 0)).contains("called-already");
        assertThat(end(order(), true)).contains("stale-call");
        assertThat(apply(new Command.ForgetCalls(List.of("x", "unknown")))).isEmpty();
        assertThat(state.calls()).isEmpty();
        assertThat(call(B1, 0)).isEmpty();
    }

    @Test
    void whoTakesACallOverNamesItAndMakesItStale() {
        call(A1, 0);
        long first = order();
        assertThat(call(B1, first - 1)).contains("called-already");
        assertThat(call(B1, first)).isEmpty();
        assertThat(call(A1, first)).as("one that saw it too, but later").contains("called-already");
        assertThat(end(first, true)).contains("stale-call");
        assertThat(end(order(), false)).isEmpty();
        assertThat(state.call("x").orElseThrow().failure().orElseThrow())
                .contains("It burns.", "It is full.");
    }

    @Test
    void severalReasonsAreTakenTogetherOrNotAtAll() {
        call(A1, 0);
        var both =
                new Command.CallPeople(
                        List.of(
                                new Call.Reason("y", "It smokes.", 0),
                                new Call.Reason("x", "It burns.", 0)),
                        B1);
        assertThat(apply(both)).contains("called-already");
        assertThat(state.call("y")).isEmpty();
    }

    @Test
    void trailTellsWhatCameOfIt() {
        call(A1, 0);
        Entry entry =
                new Entry(
                        "",
                        Actor.system(A1.node()),
                        Stage.NOW,
                        "",
                        new Command.EndCall(order(), "It burns.", true, "By m."));
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        assertThat(applied.audit().orElseThrow().sentence())
                .isEqualTo("People were called: \"It burns.\" By m.");
    }

    @Test
    void trailTellsOfATestAndNothingElseDoes() {
        Entry entry =
                new Entry(
                        "",
                        new Actor("ann", "cli"),
                        Stage.NOW,
                        "",
                        new Command.TestCall(A1.node(), List.of("webhooks.oncall", "mails.shift")));
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        AuditEntry line = applied.audit().orElseThrow();
        assertThat(line.subject()).isEqualTo("node a1");
        assertThat(line.sentence())
                .isEqualTo(
                        "People are called by node a1 as a test, by webhooks.oncall, mails.shift.");
        assertThat(applied.touched()).isEmpty();
    }

    private long order() {
        return state.call("x").orElseThrow().order();
    }

    private Optional<String> call(Executor executor, long instead) {
        return apply(
                new Command.CallPeople(
                        List.of(new Call.Reason("x", "It burns.", instead)), executor));
    }

    private Optional<String> end(long order, boolean reached) {
        return apply(new Command.EndCall(order, "It burns.", reached, "It is full."));
    }

    /** The code with which it was refused. */
    private Optional<String> apply(Command command) {
        Entry entry = new Entry("", new Actor("a1", "system"), Stage.NOW, "", command);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied.reply() instanceof Reply.Rejected(long ignored, var problem)
                ? Optional.of(problem.code())
                : Optional.empty();
    }
}
