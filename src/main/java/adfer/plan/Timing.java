package adfer.plan;

import adfer.kernel.HostId;
import adfer.kernel.StepId;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How long a plan takes. Caps are those of a step alone, so a step can be reckoned by itself: its
 * bound is the longer of its longest task and its work divided by its caps, with tasks as fast as
 * they ever were, and its expected time comes from scheduling its tasks as a run does (a greedy
 * list schedule is under twice the bound; Graham, 1966). The plan's figures are the longest paths
 * over its steps.
 */
final class Timing {
    private Timing() {}

    /**
     * @param steps each after those it waits for
     */
    static Plan.Estimate of(List<PlannedStep> steps, Experience experience) {
        Path bound = longest(steps, step -> bound(step, task -> least(task, experience)));
        Path expected = longest(steps, Timing::expected);
        List<Task> tasks =
                steps.stream()
                        .filter(step -> step.skipped().isEmpty())
                        .flatMap(step ->
                                Stream.concat(step.tasks().stream(), step.verify().stream()))
                        .filter(task -> !task.expected().isZero())
                        .toList();
        long shown =
                tasks.stream()
                        .filter(task -> experience.of(task.id(), task.action()).isPresent())
                        .count();
        List<StepId> people =
                steps.stream()
                        .filter(step -> step.skipped().isEmpty())
                        .filter(step -> step.tasks().stream().anyMatch(Timing::waitsForPeople))
                        .map(PlannedStep::id)
                        .toList();
        return new Plan.Estimate(
                bound.length(),
                expected.length(),
                tasks.size(),
                (int) shown,
                expected.steps(),
                people);
    }

    private static boolean waitsForPeople(Task task) {
        return switch (task.action()) {
            case TaskAction.Approve ignored -> true;
            case TaskAction.Wait wait -> wait.time().isEmpty();
            case TaskAction.StopVm ignored -> false;
            case TaskAction.StartVm ignored -> false;
            case TaskAction.RunScript ignored -> false;
            case TaskAction.Ask ignored -> false;
            case TaskAction.MoveOwnership ignored -> false;
        };
    }

    private static Duration least(Task task, Experience experience) {
        return task.action() instanceof TaskAction.Wait
                ? task.expected()
                : experience
                        .of(task.id(), task.action())
                        .map(Experience.Shown::fastest)
                        .orElse(Duration.ZERO);
    }

    private record Path(Duration length, List<StepId> steps) {}

    private static Path longest(List<PlannedStep> steps, Function<PlannedStep, Duration> length) {
        TreeMap<StepId, Duration> ends = new TreeMap<>();
        TreeMap<StepId, Optional<StepId>> causes = new TreeMap<>();
        for (PlannedStep step : steps) {
            Optional<StepId> cause =
                    step.after().stream()
                            .filter(ends::containsKey)
                            .max(Comparator.comparing((StepId id) -> ends.get(id)));
            Duration start = cause.map(ends::get).orElse(Duration.ZERO);
            ends.put(step.id(), start.plus(length.apply(step)));
            causes.put(step.id(), cause);
        }
        Optional<StepId> last =
                steps.stream().map(PlannedStep::id).max(Comparator.comparing(ends::get));
        List<StepId> path = new ArrayList<>();
        Optional<StepId> at = last;
        while (at.isPresent()) {
            path.addFirst(at.get());
            at = causes.getOrDefault(at.get(), Optional.empty());
        }
        TreeSet<StepId> acting = new TreeSet<>();
        steps.stream().filter(s -> s.skipped().isEmpty()).forEach(s -> acting.add(s.id()));
        return new Path(
                last.map(ends::get).orElse(Duration.ZERO),
                path.stream().filter(acting::contains).toList());
    }

    private static Duration bound(PlannedStep step, Function<Task, Duration> least) {
        return bound(step, step.tasks(), least).plus(bound(step, step.verify(), least));
    }

    /** Waves follow one another, so their bounds add up. */
    private static Duration bound(
            PlannedStep step, List<Task> tasks, Function<Task, Duration> least) {
        Duration total = Duration.ZERO;
        for (List<Task> wave : waves(tasks)) {
            TreeMap<HostId, Duration> perHost = new TreeMap<>();
            Duration work = Duration.ZERO;
            Duration longest = Duration.ZERO;
            for (Task task : wave) {
                Duration takes = least.apply(task);
                work = work.plus(takes);
                longest = max(longest, takes);
                host(task).ifPresent(h -> perHost.merge(h, takes, Duration::plus));
            }
            Duration bound = max(longest, work.dividedBy(step.atOnce()));
            for (Duration hostWork : perHost.values()) {
                bound = max(bound, hostWork.dividedBy(step.perHost()));
            }
            total = total.plus(bound);
        }
        return total;
    }

    private static Duration expected(PlannedStep step) {
        return expected(step, step.tasks()).plus(expected(step, step.verify()));
    }

    private static Duration expected(PlannedStep step, List<Task> tasks) {
        Duration total = Duration.ZERO;
        for (List<Task> wave : waves(tasks)) {
            total = total.plus(new Schedule(step.atOnce(), step.perHost(), wave).length());
        }
        return total;
    }

    private static List<List<Task>> waves(List<Task> tasks) {
        TreeMap<Integer, List<Task>> waves = new TreeMap<>();
        tasks.forEach(task -> waves.computeIfAbsent(task.wave(), w -> new ArrayList<>()).add(task));
        return List.copyOf(waves.values());
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Optional<HostId> host(Task task) {
        return task.action() instanceof TaskAction.StartVm start
                ? Optional.of(start.host())
                : Optional.empty();
    }

    /**
     * One wave carried out as a run does it: whenever a place is free, the first task whose host
     * has room begins.
     */
    private static final class Schedule {
        private static final HostId NOWHERE = new HostId("nowhere");

        private final int perHost;
        private final TreeMap<HostId, Deque<Integer>> waiting = new TreeMap<>();
        private final TreeMap<Integer, HostId> startable = new TreeMap<>();
        private final TreeMap<HostId, Integer> running = new TreeMap<>();
        private final PriorityQueue<Running> under =
                new PriorityQueue<>(Comparator.comparing(Running::end));
        private final List<Task> tasks;
        private int places;
        private Duration now = Duration.ZERO;

        private record Running(Duration end, HostId host) {}

        Schedule(int atOnce, int perHost, List<Task> tasks) {
            this.places = atOnce;
            this.perHost = perHost;
            this.tasks = tasks;
            for (int i = 0; i < tasks.size(); i++) {
                HostId host = host(tasks.get(i)).orElse(NOWHERE);
                queue(host).add(i);
            }
            List.copyOf(waiting.keySet()).forEach(this::offer);
        }

        /** A host's first waiting task may start while the host has room. */
        private void offer(HostId host) {
            boolean room = host.equals(NOWHERE) || running.getOrDefault(host, 0) < perHost;
            Integer first = queue(host).peek();
            if (room && first != null) {
                startable.put(first, host);
            }
        }

        private Deque<Integer> queue(HostId host) {
            return waiting.computeIfAbsent(host, h -> new ArrayDeque<>());
        }

        Duration length() {
            while (!startable.isEmpty() || !under.isEmpty()) {
                while (places > 0 && !startable.isEmpty()) {
                    start();
                }
                Running next = under.remove();
                now = next.end();
                places++;
                running.merge(next.host(), -1, Integer::sum);
                offer(next.host());
            }
            return now;
        }

        private void start() {
            var first = startable.pollFirstEntry();
            HostId host = first.getValue();
            queue(host).remove();
            running.merge(host, 1, Integer::sum);
            places--;
            under.add(new Running(now.plus(tasks.get(first.getKey()).expected()), host));
            offer(host);
        }
    }
}
