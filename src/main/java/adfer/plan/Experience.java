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

    /**
     * @param done the latest first: what a name meant last is what it means
     */
    public static Experience of(Stream<Did> done) {
        TreeMap<TaskId, List<Did>> byName = new TreeMap<>();
        done.forEach(did -> byName.computeIfAbsent(did.task(), n -> new ArrayList<>()).add(did));
        TreeMap<TaskId, Shown> shown = new TreeMap<>();
        byName.forEach((task, times) -> shown.put(task, shown(times)));
        return new Experience(shown);
    }

    private static Shown shown(List<Did> times) {
        String kind = kind(times.getFirst().action());
        List<Duration> took =
                times.stream()
                        .filter(did -> kind(did.action()).equals(kind))
                        .map(Did::took)
                        .sorted()
                        .toList();
        return new Shown(kind, took.getFirst(), took.get(took.size() / 2));
    }

    Optional<Shown> of(TaskId task, TaskAction action) {
        return Optional.ofNullable(tasks.get(task))
                .filter(shown -> shown.kind().equals(kind(action)));
    }

    private static String kind(TaskAction action) {
        return action.getClass().getSimpleName();
    }
}
