package adfer.plan;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.NetworkId;
import adfer.kernel.Result;
import adfer.kernel.Sorted;
import adfer.kernel.StoreId;
import adfer.kernel.VmId;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;
import adfer.runbook.ShippedRunbooksTest;
import adfer.runbook.ShippedRunbooksTest.Shipped;
import adfer.state.Group;
import adfer.state.Published;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The demo's fleet and the shipped runbooks fit each other. */
class DemoFleetTest {
    static Stream<Shipped> shipped() {
        return ShippedRunbooksTest.shipped();
    }

    private static List<Vm> fleet() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/main/resources/demo/fleet.csv"));
        assertThat(lines.getFirst()).isEqualTo("name,vcpus,memoryMib,address,labels");
        List<Vm> fleet = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            TreeMap<String, String> labels = new TreeMap<>();
            for (String label : cells[4].split(";", -1)) {
                labels.put(
                        label.substring(0, label.indexOf('=')),
                        label.substring(label.indexOf('=') + 1));
            }
            fleet.add(
                    new Vm(
                            new VmId("id-" + cells[0]),
                            cells[0],
                            Optional.of(new HostId("a-h1")),
                            Power.RUNNING,
                            Integer.parseInt(cells[1]),
                            Long.parseLong(cells[2]),
                            List.of(new Disk("vda", new StoreId("san"), cells[0], 1L << 30)),
                            List.of(
                                    new Nic(
                                            "52:54:00:00:00:" + fleet.size(),
                                            new NetworkId("vlan-20"),
                                            List.of(cells[3]))),
                            labels,
                            Optional.empty(),
                            ""));
        }
        return fleet;
    }

    private static Stage stage() throws IOException {
        Stage stage = new Stage();
        for (String gone : List.of("db-1", "web-1", "web-2")) {
            stage.remove(new At.VmAt(A, Stage.vm(gone, 1, "x", 1)));
        }
        for (int i = 1; i <= 4; i++) {
            stage.put(
                    new At.HostAt(
                            B, new adfer.inventory.Host(new HostId("b-h" + i), 64, 65_536, true)));
        }
        fleet().forEach(vm -> stage.put(new At.VmAt(A, vm)));
        return stage;
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyServiceCanMigrateAndFailOverWithinItsObjective(Shipped shipped) throws IOException {
        Runbook runbook = shipped.read().runbook().orElseThrow();
        GroupId group = runbook.group();
        Bundle bundle = new Bundle(group, shipped.text(), Sorted.empty());
        Stage stage =
                stage().put(
                                new Published(
                                        bundle, runbook, bundle.hash(), new Actor("x", "cli"), NOW))
                        .put(new Group(group, bundle.hash(), A, new Epoch(1), Optional.empty()));
        for (Operation operation : List.of(Operation.MIGRATION, Operation.FAILOVER)) {
            Result<Plan> planned =
                    Planner.plan(Planner.Request.of(operation, group), stage.state(), NOW);
            assertThat(planned).isInstanceOf(Result.Ok.class);
            Plan plan = ((Result.Ok<Plan>) planned).value();
            assertThat(plan.refusals()).isEmpty();
            assertThat(plan.warnings())
                    .filteredOn(warning -> !warning.code().equals("source-reachable"))
                    .isEmpty();
        }
        Readiness readiness = Readiness.of(group, stage.state(), NOW);
        assertThat(readiness.level()).isEqualTo(Readiness.Level.READY);
    }

    @Test
    void everyVmBelongsToExactlyOneService() throws IOException {
        List<Runbook> runbooks =
                shipped().map(shipped -> shipped.read().runbook().orElseThrow()).toList();
        assertThat(fleet())
                .hasSize(40)
                .allSatisfy(vm -> {
                    assertThat(runbooks)
                            .filteredOn(runbook ->
                                    runbook.protect().vms().stream()
                                            .anyMatch(selector -> selector.matches(vm)))
                            .hasSize(1);
                });
        assertThat(fleet())
                .extracting(vm -> vm.nics().getFirst().addresses().getFirst())
                .doesNotHaveDuplicates();
    }
}
