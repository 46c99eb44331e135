package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.lease.Lease;
import adfer.lease.WhenIsolated;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.run.Plans;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;
import adfer.runbook.Runbook.Automation;
import adfer.runbook.Runbook.Automation.Mode;
import adfer.state.Stance.Kinds;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class AutopilotTest {
    private static final GroupId MAIL = new GroupId("mail");
    private static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Epoch EPOCH = new Epoch(1);

    private final List<Entity> others = new ArrayList<>();
    private Mode mode = Mode.AUTOMATIC;
    private boolean fence;
    private SiteVerdict.Status verdict = SiteVerdict.Status.UNREACHABLE;
    private Lease lease =
            Lease.granted(MAIL, Plans.A, EPOCH, 3).renewed(4, true).lapsed(NOW, List.of());
    private Plan plan =
            plan(new Plan.DataAge(true, Duration.ofSeconds(1), "written through"), List.of());
    private Optional<RunId> activeRun = Optional.empty();

    @Test
    void actsWhenEverythingSpeaksForIt() {
        expect(LONG, Kinds.ACTS, "ran out under living guards");
    }

    @Test
    void groupThatIsLeftToPeopleGetsNoStance() {
        mode = Mode.MANUAL;
        assertThat(stance(LONG)).isEmpty();
    }

    @Test
    void siteThatIsNotLostIsLeftAlone() {
        for (SiteVerdict.Status status : SiteVerdict.Status.values()) {
            verdict = status;
            if (status != SiteVerdict.Status.UNREACHABLE) {
                expect(LONG, Kinds.IDLE, "not lost");
            }
        }
    }

    @Test
    void groupInTheHandsOfARunIsLeftToIt() {
        activeRun = Optional.of(new RunId("r1"));
        expect(LONG, Kinds.IDLE, "Run r1 has it in hand");
    }

    @Test
    void waitsUntilTheVerdictHasHeld() {
        expect(Automation.DWELL.minusNanos(1), Kinds.WAITS, "lost for 10 s");
        expect(Automation.DWELL, Kinds.ACTS, "Fails over");
    }

    @Test
    void proposesWhereThatIsAllItMay() {
        mode = Mode.PROPOSE;
        expect(LONG, Kinds.PROPOSES, "waits for a person");
    }

    @Test
    void waitsForTheLeaseToRunOut() {
        lease = Lease.granted(MAIL, Plans.A, EPOCH, 3).renewed(4, true);
        expect(LONG, Kinds.WAITS, "lease of site a");
    }

    @Test
    void declinesWithoutProof() {
        lease = Lease.granted(MAIL, Plans.A, EPOCH, 3).renewed(4, false).lapsed(NOW, List.of());
        expect(LONG, Kinds.DECLINES, "nothing proves that site a is off");
    }

    @Test
    void fencesOnlyWhereItMayAndEveryHostHasAFence() {
        lease = Lease.granted(MAIL, Plans.A, EPOCH, 3).renewed(4, false).lapsed(NOW, List.of());
        fence = true;
        expect(LONG, Kinds.DECLINES, "no host of site a is known");
        others.add(host("h1"));
        others.add(host("h2"));
        others.add(session("b1", Plans.B, "h1"));
        others.add(session("a1", Plans.A, "h2"));
        expect(LONG, Kinds.DECLINES, "there is no power fence for h2 of site a");
        others.add(session("w1", new SiteId("w"), "h2"));
        expect(LONG, Kinds.FENCES, "switched off");
        plan = plan(Plan.DataAge.UNKNOWN, List.of());
        expect(LONG, Kinds.DECLINES, "not known");
    }

    @Test
    void waitsForAFenceGoesOnWithItAndCallsAPersonWhenItFails() {
        lease = Lease.granted(MAIL, Plans.A, EPOCH, 3).renewed(4, false).lapsed(NOW, List.of());
        fence = true;
        others.add(host("h1"));
        others.add(session("b1", Plans.B, "h1"));
        Fencing ordered =
                Fencing.ordered(
                        Plans.A,
                        new HostId("h1"),
                        8,
                        Autopilot.BY,
                        "",
                        new TaskProgress.Executor(new NodeId("b1"), 1),
                        2,
                        NOW);
        others.add(ordered);
        expect(LONG, Kinds.WAITS, "is being switched off by node b1");
        others.remove(ordered);
        Fencing off = ordered.with(new Fencing.Outcome(true, "fence_x", "Off.", 9, NOW));
        others.add(off);
        expect(LONG, Kinds.ACTS, "h1 (fence_x at node b1)");
        others.remove(off);
        others.add(ordered.with(new Fencing.Outcome(false, "fence_x", "It hangs.", 9, NOW)));
        expect(LONG, Kinds.DECLINES, "It hangs. It was tried 2 times. A person has to look");
    }

    @Test
    void triesAFenceThatFailedAgainAfterAPauseAndNoMoreOftenThanItMay() {
        lease = Lease.granted(MAIL, Plans.A, EPOCH, 3).renewed(4, false).lapsed(NOW, List.of());
        fence = true;
        others.add(host("h1"));
        others.add(session("b1", Plans.B, "h1"));
        for (int tries = 1; tries <= 2; tries++) {
            Fencing failed = failed(tries, NOW);
            others.add(failed);
            expect(
                    LONG,
                    tries == 1 ? Kinds.WAITS : Kinds.DECLINES,
                    tries == 1 ? "tried again after 30 s, attempt 2 of 2" : "tried 2 times");
            others.remove(failed);
        }
        others.add(failed(1, NOW.minusSeconds(30)));
        expect(LONG, Kinds.FENCES, "switched off again, attempt 2 of 2");
    }

    private static Fencing failed(int tries, Instant at) {
        return Fencing.ordered(
                        Plans.A,
                        new HostId("h1"),
                        8,
                        Autopilot.BY,
                        "",
                        new TaskProgress.Executor(new NodeId("b1"), 1),
                        tries,
                        NOW)
                .with(new Fencing.Outcome(false, "fence_x", "It hangs.", 9, at));
    }

    private static Entity host(String name) {
        return new At.HostAt(Plans.A, new Host(new HostId(name), 8, 1_024, true));
    }

    private static Entity session(String node, SiteId site, String host) {
        return new NodeSession(
                new NodeId(node),
                site,
                1,
                NOW,
                "1",
                "",
                true,
                new TreeMap<>(Map.of(Plans.A, List.of(new HostId(host)))),
                List.of());
    }

    @Test
    void declinesOnDataThatIsTooOldOrOfUnknownAge() {
        plan = plan(new Plan.DataAge(true, Duration.ofMinutes(5), "copied"), List.of());
        expect(LONG, Kinds.ACTS, "Fails over");
        plan = plan(new Plan.DataAge(true, Duration.ofSeconds(301), "copied"), List.of());
        expect(LONG, Kinds.DECLINES, "301 s old, more than the 300 s allowed");
        plan = plan(Plan.DataAge.UNKNOWN, List.of());
        expect(LONG, Kinds.DECLINES, "not known");
    }

    @Test
    void declinesWithThePlansOwnWordsWhenItIsRefused() {
        plan = plan(plan.dataAge(), List.of(new Problem("no-room", "There is no room at b.")));
        expect(LONG, Kinds.DECLINES, "There is no room at b.");
    }

    @Test
    void declinesToMoveAgainWhatItHasJustMovedButNeverAFirstRecovery() {
        run("mail", "r0", NOW.minus(Autopilot.AGAIN_AFTER).plusSeconds(1), true);
        expect(LONG, Kinds.DECLINES, "moved it already");
        others.clear();
        run("mail", "r0", NOW.minus(Autopilot.AGAIN_AFTER), true);
        expect(LONG, Kinds.ACTS, "Fails over");
    }

    @Test
    void theSameStormGoesOnButASecondOneWaitsForAPerson() {
        run("web", "r1", NOW, false);
        expect(LONG, Kinds.ACTS, "Fails over");
        plan = plan.source().equals(Plans.A) ? turned(plan) : plan;
        expect(LONG, Kinds.DECLINES, "still bringing back what site a lost");
    }

    @Test
    void sameStanceIsSaidOnce() {
        Stance waits = stance(Duration.ZERO).orElseThrow();
        ClusterState state = state();
        assertThat(Autopilot.known(state, waits)).isFalse();
        others.add(waits);
        assertThat(Autopilot.known(state(), waits)).isTrue();
    }

    /** The run that it began last time may have ended before anybody said anything else. */
    @Test
    void whatIsToBeDoneIsDoneHoweverOftenItWasSaid() {
        for (Kinds kind : List.of(Kinds.ACTS, Kinds.RESTARTS, Kinds.FENCES)) {
            Stance acts = new Stance(MAIL, kind, "Starts again 1 VM at site a.", NOW);
            others.add(acts);
            assertThat(Autopilot.known(state(), acts)).as(kind.toString()).isFalse();
        }
    }

    @Test
    void idlenessThatFollowsNothingIsNoNews() {
        Stance idle = new Stance(MAIL, Kinds.IDLE, "Site a is not lost.", NOW);
        assertThat(Autopilot.known(state(), idle)).isTrue();
        others.add(new Stance(MAIL, Kinds.WAITS, "Waits.", NOW));
        assertThat(Autopilot.known(state(), idle)).isFalse();
    }

    private void expect(Duration held, Kinds kind, String words) {
        Stance stance = stance(held).orElseThrow();
        assertThat(stance.kind()).as(stance.sentence()).isEqualTo(kind);
        assertThat(stance.sentence()).contains(words).endsWith(".");
    }

    private Optional<Stance> stance(Duration held) {
        ClusterState state = state();
        return Autopilot.consider(
                state,
                state.group(MAIL).orElseThrow(),
                new Autopilot.Held(held, held, true),
                (operation, id) -> Optional.of(plan));
    }

    private ClusterState state() {
        List<Entity> entities = new ArrayList<>(others);
        entities.add(new Group(MAIL, "hash", Plans.A, EPOCH, activeRun));
        entities.add(lease);
        entities.add(
                new Published(bundle("mail"), runbook(), "hash", new Actor("jane", "cli"), NOW));
        entities.add(
                new SiteVerdict(
                        Plans.A, verdict, SiteVerdict.Diagnosis.SITE_DEAD, "It is silent.", NOW));
        return ClusterState.of(10, NOW, 0, AuditEntry.GENESIS, entities);
    }

    private Runbook runbook() {
        Duration five = Duration.ofMinutes(5);
        return new Runbook(
                MAIL,
                "Mail",
                Plans.A,
                Plans.B,
                new Runbook.Objectives(five, five),
                new Runbook.Protection(List.of(), Sorted.empty(), Sorted.empty()),
                new Automation(
                        mode,
                        Automation.DWELL,
                        five,
                        fence,
                        2,
                        Duration.ofSeconds(30),
                        WhenIsolated.STOP),
                List.of(),
                List.of());
    }

    private static Bundle bundle(String group) {
        return new Bundle(new GroupId(group), "runbook: " + group, Sorted.empty());
    }

    private void run(String group, String id, Instant at, boolean ended) {
        RunId run = new RunId(id);
        others.add(
                new RunCharter(
                        run,
                        plan(new GroupId(group), Plans.A, Plans.B, Plan.DataAge.UNKNOWN, List.of()),
                        bundle(group),
                        Sorted.empty(),
                        Autopilot.BY,
                        "",
                        at,
                        Optional.empty()));
        others.add(
                new RunHeader(
                        run,
                        ended ? RunHeader.Phase.DONE : RunHeader.Phase.RUNNING,
                        0,
                        Optional.empty(),
                        ended ? Optional.of(at) : Optional.empty()));
    }

    private static Plan plan(Plan.DataAge age, List<Problem> refusals) {
        return plan(MAIL, Plans.A, Plans.B, age, refusals);
    }

    private static Plan turned(Plan plan) {
        return plan(MAIL, Plans.B, Plans.A, plan.dataAge(), plan.refusals());
    }

    private static Plan plan(
            GroupId group, SiteId source, SiteId target, Plan.DataAge age, List<Problem> refusals) {
        return new Plan(
                Operation.FAILOVER,
                group,
                "Plan of " + group,
                "hash",
                source,
                target,
                EPOCH,
                0,
                List.of(),
                Plan.Estimate.NONE,
                age,
                false,
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                refusals,
                List.of());
    }
}
