package adfer.run;

import static adfer.run.Bench.JANE;
import static adfer.run.Bench.RUN;
import static adfer.run.Bench.done;
import static adfer.run.Plans.A;
import static adfer.run.Plans.B;
import static adfer.run.Plans.step;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.RunId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.run.RunHeader.Phase;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Reply;
import adfer.state.Transition;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the state machine does around runs: who may begin, what is kept, what is written down. */
class StateMachineTest {
    private final Bench bench = Bench.of("db", "web");

    private Command start(String run, Plan plan) {
        return new Command.StartRun(new RunId(run), plan);
    }

    private Plan migration() {
        return bench.plan(Operation.MIGRATION, Plans.usual("db", "web"));
    }

    @Test
    void aGroupBeginsAtItsHome() {
        assertThat(bench.owner()).isEqualTo(A);
        assertThat(bench.epoch()).isEqualTo(new Epoch(1));
        assertThat(bench.group().activeRun()).isEmpty();
    }

    @Test
    void aRunKeepsTheSourcesVms() {
        bench.accepted(start("run-1", migration()));
        bench.accepted(
                new Command.ChangeInventory(
                        List.of(),
                        List.of(
                                new At.VmAt(A, Bench.vm(Bench.GROUP, "db")).key(),
                                new At.VmAt(A, Bench.vm(Bench.GROUP, "web")).key())));
        assertThat(bench.state.vms(A)).isEmpty();
        assertThat(bench.run().charter().sources())
                .containsOnlyKeys(new VmId("db"), new VmId("web"));
    }

    @Test
    void aGroupIsInTheHandOfOneRun() {
        bench.accepted(start("run-1", migration()));
        assertThat(bench.group().activeRun()).contains(RUN);
        assertThat(bench.refused(start("run-2", migration()))).isEqualTo("run-in-progress");
        bench.flow();
        assertThat(bench.group().activeRun()).isEmpty();
    }

    @Test
    void aRunIdentityIsUsedOnce() {
        bench.accepted(start("run-1", migration())).decide(new Decision.Cancel());
        assertThat(bench.refused(start("run-1", migration()))).isEqualTo("run-exists");
    }

    @Test
    void aPlanIsOutdatedOnceTheGroupHasMoved() {
        Plan plan = migration();
        bench.accepted(start("run-1", plan)).flow();
        assertThat(bench.owner()).isEqualTo(B);
        assertThat(bench.refused(start("run-2", plan))).isEqualTo("plan-outdated");
    }

    @Test
    void aPlanIsOutdatedOnceARunOfTheGroupWasCancelled() {
        Plan plan = migration();
        bench.accepted(start("run-1", plan)).decide(new Decision.Cancel());
        assertThat(bench.refused(start("run-2", plan))).isEqualTo("plan-outdated");
    }

    @Test
    void aPlanForAnotherRunbookIsRefused() {
        Plan p = migration();
        Plan other =
                new Plan(
                        p.operation(),
                        p.group(),
                        p.title(),
                        "another",
                        p.source(),
                        p.target(),
                        p.from(),
                        p.asOfIndex(),
                        p.steps(),
                        p.estimate(),
                        p.dataAge(),
                        p.sourceReachable(),
                        p.rto(),
                        p.rpo(),
                        p.refusals(),
                        p.warnings());
        assertThat(bench.refused(start("run-1", other))).isEqualTo("plan-outdated");
    }

    @Test
    void aPlanWithRefusalsIsNotRun() {
        Plan p = migration();
        Plan refused =
                new Plan(
                        p.operation(),
                        p.group(),
                        p.title(),
                        p.runbookHash(),
                        p.source(),
                        p.target(),
                        p.from(),
                        p.asOfIndex(),
                        p.steps(),
                        p.estimate(),
                        p.dataAge(),
                        p.sourceReachable(),
                        p.rto(),
                        p.rpo(),
                        List.of(new Problem("no-capacity", "Site b is full.")),
                        p.warnings());
        assertThat(bench.refused(start("run-1", refused))).isEqualTo("no-capacity");
    }

    @Test
    void aGroupThatNobodyPublishedHasNoRuns() {
        Plan plan = Plans.plan(Operation.MIGRATION, "nobody", new Epoch(1), step("x").skipped());
        assertThat(bench.refused(start("run-1", plan))).isEqualTo("no-such-group");
    }

    @Test
    void aRunbookIsNotChangedWhileARunIsUnderWay() {
        Command publish =
                new Command.PublishRunbook(Bench.bundle(Bench.GROUP), Bench.runbook(Bench.GROUP));
        bench.accepted(start("run-1", migration()));
        assertThat(bench.refused(publish)).isEqualTo("run-in-progress");
        bench.flow().accepted(publish);
    }

    @Test
    void publishingAgainKeepsOwnerAndEpoch() {
        bench.accepted(start("run-1", migration())).flow();
        bench.accepted(
                new Command.PublishRunbook(Bench.bundle(Bench.GROUP), Bench.runbook(Bench.GROUP)));
        assertThat(bench.owner()).isEqualTo(B);
        assertThat(bench.epoch()).isEqualTo(new Epoch(2));
    }

    @Test
    void runsOfTwoGroupsGoSideBySide() {
        bench.publish("mail", "mx");
        Plan mail = Plans.plan(Operation.MIGRATION, "mail", new Epoch(1), Plans.usual("mx"));
        bench.accepted(start("run-1", migration())).accepted(start("run-2", mail));
        bench.flow();
        assertThat(bench.phase()).isEqualTo(Phase.DONE);
        assertThat(bench.state.group(new GroupId("mail")).orElseThrow().activeRun())
                .contains(new RunId("run-2"));
        assertThat(bench.state.group(new GroupId("mail")).orElseThrow().owner()).isEqualTo(A);
    }

    @Test
    void theSameWishIsGrantedOnce() {
        Command start = start("run-1", migration());
        Reply first = bench.submit("wish", "", start);
        ClusterState after = bench.state;
        Reply second = bench.submit("wish", "", start);
        assertThat(first).isInstanceOf(Reply.Accepted.class);
        assertThat(second).isEqualTo(first);
        assertThat(bench.state.entities()).isEqualTo(after.entities());
        assertThat(bench.state.index()).isEqualTo(after.index() + 1);
    }

    @Test
    void theSameWishIsRefusedForTheSameReason() {
        Command resume = new Command.Decide(RUN, new Decision.Resume());
        Reply first = bench.submit("wish", "", resume);
        bench.accepted(start("run-1", migration())).decide(new Decision.Pause());
        assertThat(bench.submit("wish", "", resume)).isEqualTo(first);
        assertThat(bench.phase()).isEqualTo(Phase.PAUSED);
    }

    @Test
    void theOldestWishesAreForgotten() {
        Command resume = new Command.Decide(RUN, new Decision.Resume());
        Reply first = bench.submit("wish", "", resume);
        for (int i = 0; i < Transition.MAX_REQUESTS; i++) {
            bench.submit("other-" + i, "", resume);
        }
        assertThat(bench.submit("wish", "", resume)).isNotEqualTo(first);
    }

    @Test
    void theOldestRunsAreForgotten() {
        for (int i = 1; i <= Transition.MAX_RUNS + 5; i++) {
            bench.wait(Duration.ofSeconds(1));
            bench.accepted(start("run-" + i, migration()));
            bench.accepted(new Command.Decide(new RunId("run-" + i), new Decision.Cancel()));
        }
        assertThat(bench.state.runs()).hasSize(Transition.MAX_RUNS);
        assertThat(bench.state.run(new RunId("run-1"))).isEmpty();
        assertThat(bench.state.journal(new RunId("run-1"))).isEmpty();
        assertThat(bench.state.run(new RunId("run-6"))).isPresent();
    }

    @Test
    void timeNeverGoesBack() {
        bench.accepted(start("run-1", migration())).step();
        var started = bench.progress("stop/db").startedAt();
        bench.wait(Duration.ofHours(-1)).finish("stop/db", done());
        assertThat(bench.progress("stop/db").endedAt()).contains(started);
    }

    @Test
    void theAuditTrailIsAChainThatEndsInTheState() {
        List<AuditEntry> trail = new ArrayList<>();
        ClusterState state = ClusterState.EMPTY;
        bench.accepted(start("run-1", migration())).flow();
        bench.refused(start("run-1", migration()));
        for (Entry entry : bench.log) {
            Applied applied = Transition.apply(state, state.index() + 1, entry);
            applied.audit().ifPresent(trail::add);
            state = applied.state();
        }
        assertThat(trail).allMatch(AuditEntry::intact);
        assertThat(trail.getFirst().previous()).isEqualTo(AuditEntry.GENESIS);
        for (int i = 1; i < trail.size(); i++) {
            assertThat(trail.get(i).previous()).isEqualTo(trail.get(i - 1).hash());
        }
        assertThat(trail.getLast().accepted()).isFalse();
        assertThat(trail.getLast().actor()).isEqualTo(JANE);
        assertThat(state.auditHead()).isEqualTo(trail.getLast().hash());
        assertThat(state.audits()).isEqualTo(trail.size());
    }

    @Test
    void equalLogsMakeEqualStates() {
        bench.accepted(start("run-1", migration())).flow();
        ClusterState again = ClusterState.EMPTY;
        for (Entry entry : bench.log) {
            again = Transition.apply(again, again.index() + 1, entry).state();
        }
        assertThat(again.fingerprint()).isEqualTo(bench.state.fingerprint());
        assertThat(
                        ClusterState.of(
                                        again.index(),
                                        again.now(),
                                        again.audits(),
                                        again.auditHead(),
                                        again.entities().values())
                                .fingerprint())
                .isEqualTo(again.fingerprint());
    }

    @Test
    void whatIsTouchedIsWhatChanged() {
        bench.accepted(start("run-1", migration()));
        assertTouchesWhatItChanges(bench.start("stop/db"));
        bench.accepted(bench.start("stop/db"));
        assertTouchesWhatItChanges(
                new Command.ReportOutput(RUN, new TaskId("stop/db"), 1, "half way"));
        assertTouchesWhatItChanges(
                new Command.ChangeInventory(
                        List.of(new At.VmAt(A, Bench.vm(Bench.GROUP, "db"))), List.of()));
    }

    private void assertTouchesWhatItChanges(Command command) {
        ClusterState before = bench.state;
        Entry entry = new Entry("", JANE, bench.now, "", command);
        Applied applied = Transition.apply(before, before.index() + 1, entry);
        assertThat(applied.touched())
                .allMatch(key -> !applied.state().find(key).equals(before.find(key)));
        assertThat(applied.state().entities().keySet())
                .allMatch(key ->
                        applied.touched().contains(key)
                                || applied.state().find(key).equals(before.find(key)));
    }
}
