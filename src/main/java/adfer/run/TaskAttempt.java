package adfer.run;

import adfer.kernel.TaskId;

/** One attempt of a task. */
public record TaskAttempt(TaskId task, int attempt) {}
