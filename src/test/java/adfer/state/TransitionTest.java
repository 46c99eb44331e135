package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Samples;
import adfer.inventory.At;
import adfer.kernel.Actor;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.run.Decision;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

/** What commands do outside of runs; runs have their own tests. */
class TransitionTest {
    private static final Instant NOON = Instant.parse("2025-03-01T12:00:00Z");

    private ClusterState state = ClusterState.EMPTY;

    @Test
    void inventoryComesChangesAndGoes() {
        At.VmAt vm = Samples.of(At.VmAt.class, 1);
        At.HostAt host = Samples.of(At.HostAt.class, 2);
        At.Sweep sweep = Samples.of(At.Sweep.class, 3);
        Applied applied = apply(change(List.of(vm, host, sweep), List.of()));
        assertThat(applied.touched()).containsExactly(sweep.key(), host.key(), vm.key());
        assertThat(state.vms(vm.site())).containsExactly(vm.vm());
        assertThat(state.hosts(host.site())).containsExactly(host.host());
        assertThat(state.sweep(sweep.site())).contains(sweep);

        assertThat(apply(change(List.of(), List.of(vm.key()))).touched()).containsExactly(vm.key());
        assertThat(state.find(vm.key())).isEmpty();
    }

    @Test
    void inventoryThatDidNotChangeTouchesNothing() {
        At.VmAt vm = Samples.of(At.VmAt.class, 1);
        apply(change(List.of(vm), List.of()));
        String before = state.fingerprint();
        assertThat(apply(change(List.of(vm), List.of())).touched()).isEmpty();
        assertThat(state.fingerprint()).isEqualTo(before);
    }

    @Test
    void inventoryCannotTakeAwayWhatIsNotInventory() {
        SiteVerdict verdict = Samples.of(SiteVerdict.class, 1);
        apply(new Command.JudgeSite(verdict));
        for (Kind kind : List.of(Kind.GROUP, Kind.RUN, Kind.VERDICT, Kind.REQUEST)) {
            Key key = kind == Kind.VERDICT ? verdict.key() : new Key(kind, "x");
            assertThat(refusal(change(List.of(), List.of(key)))).isEqualTo("not-inventory");
        }
        assertThat(state.verdict(verdict.site())).contains(verdict);
    }

    @Test
    void theLatestVerdictAndSessionStand() {
        SiteVerdict first = Samples.of(SiteVerdict.class, 1);
        SiteVerdict second =
                new SiteVerdict(
                        first.site(),
                        SiteVerdict.Status.UNDECIDED,
                        SiteVerdict.Diagnosis.NOT_ENOUGH_SEEN,
                        "Nobody can say.",
                        NOON);
        NodeSession session = Samples.of(NodeSession.class, 1);
        apply(new Command.JudgeSite(first));
        apply(new Command.JudgeSite(second));
        apply(new Command.AnnounceNode(session));
        assertThat(state.verdict(first.site())).contains(second);
        assertThat(state.session(session.node())).contains(session);
    }

    @Test
    void anEntryOfTheLogItselfMovesTheIndexOnly() {
        apply(new Command.JudgeSite(Samples.of(SiteVerdict.class, 1)));
        ClusterState skipped = Transition.skip(state, 99);
        assertThat(skipped.index()).isEqualTo(99);
        assertThat(skipped.fingerprint()).isEqualTo(state.fingerprint());
        assertThat(skipped.now()).isEqualTo(state.now());
    }

    @Test
    void theClockOfTheStateOnlyGoesForward() {
        apply(entry("", NOON, change(List.of(), List.of())));
        apply(entry("", NOON.minusSeconds(60), change(List.of(), List.of())));
        assertThat(state.now()).isEqualTo(NOON);
    }

    @Test
    void aNamedRequestHasOneEffect() {
        At.VmAt vm = Samples.of(At.VmAt.class, 1);
        Reply first = apply(entry("once", NOON, change(List.of(vm), List.of()))).reply();
        Applied again = apply(entry("once", NOON, change(List.of(), List.of(vm.key()))));
        assertThat(again.reply()).isEqualTo(first);
        assertThat(again.touched()).isEmpty();
        assertThat(again.audit()).isEmpty();
        assertThat(state.find(vm.key())).isPresent();
    }

    @Test
    void onlyTheLatestAnswersAreKept() {
        for (int i = 0; i < Transition.MAX_REQUESTS + 50; i++) {
            apply(entry("r-" + i, NOON, change(List.of(), List.of())));
        }
        assertThat(state.count(Kind.REQUEST))
                .isBetween(
                        Transition.MAX_REQUESTS - Transition.FORGOTTEN_AT_ONCE,
                        Transition.MAX_REQUESTS);
        assertThat(state.find(SeenRequest.key("r-0"))).isEmpty();
        assertThat(state.find(SeenRequest.key("r-" + (Transition.MAX_REQUESTS + 49)))).isPresent();
        assertThat(state.all(Kind.REQUEST, SeenRequest.class))
                .allMatch(seen -> seen.reply().index() > Transition.FORGOTTEN_AT_ONCE / 2);
    }

    @Test
    void whatSweepsDoIsNotWorthAnAuditEntryButRefusalsAre() {
        assertThat(apply(change(List.of(), List.of())).audit()).isEmpty();
        Command unknown = new Command.Decide(new RunId("none"), new Decision.Cancel());
        AuditEntry refused = apply(unknown).audit().orElseThrow();
        assertThat(refused.accepted()).isFalse();
        assertThat(refused.number()).isEqualTo(1);
        assertThat(refused.sentence()).contains("no run none");
        assertThat(state.audits()).isEqualTo(1);
        assertThat(state.auditHead()).isEqualTo(refused.hash());
    }

    @Test
    void everyCommandHasASubjectAndASentence() {
        for (Class<?> type : Samples.records(Command.class)) {
            Samples.of(type, 1, 20)
                    .map(Command.class::cast)
                    .forEach(command -> {
                        assertThat(Description.subject(command)).isNotBlank();
                        assertThat(Description.sentence(command)).isNotBlank();
                    });
        }
    }

    @Test
    void everyCommandIsAnsweredWhateverTheState() {
        for (Class<?> type : Samples.records(Command.class)) {
            Samples.of(type, 1, 20)
                    .map(Command.class::cast)
                    .forEach(command -> {
                        ClusterState before = state;
                        Applied applied = apply(command);
                        assertThat(applied.reply().index()).isEqualTo(state.index());
                        assertThat(applied.touched())
                                .allMatch(key ->
                                        applied.state().find(key).isPresent()
                                                || before.find(key).isPresent()
                                                || command instanceof Command.ChangeInventory);
                    });
        }
        assertThat(state.group(new GroupId("nobody"))).isEmpty();
    }

    @Test
    void everyKindHasItsRecord() {
        for (Kind kind : Kind.values()) {
            assertThat(Samples.of(Entities.type(kind), 1).key().kind()).isEqualTo(kind);
        }
    }

    private String refusal(Command command) {
        Applied applied = apply(command);
        assertThat(applied.touched()).isEmpty();
        assertThat(applied.reply()).isInstanceOf(Reply.Rejected.class);
        return ((Reply.Rejected) applied.reply()).problem().code();
    }

    private Applied apply(Command command) {
        return apply(entry("", NOON, command));
    }

    private Applied apply(Entry entry) {
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        return applied;
    }

    private static Command change(List<At> changed, List<Key> removed) {
        return new Command.ChangeInventory(changed, removed);
    }

    private static Entry entry(String request, Instant at, Command command) {
        return new Entry(request, new Actor("jane", "cli"), at, "", command);
    }
}
