package adfer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.runbook.Step;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

class TimingTest {
    private static Task start(String name, String host, int wave, int seconds) {
        return new Task(
                new TaskId("s/" + name),
                new TaskAction.StartVm(new VmId(name), name, new HostId(host), List.of()),
                new SiteId("b"),
                wave,
                Duration.ofMinutes(5),
                Duration.ofSeconds(seconds));
    }

    private static PlannedStep step(
            String id, List<String> after, int atOnce, int perHost, List<Task> tasks) {
        return new PlannedStep(
                new StepId(id),
                id,
                "vm.start",
                after.stream().map(StepId::new).toList(),
                Optional.empty(),
                tasks,
                List.of(),
                List.of(),
                atOnce,
                perHost,
                Step.Retry.NONE);
    }

    /** Every task has been done before, and took what is expected of it. */
    private static Plan.Estimate estimate(PlannedStep... steps) {
        Experience experience =
                Experience.of(
                        Stream.of(steps)
                                .flatMap(step -> step.tasks().stream())
                                .map(task ->
                                        new Experience.Did(
                                                task.id(), task.action(), task.expected())));
        return Timing.of(List.of(steps), experience);
    }

    private static long expected(PlannedStep... steps) {
        return estimate(steps).expected().toSeconds();
    }

    private static long bound(PlannedStep... steps) {
        return estimate(steps).lowerBound().toSeconds();
    }

    @Test
    void capsOfTheStepStretchIt() {
        List<Task> four =
                List.of(
                        start("1", "x", 0, 10),
                        start("2", "y", 0, 10),
                        start("3", "z", 0, 10),
                        start("4", "z", 0, 10));
        assertThat(expected(step("s", List.of(), 4, 4, four))).isEqualTo(10);
        assertThat(expected(step("s", List.of(), 2, 4, four))).isEqualTo(20);
        assertThat(expected(step("s", List.of(), 4, 1, four))).isEqualTo(20);
        assertThat(bound(step("s", List.of(), 4, 1, four))).isEqualTo(20);
        assertThat(expected(step("s", List.of(), 1, 1, four))).isEqualTo(40);
        assertThat(bound(step("s", List.of(), 1, 1, four))).isEqualTo(40);
    }

    @Test
    void wavesFollowOneAnother() {
        List<Task> waves = List.of(start("1", "x", 0, 10), start("2", "y", 3, 10));
        assertThat(expected(step("s", List.of(), 9, 9, waves))).isEqualTo(20);
        assertThat(bound(step("s", List.of(), 9, 9, waves))).isEqualTo(20);
    }

    @Test
    void aFullHostDoesNotHoldBackOthers() {
        List<Task> tasks =
                List.of(start("1", "x", 0, 10), start("2", "x", 0, 10), start("3", "y", 0, 10));
        assertThat(expected(step("s", List.of(), 2, 1, tasks))).isEqualTo(20);
    }

    @Test
    void theLongestPathIsNamed() {
        Plan.Estimate estimate =
                estimate(
                        step("a", List.of(), 1, 1, List.of(start("1", "x", 0, 5))),
                        step("b", List.of("a"), 1, 1, List.of(start("2", "x", 0, 30))),
                        step("c", List.of("a"), 1, 1, List.of(start("3", "x", 0, 10))),
                        step("d", List.of("b", "c"), 1, 1, List.of(start("4", "x", 0, 1))));
        assertThat(estimate.lowerBound()).isEqualTo(Duration.ofSeconds(36));
        assertThat(estimate.criticalPath())
                .extracting(StepId::value)
                .containsExactly("a", "b", "d");
    }

    @Test
    void whereNothingWasShownTheTimeIsARuleOfThumbWithoutALowerBound() {
        PlannedStep unknown = step("s", List.of(), 1, 1, List.of(start("1", "x", 0, 15)));
        Plan.Estimate estimate = Timing.of(List.of(unknown), Experience.NONE);
        assertThat(estimate.expected()).isEqualTo(Duration.ofSeconds(15));
        assertThat(estimate.lowerBound()).isZero();
        assertThat(estimate.basis())
                .isEqualTo("That is a rule of thumb: no run has shown yet how long it takes here.");
    }

    @Test
    void whatWasShownOfSomeTasksIsSaidOfThoseOnly() {
        Task known = start("1", "x", 0, 15);
        Experience experience =
                Experience.of(
                        Stream.of(
                                new Experience.Did(
                                        known.id(), known.action(), Duration.ofSeconds(3))));
        PlannedStep both = step("s", List.of(), 1, 1, List.of(known, start("2", "x", 0, 15)));
        Plan.Estimate estimate = Timing.of(List.of(both), experience);
        assertThat(estimate.lowerBound()).isEqualTo(Duration.ofSeconds(3));
        assertThat(estimate.basis())
                .isEqualTo(
                        "1 of 2 tasks are reckoned as they took in earlier runs, the others by rule"
                                + " of thumb.");
    }

    @Test
    void peopleAreNamedAndNotReckonedWith() {
        TaskAction approve = new TaskAction.Approve("duty-manager", "All well?");
        Duration day = Duration.ofDays(1);
        Task ask =
                new Task(
                        new TaskId("ask/approve"),
                        approve,
                        new SiteId("b"),
                        0,
                        day,
                        Expectations.DEFAULT.of(approve));
        Plan.Estimate estimate =
                estimate(
                        step("a", List.of(), 1, 1, List.of(start("1", "x", 0, 5))),
                        step("ask", List.of("a"), 1, 1, List.of(ask)));
        assertThat(estimate.expected()).isEqualTo(Duration.ofSeconds(5));
        assertThat(estimate.people()).containsExactly(new StepId("ask"));
    }

    @Test
    void noScheduleBeatsTheBoundAndNoneIsTwiceAsLongWithoutHostCaps() {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            List<Task> tasks = new ArrayList<>();
            for (int i = 0; i < random.nextInt(40); i++) {
                String host = "h" + random.nextInt(4);
                tasks.add(start("v" + i, host, random.nextInt(3), 1 + random.nextInt(60)));
            }
            Collections.sort(tasks, (x, y) -> Integer.compare(x.wave(), y.wave()));
            PlannedStep free = step("s", List.of(), 1 + random.nextInt(6), 1000, tasks);
            Plan.Estimate estimate = estimate(free);
            assertThat(estimate.expected()).isGreaterThanOrEqualTo(estimate.lowerBound());
            assertThat(estimate.expected())
                    .isLessThanOrEqualTo(estimate.lowerBound().multipliedBy(2));
            PlannedStep capped = step("s", List.of(), free.atOnce(), 1 + random.nextInt(3), tasks);
            Plan.Estimate tight = estimate(capped);
            assertThat(tight.expected()).isGreaterThanOrEqualTo(tight.lowerBound());
        }
    }
}
