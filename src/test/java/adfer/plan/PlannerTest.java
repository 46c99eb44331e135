package adfer.plan;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;
import static adfer.plan.Stage.vm;
import static adfer.plan.Stage.with;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Disk;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.RunId;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.StepId;
import adfer.kernel.StoreId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.mesh.Lacking;
import adfer.mesh.SiteVerdict.Diagnosis;
import adfer.mesh.SiteVerdict.Status;
import adfer.runbook.Check;
import adfer.runbook.ProbeSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

class PlannerTest {
    private static PlannedStep step(Plan plan, String id) {
        return plan.steps().stream()
                .filter(step -> step.id().equals(new StepId(id)))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(List<Task> tasks) {
        return tasks.stream().map(task -> task.id().value()).toList();
    }

    @Test
    void migrationStopsThenMovesOwnershipThenStarts() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.warnings()).isEmpty();
        assertThat(plan.steps())
                .extracting(step -> step.id().value())
                .containsExactly("stop", "ownership", "database", "promote", "web");
        assertThat(step(plan, "ownership").after()).containsExactly(new StepId("stop"));
        assertThat(step(plan, "database").after())
                .containsExactly(new StepId("stop"), new StepId("ownership"));
        assertThat(step(plan, "promote").after()).containsExactly(new StepId("database"));
        assertThat(step(plan, "ownership").tasks())
                .extracting(Task::action)
                .containsExactly(new TaskAction.MoveOwnership(CATALOGUE, A, B, new Epoch(2)));
        assertThat(plan.dataAge().age()).isZero();
    }

    @Test
    void everyVmIsStoppedInItsWaveAndStartedInItsStep() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        PlannedStep stop = step(plan, "stop");
        assertThat(ids(stop.tasks())).containsExactly("stop/web-1", "stop/web-2", "stop/db-1");
        assertThat(stop.tasks()).extracting(Task::wave).containsExactly(0, 0, 1);
        assertThat(stop.tasks()).extracting(Task::site).containsOnly(A);
        assertThat(ids(step(plan, "web").tasks())).containsExactly("web/web-1", "web/web-2");
        assertThat(step(plan, "web").atOnce()).isEqualTo(4);
    }

    @Test
    void networksAndAddressesAreMappedAndWayHomeMapsThemBack() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        TaskAction.StartVm start =
                (TaskAction.StartVm) step(plan, "database").tasks().getFirst().action();
        assertThat(start.nics())
                .containsExactly(
                        new Nic(
                                "52:54:00:00:00:11",
                                new NetworkId("vlan-120"),
                                List.of("10.120.0.11")));

        Stage away = new Stage().owner(B, 2);
        for (String name : List.of("db-1", "web-1", "web-2")) {
            Vm there =
                    with(
                            vm(name, 11, name.startsWith("db") ? "db" : "web", 2048),
                            new Nic(
                                    "52:54:00:00:01:" + name.hashCode() % 10,
                                    new NetworkId("vlan-120"),
                                    List.of("10.120.0." + Math.abs(name.hashCode() % 200))));
            away.put(new At.VmAt(B, there)).put(new At.VmAt(A, with(there, Power.OFF)));
        }
        Plan home = away.plan(Operation.MIGRATION);
        assertThat(home.refusals()).isEmpty();
        assertThat(home.source()).isEqualTo(B);
        TaskAction.StartVm back =
                (TaskAction.StartVm) step(home, "database").tasks().getFirst().action();
        assertThat(back.nics().getFirst().network()).isEqualTo(new NetworkId("vlan-20"));
        assertThat(back.nics().getFirst().addresses().getFirst()).startsWith("10.20.0.");
    }

    @Test
    void checksAskTheAddressThatTheVmHasAtTheStepsSide() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        Task verify = step(plan, "database").verify().getFirst();
        assertThat(verify.id()).isEqualTo(new TaskId("database/verify-1"));
        assertThat(verify.site()).isEqualTo(B);
        assertThat(verify.action())
                .isEqualTo(
                        new TaskAction.Ask(
                                new Check(
                                        new ProbeSpec.Tcp("10.120.0.11", 5432),
                                        Duration.ofMinutes(2),
                                        Duration.ofSeconds(2))));
        assertThat(step(plan, "web").verify())
                .extracting(task -> ((TaskAction.Ask) task.action()).check().probe().toString())
                .containsExactly("http http://10.120.0.21:8080/", "http http://10.120.0.22:8080/");
    }

    @Test
    void scriptsKnowWhereTheyAreAndNobodyCanForgeIt() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        TaskAction.RunScript script =
                (TaskAction.RunScript) step(plan, "promote").tasks().getFirst().action();
        assertThat(script.arguments()).containsExactly("10.120.0.11");
        assertThat(script.environment())
                .containsEntry("ADFER_GROUP", "catalogue")
                .containsEntry("ADFER_OPERATION", "migration")
                .containsEntry("ADFER_SOURCE", "a")
                .containsEntry("ADFER_TARGET", "b")
                .containsEntry("ADFER_SITE", "b")
                .containsEntry("ADFER_STEP", "promote")
                .containsEntry("DB", "10.120.0.11");
        ProbeSpec.Script observe = (ProbeSpec.Script) script.observe().orElseThrow().probe();
        assertThat(observe.environment()).containsEntry("DB", "10.120.0.11");
        assertThat(observe.arguments()).containsExactly("now");
    }

    @Test
    void everyStepCanBeTakenBack() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        assertThat(ids(step(plan, "stop").undo()))
                .containsExactly("undo.stop/db-1", "undo.stop/web-1", "undo.stop/web-2");
        TaskAction.StartVm again =
                (TaskAction.StartVm) step(plan, "stop").undo().getFirst().action();
        assertThat(again.host()).isEqualTo(new HostId("a-h1"));
        assertThat(again.nics().getFirst().network()).isEqualTo(new NetworkId("vlan-20"));
        assertThat(step(plan, "ownership").undo())
                .extracting(Task::action)
                .containsExactly(new TaskAction.MoveOwnership(CATALOGUE, B, A, new Epoch(3)));
        assertThat(ids(step(plan, "web").undo()))
                .containsExactly("undo.web/web-1", "undo.web/web-2");
        assertThat(step(plan, "promote").undo())
                .extracting(Task::action)
                .singleElement()
                .isInstanceOfSatisfying(
                        TaskAction.RunScript.class,
                        script -> assertThat(script.path()).isEqualTo("demote.sh"));
    }

    @Test
    void aVmThatWasOffIsNotStartedByAnUndo() {
        Plan plan =
                new Stage()
                        .put(new At.VmAt(A, with(vm("web-2", 22, "web", 2048), Power.OFF)))
                        .plan(Operation.MIGRATION);
        assertThat(ids(step(plan, "stop").undo()))
                .containsExactly("undo.stop/db-1", "undo.stop/web-1");
        assertThat(codes(plan.warnings())).containsExactly("vm-off");
    }

    @Test
    void failoverOfALostSiteSkipsWhatHappensThereAndCanNotGoBack() {
        Plan plan = new Stage().lost(A).plan(Operation.FAILOVER);
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.sourceReachable()).isFalse();
        assertThat(step(plan, "stop").skipped()).contains("Site a can't be reached.");
        assertThat(step(plan, "stop").tasks()).isEmpty();
        assertThat(step(plan, "ownership").undo()).isEmpty();
        assertThat(step(plan, "ownership").after()).containsExactly(new StepId("stop"));
        assertThat(step(plan, "web").skipped()).isEmpty();
    }

    @Test
    void aSourceWhoseHypervisorIsDeadCanNotBeTold() {
        Plan plan =
                new Stage()
                        .verdict(A, Status.DEGRADED, Diagnosis.HYPERVISOR_DEAD)
                        .plan(Operation.FAILOVER);
        assertThat(plan.sourceReachable()).isFalse();
        assertThat(plan.refusals()).isEmpty();
    }

    @Test
    void failoverFromAReachableSiteStopsItFirst() {
        Plan plan = new Stage().plan(Operation.FAILOVER);
        assertThat(step(plan, "stop").skipped()).isEmpty();
        assertThat(step(plan, "stop").tasks()).hasSize(3);
        assertThat(codes(plan.warnings())).containsExactly("source-reachable");
    }

    @Test
    void secretThatANodeCannotReadIsNamedWhereItWouldBeNeeded() {
        SecretRef db = SecretRef.of("file:/etc/adfer/db");
        SecretRef other = SecretRef.of("env:OTHER");
        Stage stage =
                new Stage()
                        .runbook(
                                Stage.RUNBOOK.replace(
                                        "run: demote.sh,",
                                        "run: demote.sh, secrets: { DB: \"file:/etc/adfer/db\" },"))
                        .put(new Lacking(new NodeId("a1"), A, List.of(db)))
                        .put(new Lacking(new NodeId("b1"), B, List.of(other)));
        assertThat(stage.plan(Operation.MIGRATION).warnings()).isEmpty();
        stage.put(new Lacking(new NodeId("b1"), B, List.of(other, db)));
        assertThat(stage.plan(Operation.MIGRATION).warnings())
                .containsExactly(
                        new Problem(
                                "secret-missing",
                                "Node b1 of site b can't read file:/etc/adfer/db, which step"
                                        + " promote needs: it would fail there."));
        Readiness readiness = Readiness.of(Stage.CATALOGUE, stage.state(), NOW);
        assertThat(readiness.level()).isEqualTo(Readiness.Level.READY_WITH_WARNINGS);
    }

    @Test
    void whoWaitsForASkippedStepWaitsForWhatThatWaitedFor() {
        Stage stage =
                new Stage()
                        .lost(A)
                        .runbook(
                                Stage.RUNBOOK.replace(
                                        "  - id: web\n",
                                        """
                                          - id: tidy
                                            script: { at: source, run: promote.sh, timeout: 1m }
                                            after: [promote]
                                          - id: last
                                            pause: 1m
                                            after: [tidy]
                                          - id: web
                                        """));
        Plan plan = stage.plan(Operation.FAILOVER);
        assertThat(step(plan, "tidy").skipped()).isPresent();
        assertThat(step(plan, "last").after())
                .containsExactly(new StepId("tidy"), new StepId("promote"));
    }

    @Test
    void equalPlansHaveEqualHashesWhateverTheIndex() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        Plan later =
                new Stage()
                        .atIndex(99)
                        .put(new At.Sweep(A, NOW.minusSeconds(5), 3, ""))
                        .plan(Operation.MIGRATION);
        assertThat(later.hash()).isEqualTo(plan.hash());
        assertThat(PlanDiff.between(plan, later)).isEmpty();
    }

    @Test
    void largeVmsComeFirstAndEqualsAreSpread() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        assertThat(hosts(plan)).containsOnlyKeys("db-1", "web-1", "web-2");
        assertThat(hosts(plan).get("web-1")).isEqualTo("b-h2");
        assertThat(hosts(plan).get("db-1")).isEqualTo("b-h1");
    }

    private static Map<String, String> hosts(Plan plan) {
        TreeMap<String, String> hosts = new TreeMap<>();
        plan.steps().stream()
                .flatMap(step -> step.tasks().stream())
                .forEach(task -> {
                    if (task.action() instanceof TaskAction.StartVm start) {
                        hosts.put(start.name(), start.host().value());
                    }
                });
        return hosts;
    }

    @Test
    void whatFitsOnlyTightlyIsPackedTightly() {
        Stage stage = new Stage();
        stage.put(new At.HostAt(B, new Host(new HostId("b-h1"), 32, 8_192, true)));
        stage.put(new At.HostAt(B, new Host(new HostId("b-h2"), 32, 6_000, true)));
        stage.put(new At.VmAt(A, vm("db-1", 11, "db", 6_000)));
        stage.put(new At.VmAt(A, vm("web-1", 21, "web", 4_096)));
        stage.put(new At.VmAt(A, vm("web-2", 22, "web", 4_096)));
        Plan plan = stage.plan(Operation.MIGRATION);
        assertThat(plan.refusals()).isEmpty();
        assertThat(hosts(plan)).containsEntry("db-1", "b-h2").containsEntry("web-1", "b-h1");
    }

    @Test
    void hostsInMaintenanceGetNothing() {
        Plan plan =
                new Stage()
                        .put(new At.HostAt(B, new Host(new HostId("b-h1"), 32, 65_536, false)))
                        .plan(Operation.MIGRATION);
        assertThat(hosts(plan).values()).containsOnly("b-h2");
    }

    @Test
    void estimateNamesItsPathAndClaimsNoBoundThatNothingHasShown() {
        Plan plan = new Stage().plan(Operation.MIGRATION);
        Plan.Estimate estimate = plan.estimate();
        assertThat(estimate.lowerBound()).isZero();
        assertThat(estimate.shown()).isZero();
        assertThat(estimate.criticalPath())
                .extracting(StepId::value)
                .containsExactly("stop", "ownership", "database", "promote", "web");
        assertThat(estimate.expected())
                .isEqualTo(Duration.ofSeconds(20 + 20 + 1 + 15 + 10 + 10 + 15 + 10));
    }

    static Stream<Arguments> refusals() {
        Vm db = vm("db-1", 11, "db", 8192);
        return Stream.of(
                refusal("run-in-progress", s -> s.busy(new RunId("r1"))),
                refusal("source-not-reachable", s -> s.lost(A)),
                refusal(
                        "source-not-reachable",
                        s -> s.verdict(A, Status.UNDECIDED, Diagnosis.NOT_ENOUGH_SEEN)),
                refusal("target-not-reachable", s -> s.lost(B)),
                refusal(
                        "target-not-reachable",
                        s -> s.verdict(B, Status.UNDECIDED, Diagnosis.NOT_ENOUGH_SEEN)),
                refusal(
                        "target-not-reachable",
                        s -> s.verdict(B, Status.DEGRADED, Diagnosis.HYPERVISOR_DEAD)),
                refusal(
                        "no-vms",
                        s ->
                                s.runbook(
                                        Stage.RUNBOOK.replace(
                                                "service=catalogue", "service=other"))),
                refusal(
                        "selects-nothing",
                        s ->
                                s.runbook(
                                        Stage.RUNBOOK.replace(
                                                "label: tier=web, at", "label: tier=x, at"))),
                refusal("no-capacity", s -> s.put(new At.VmAt(A, vm("db-1", 11, "db", 100_000)))),
                refusal("no-host", s -> s.remove(host("b-h1")).remove(host("b-h2"))),
                refusal(
                        "unmapped-network",
                        s -> s.put(new At.VmAt(A, with(db, nic("vlan-99", "10.20.0.11"))))),
                refusal(
                        "no-such-network",
                        s ->
                                s.remove(
                                        new At.NetworkAt(
                                                B, new Network(new NetworkId("vlan-120"), "")))),
                refusal(
                        "unmapped-address",
                        s -> s.put(new At.VmAt(A, with(db, nic("vlan-20", "10.99.0.11"))))),
                refusal(
                        "address-clash",
                        s ->
                                s.put(
                                        new At.VmAt(
                                                B,
                                                with(
                                                        Stage.unlabelled(vm("x", 77, "x", 512)),
                                                        nic("vlan-120", "10.120.0.11"))))),
                refusal(
                        "address-clash",
                        s ->
                                s.put(
                                        new At.VmAt(
                                                A,
                                                with(
                                                        vm("web-1", 21, "web", 2048),
                                                        nic("vlan-20", "10.20.0.22"))))),
                refusal("name-taken", s -> s.put(new At.VmAt(B, other("db-1")))),
                refusal("running-at-target", s -> s.put(new At.VmAt(B, db))),
                refusal("no-inventory", s -> s.remove(new At.Sweep(B, NOW, 0, ""))),
                refusal(
                        "no-copy-of-disk",
                        s -> s.put(new At.StoreAt(A, new Store(new StoreId("san"), 1, 1, false)))),
                refusal(
                        "no-such-store",
                        s ->
                                s.remove(
                                        new At.StoreAt(
                                                B, new Store(new StoreId("san"), 1, 1, true)))),
                refusal(
                        "no-such-store",
                        s ->
                                s.remove(
                                        new At.StoreAt(
                                                A, new Store(new StoreId("san"), 1, 1, true)))),
                refusal(
                        "not-stopped",
                        s ->
                                s.runbook(
                                        Stage.RUNBOOK.replace(
                                                "graceful: 3m,", "graceful: 3m, vms: [db-1],"))),
                refusal(
                        "not-stopped",
                        s ->
                                s.runbook(
                                        Stage.RUNBOOK.replace(
                                                "when: source.reachable", "when: failover"))),
                refusal(
                        "unknown-host",
                        s -> s.runbook(Stage.RUNBOOK.replace("\"db-1:5432\"", "\"db-9:5432\""))),
                refusal(
                        "no-address",
                        s ->
                                s.put(
                                        new At.VmAt(
                                                A,
                                                with(
                                                        db,
                                                        new Nic(
                                                                "52:54:00:00:00:11",
                                                                new NetworkId("vlan-20"),
                                                                List.of()))))));
    }

    private static At.HostAt host(String id) {
        return new At.HostAt(B, new Host(new HostId(id), 1, 1, true));
    }

    private static Nic nic(String network, String address) {
        return new Nic("52:54:00:00:00:11", new NetworkId(network), List.of(address));
    }

    private static Vm other(String name) {
        return new Vm(
                new VmId("another"),
                name,
                Optional.empty(),
                Power.OFF,
                1,
                64,
                List.of(new Disk("vda", new StoreId("san"), "/x", 1)),
                List.of(),
                Sorted.empty(),
                Optional.empty(),
                "");
    }

    private static Arguments refusal(String code, UnaryOperator<Stage> change) {
        return Arguments.of(code, change);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatCanNotWorkIsRefusedWithACodeAndASentence(String code, UnaryOperator<Stage> change) {
        Plan plan = change.apply(new Stage()).plan(Operation.MIGRATION);
        assertThat(codes(plan.refusals())).contains(code);
        assertThat(plan.executable()).isFalse();
        assertThat(plan.refusals())
                .extracting(Problem::sentence)
                .allSatisfy(sentence -> assertThat(sentence).matches("(?s)[A-Z0-9a-z].*[.]"));
        assertThat(plan.steps()).isNotEmpty();
    }

    @Test
    void allReasonsAreGivenAtOnce() {
        Plan plan =
                new Stage()
                        .busy(new RunId("r1"))
                        .lost(A)
                        .remove(host("b-h1"))
                        .remove(host("b-h2"))
                        .plan(Operation.MIGRATION);
        assertThat(codes(plan.refusals()))
                .containsExactly("run-in-progress", "source-not-reachable", "no-host");
    }

    @Test
    void lackOfRoomSaysHowMuchIsMissing() {
        Plan plan =
                new Stage()
                        .put(new At.VmAt(A, vm("db-1", 11, "db", 100_000)))
                        .plan(Operation.MIGRATION);
        assertThat(plan.refusals())
                .extracting(Problem::sentence)
                .containsExactly(
                        "Site b has no room for 1 of 3 VMs (db-1), which need 100000 MiB and 2"
                                + " vCPUs; before this plan 2 usable hosts had 131072 MiB (at most"
                                + " 65536 MiB on one) and 64 vCPUs left.");
    }

    @Test
    void withoutARunbookOrAnotherSiteThereIsNothingToPlan() {
        Stage stage = new Stage();
        assertThat(refusedOutright(stage, Planner.Request.of(Operation.FAILOVER, new GroupId("x"))))
                .isEqualTo("no-such-group");
        Planner.Request request = Planner.Request.of(Operation.MIGRATION, CATALOGUE);
        assertThat(refusedOutright(stage, request.to(A))).isEqualTo("already-there");
        assertThat(refusedOutright(stage, request.to(new SiteId("c")))).isEqualTo("no-such-site");
    }

    private static String refusedOutright(Stage stage, Planner.Request request) {
        return ((Result.Refused<Plan>) Planner.plan(request, stage.state(), NOW))
                .problems()
                .getFirst()
                .code();
    }

    static Stream<Arguments> warnings() {
        Vm db = vm("db-1", 11, "db", 8192);
        return Stream.of(
                refusal("vm-paused", s -> s.put(new At.VmAt(A, with(db, Power.PAUSED)))),
                refusal("vm-off", s -> s.put(new At.VmAt(A, with(db, Power.OFF)))),
                refusal(
                        "inventory-old",
                        s -> s.put(new At.Sweep(A, NOW.minus(Duration.ofHours(2)), 3, ""))),
                refusal(
                        "inventory-incomplete",
                        s -> s.put(new At.Sweep(A, NOW, 3, "The hypervisor hung up."))),
                refusal("site-degraded", s -> s.verdict(B, Status.DEGRADED, Diagnosis.NODE_DEAD)),
                refusal(
                        "vm-gone",
                        s ->
                                s.runbook(
                                        Stage.RUNBOOK.replace(
                                                "[ { label: service=catalogue } ]",
                                                "[ { label: service=catalogue }, gone-1 ]"))),
                refusal(
                        "vm-gone",
                        s -> s.runbook(Stage.RUNBOOK.replace("vms: [db-1]", "vms: [db-1, db-2]"))),
                refusal("not-started", s -> s.put(new At.VmAt(A, vm("batch-1", 31, "batch", 512)))),
                refusal(
                        "started-twice",
                        s -> s.runbook(Stage.RUNBOOK.replace("label: tier=web, at", "at"))),
                refusal(
                        "rto-at-risk",
                        s -> s.runbook(Stage.RUNBOOK.replace("rto: 10m", "rto: 30s"))),
                refusal(
                        "addresses-kept",
                        s ->
                                s.runbook(
                                        Stage.RUNBOOK.replace(
                                                "  addresses: { 10.20.0.0/24: 10.120.0.0/24 }\n",
                                                ""))),
                refusal(
                        "mac-clash",
                        s ->
                                s.put(
                                        new At.VmAt(
                                                B,
                                                with(
                                                        Stage.unlabelled(vm("x", 77, "x", 512)),
                                                        nic("vlan-120", "10.120.0.99"))))),
                refusal("power-unknown", s -> s.put(new At.VmAt(B, with(db, Power.UNKNOWN)))));
    }

    @ParameterizedTest
    @MethodSource("warnings")
    void whatIsWorthKnowingIsSaidAndHindersNothing(String code, UnaryOperator<Stage> change) {
        Plan plan = change.apply(new Stage()).plan(Operation.MIGRATION);
        assertThat(codes(plan.warnings())).contains(code);
        assertThat(plan.refusals()).isEmpty();
    }

    @Test
    void failoverDoesNotDemandAVerdictOnTheTarget() {
        Plan plan =
                new Stage()
                        .lost(A)
                        .verdict(B, Status.UNDECIDED, Diagnosis.NOT_ENOUGH_SEEN)
                        .plan(Operation.FAILOVER);
        assertThat(plan.refusals()).isEmpty();
        assertThat(codes(plan.warnings())).containsExactly("verdict-undecided");
    }

    private static List<String> codes(List<Problem> problems) {
        return problems.stream().map(Problem::code).toList();
    }

    @Test
    void namesThatNoTaskMayBearAreBentToFit() {
        Vm odd =
                new Vm(
                        new VmId("odd"),
                        "web 3 (old) " + "x".repeat(90),
                        Optional.of(new HostId("a-h1")),
                        Power.RUNNING,
                        1,
                        64,
                        List.of(),
                        List.of(),
                        vm("y", 1, "web", 1).labels(),
                        Optional.empty(),
                        "");
        Plan plan = new Stage().put(new At.VmAt(A, odd)).plan(Operation.MIGRATION);
        assertThat(ids(step(plan, "web").tasks()))
                .anySatisfy(id -> assertThat(id).startsWith("web/web-3--old--xxx"));
    }
}
