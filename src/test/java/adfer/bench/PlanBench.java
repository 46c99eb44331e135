package adfer.bench;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;

import adfer.inventory.At;
import adfer.inventory.Disk;
import adfer.inventory.Host;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.Result;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.PlanDiff;
import adfer.plan.Planner;
import adfer.plan.Readiness;
import adfer.plan.Stage;
import adfer.state.ClusterState;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Planning time: one group of 300 and one of 10,000 VMs in an inventory of 100,000, 500 hosts at
 * the target. Each figure is the median and the worst of ten, after five to warm up.
 */
public final class PlanBench {
    private static final int INVENTORY = 100_000;
    private static final int HOSTS = 500;

    private static final String RUNBOOK =
            """
            runbook: catalogue
            title: A large service
            home: a
            recovery: b
            objectives: { rto: 4h, rpo: 5m }
            protect:
              vms: [ { label: service=large } ]
              networks: { a/vlan-20: b/vlan-120 }
              addresses: { 10.0.0.0/8: 11.0.0.0/8 }
            steps:
              - id: stop
                vm.stop: { at: source, atOnce: 200, order: [ { label: tier=web }, { label: tier=app } ] }
                when: source.reachable
              - id: db
                vm.start: { label: tier=db, atOnce: 100 }
                after: [stop]
                verify: { tcp: "{vm}:5432" }
              - id: app
                vm.start: { label: tier=app, atOnce: 100 }
                after: [db]
                verify: { tcp: "{vm}:8080" }
              - id: web
                vm.start: { label: tier=web, atOnce: 100 }
                after: [app]
                verify: { http: "http://{vm}:8080/" }
            """;

    private PlanBench() {}

    public static void main(String[] args) {
        for (int members : new int[] {300, 10_000}) {
            ClusterState state = state(members);
            String what = members + " of " + INVENTORY + " VMs: ";
            Plan plan = plan(state);
            if (!plan.executable()) {
                throw new IllegalStateException(plan.refusals().toString());
            }
            measure(what + "plan", () -> plan(state));
            measure(what + "its hash", plan::hash);
            Plan failover =
                    switch (Planner.plan(
                            Planner.Request.of(Operation.FAILOVER, CATALOGUE), state, NOW)) {
                        case Result.Ok<Plan>(var ok) -> ok;
                        case Result.Refused<Plan>(var problems) ->
                                throw new IllegalStateException(problems.toString());
                    };
            measure(what + "difference of two plans", () -> PlanDiff.between(plan, failover));
            Planner planner = new Planner(state);
            measure(
                    what + "readiness, sites read already",
                    () -> Readiness.of(CATALOGUE, planner, NOW));
        }
    }

    private static Plan plan(ClusterState state) {
        return switch (Planner.plan(
                Planner.Request.of(Operation.MIGRATION, CATALOGUE), state, NOW)) {
            case Result.Ok<Plan>(var plan) -> plan;
            case Result.Refused<Plan>(var problems) ->
                    throw new IllegalStateException(problems.toString());
        };
    }

    private static ClusterState state(int members) {
        Stage stage = new Stage().runbook(RUNBOOK);
        for (int i = 0; i < HOSTS; i++) {
            stage.put(new At.HostAt(A, new Host(new HostId("a-h" + i), 1_000, 1L << 20, true)));
            stage.put(new At.HostAt(B, new Host(new HostId("b-h" + i), 1_000, 1L << 20, true)));
        }
        for (int i = 0; i < INVENTORY; i++) {
            stage.put(new At.VmAt(i % 2 == 0 || i < members ? A : B, vm(i, i < members)));
        }
        return stage.state();
    }

    private static Vm vm(int i, boolean member) {
        String[] tiers = {"db", "app", "web", "web"};
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("service", member ? "large" : "other-" + i % 300);
        labels.put("tier", tiers[i % 4]);
        return new Vm(
                new VmId("id-" + i),
                "vm-" + i,
                Optional.of(new HostId("b-h" + i % HOSTS)),
                Power.RUNNING,
                1 + i % 4,
                512L * (1 + i % 16),
                List.of(new Disk("vda", new StoreId("san"), "/san/" + i, 1L << 34)),
                List.of(
                        new Nic(
                                "52:54:00:" + i,
                                new NetworkId("vlan-20"),
                                List.of("10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255)))),
                labels,
                Optional.empty(),
                "<domain/>");
    }

    private static void measure(String what, Supplier<?> work) {
        long[] nanos = new long[15];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            if (work.get() == null) {
                throw new IllegalStateException("nothing came of it");
            }
            nanos[i] = System.nanoTime() - start;
        }
        long[] warm = java.util.Arrays.copyOfRange(nanos, 5, nanos.length);
        java.util.Arrays.sort(warm);
        System.out.printf(
                Locale.ROOT,
                "%-60s %8.1f ms  worst %8.1f ms%n",
                what,
                warm[warm.length / 2] / 1e6,
                warm[warm.length - 1] / 1e6);
    }
}
