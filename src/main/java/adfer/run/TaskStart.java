package adfer.run;

import adfer.kernel.TaskId;

import java.util.Optional;

/**
 * The order to begin an attempt.
 *
 * @param attempt one more than the task's latest
 * @param executor empty for tasks that no node carries out
 */
public record TaskStart(TaskId task, int attempt, Optional<TaskProgress.Executor> executor) {}
