package adfer.plan;

import adfer.kernel.Sorted;
import adfer.kernel.TaskId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What earlier runs of a group have shown of how long its tasks take.
 *
 * @param tasks by name; a runbook may come to use a name for something else, so the kind is kept
 */
public record Experience(SortedMap<TaskId, Shown> tasks) {
    public static final Experience NONE = new Experience(Sorted.empty());

    public Experience {
        tasks = Sorted.copy(tasks);
    }

    /**
     * @param fastest that it ever was, among those looked at
     * @param usual the median; the longer of two
     */
    public record Shown(String kind, Duration fastest, Duration usual) {}

    /** A task that was done at its first attempt. */
    public record Did(TaskId task, TaskAction action, Duration took) {}

    public static Experience of(Stream<Did> done) {
        record Name(TaskId task, String kind) {}
        TreeMap<TaskId, Name> names = new TreeMap<>();
        TreeMap<TaskId, List<Duration>> times = new TreeMap<>();
        // The latest come first: what a name means now is what it meant last.
        done.forEach(did -> {
            Name name = names.computeIfAbsent(did.task(), t -> new Name(t, kind(did.action())));
            if (name.kind().equals(kind(did.action()))) {
                times.computeIfAbsent(did.task(), ignored -> new ArrayList<>()).add(did.took());
            }
        });
        TreeMap<TaskId, Shown> shown = new TreeMap<>();
        times.forEach((task, took) -> {
            List<Duration> sorted = took.stream().sorted().toList();
            shown.put(
                    task,
                    new Shown(
                            names.get(task).kind(),
                            sorted.getFirst(),
                            sorted.get(sorted.size() / 2)));
        });
        return new Experience(shown);
    }

    Optional<Shown> of(TaskId task, TaskAction action) {
        return Optional.ofNullable(tasks.get(task))
                .filter(shown -> shown.kind().equals(kind(action)));
    }

    private static String kind(TaskAction action) {
        return action.getClass().getSimpleName();
    }
}
