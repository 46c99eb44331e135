package adfer.plan;

import adfer.kernel.SecretRef;
import adfer.mesh.Lacking;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which secrets a plan needs where, and which node that may need one can't read it. */
final class Secrecy {
    private Secrecy() {}

    static void check(World world, List<PlannedStep> steps, Remarks remarks) {
        for (PlannedStep step : steps) {
            Stream.of(step.tasks(), step.verify(), step.undo())
                    .flatMap(List::stream)
                    .filter(task -> task.action().references().findAny().isPresent())
                    .forEach(task -> check(world, step, task, remarks));
        }
    }

    private static void check(World world, PlannedStep step, Task task, Remarks remarks) {
        Set<SecretRef> needed = task.action().references().collect(Collectors.toSet());
        world.lacking(task.site()).forEach(lacking -> warn(lacking, needed, step, remarks));
    }

    private static void warn(
            Lacking lacking, Set<SecretRef> needed, PlannedStep step, Remarks remarks) {
        List<String> missing =
                lacking.secrets().stream()
                        .filter(needed::contains)
                        .map(SecretRef::toString)
                        .toList();
        if (!missing.isEmpty()) {
            remarks.warn(
                    "secret-missing",
                    "Node "
                            + lacking.node()
                            + " of site "
                            + lacking.site()
                            + " can't read "
                            + Remarks.names(missing)
                            + ", which step "
                            + step.id()
                            + " needs: it would fail there.");
        }
    }
}
