package adfer.console;

import adfer.plan.Task;
import adfer.plan.TaskAction;

/** Planned tasks in words. */
public final class Tasks {
    private Tasks() {}

    public static String describe(Task task) {
        return switch (task.action()) {
            case TaskAction.StopVm stop ->
                    "Stop "
                            + stop.name()
                            + " at "
                            + task.site()
                            + ", by force after "
                            + Words.duration(stop.graceful())
                            + ".";
            case TaskAction.StartVm start ->
                    "Start "
                            + start.name()
                            + " at "
                            + task.site()
                            + " on "
                            + start.host()
                            + String.join(
                                    "",
                                    start.nics().stream()
                                            .map(nic ->
                                                    ", "
                                                            + nic.network()
                                                            + " "
                                                            + String.join(" ", nic.addresses()))
                                            .toList())
                            + ".";
            case TaskAction.RunScript script -> "Run " + script.path() + " at " + task.site() + ".";
            case TaskAction.Ask ask ->
                    "Check "
                            + ask.check().probe()
                            + " from "
                            + task.site()
                            + ", within "
                            + Words.duration(ask.check().within())
                            + ".";
            case TaskAction.Approve approve ->
                    "Wait for a " + approve.role() + ": " + approve.message();
            case TaskAction.Wait wait ->
                    "Pause"
                            + wait.time()
                                    .map(time -> " for " + Words.duration(time))
                                    .orElse(" until an operator goes on")
                            + ". "
                            + wait.message();
            case TaskAction.MoveOwnership move ->
                    "The group goes from " + move.from() + " to " + move.to() + ".";
        };
    }
}
