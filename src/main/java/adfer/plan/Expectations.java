package adfer.plan;

import java.time.Duration;

/**
 * How long machines take by rule of thumb, where no run has shown it yet; people are waited for,
 * not reckoned with.
 *
 * @param stop of one VM, gracefully
 * @param start of one VM, until it is reported running
 * @param script one run of one script
 * @param check until a check holds
 * @param ownership the change of owner
 */
public record Expectations(
        Duration stop, Duration start, Duration script, Duration check, Duration ownership) {
    public static final Expectations DEFAULT =
            new Expectations(
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1));

    Duration of(TaskAction action) {
        return switch (action) {
            case TaskAction.StopVm ignored -> stop;
            case TaskAction.StartVm ignored -> start;
            case TaskAction.RunScript ignored -> script;
            case TaskAction.Ask ignored -> check;
            case TaskAction.Approve ignored -> Duration.ZERO;
            case TaskAction.Wait wait -> wait.time().orElse(Duration.ZERO);
            case TaskAction.MoveOwnership ignored -> ownership;
        };
    }
}
