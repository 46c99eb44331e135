package adfer.plan;

import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.VmId;

import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Finds protected VMs that the steps of a plan leave behind, or move more than once. */
final class Moves {
    private Moves() {}

    /** Every protected VM must be stopped here and should be started there, once. */
    static void check(Scene scene, List<PlannedStep> steps) {
        TreeSet<VmId> stopped = new TreeSet<>();
        TreeMap<VmId, Integer> started = new TreeMap<>();
        for (PlannedStep step : steps) {
            for (Task task : step.tasks()) {
                if (task.action() instanceof TaskAction.StopVm stop
                        && task.site().equals(scene.source().id())) {
                    stopped.add(stop.vm());
                } else if (task.action() instanceof TaskAction.StartVm start) {
                    started.merge(start.vm(), 1, Integer::sum);
                }
            }
        }
        List<String> running =
                names(scene, vm -> vm.power() != Power.OFF && !stopped.contains(vm.id()));
        if (!running.isEmpty() && scene.operation() == Operation.MIGRATION && scene.reachable()) {
            scene.remarks()
                    .refuse(
                            "not-stopped",
                            "No step stops "
                                    + Remarks.names(running)
                                    + " at site "
                                    + scene.source().id()
                                    + ", and both copies could run.");
        } else if (!running.isEmpty() && scene.reachable()) {
            scene.remarks()
                    .warn(
                            "not-stopped",
                            "No step stops "
                                    + Remarks.names(running)
                                    + " at site "
                                    + scene.source().id()
                                    + "; your attestation must hold for them.");
        }
        List<String> left =
                names(
                        scene,
                        vm -> !started.containsKey(vm.id()) && scene.hosts().containsKey(vm.id()));
        if (!left.isEmpty()) {
            scene.remarks()
                    .warn(
                            "not-started",
                            "No step starts "
                                    + Remarks.names(left)
                                    + " at site "
                                    + scene.target().id()
                                    + ".");
        }
        List<String> twice = names(scene, vm -> started.getOrDefault(vm.id(), 0) > 1);
        if (!twice.isEmpty()) {
            scene.remarks()
                    .warn(
                            "started-twice",
                            "More than one step starts " + Remarks.names(twice) + ".");
        }
    }

    private static List<String> names(Scene scene, Predicate<Vm> which) {
        return scene.vms().stream().filter(which).map(Vm::name).toList();
    }
}
