package adfer.runbook;

import java.time.Duration;

/** What holds where a runbook says nothing; docs/RUNBOOKS.md lists them. */
final class Defaults {
    /** No time span of a runbook is longer. */
    static final Duration LONGEST = Duration.ofDays(7);

    static final Duration GRACEFUL = Duration.ofMinutes(2);

    /** What a stop gets beyond its graceful time, to force the VM off and to see it off. */
    static final Duration FORCING = Duration.ofMinutes(1);

    static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    static final Duration SCRIPT_TIMEOUT = Duration.ofMinutes(5);
    static final Duration PEOPLE_TIMEOUT = Duration.ofHours(24);
    static final Duration CHECK_WITHIN = Duration.ofMinutes(2);
    static final Duration OBSERVE_WITHIN = Duration.ofSeconds(10);
    static final Duration CHECK_EVERY = Duration.ofSeconds(2);

    /** What a check's task gets beyond the time in which it must hold. */
    static final Duration CHECK_GRACE = Duration.ofSeconds(10);

    static final int STOPS_AT_ONCE = 20;
    static final int STARTS_AT_ONCE = 10;
    static final int STARTS_PER_HOST = 4;

    static final Step.Retry STOP_RETRY = new Step.Retry(2, Duration.ofSeconds(5));
    static final Step.Retry START_RETRY = new Step.Retry(3, Duration.ofSeconds(5));

    /** The most steps of one runbook. */
    static final int MAX_STEPS = 500;

    private Defaults() {}

    static Duration timeout(Action action) {
        return switch (action) {
            case Action.StopVms stop -> stop.graceful().plus(FORCING);
            case Action.StartVms ignored -> START_TIMEOUT;
            case Action.Script ignored -> SCRIPT_TIMEOUT;
            case Action.Probe probe -> probe.check().within().plus(CHECK_GRACE);
            case Action.Approve ignored -> PEOPLE_TIMEOUT;
            case Action.Pause pause -> pause.time().orElse(PEOPLE_TIMEOUT).plus(FORCING);
        };
    }

    static Step.Retry retry(Action action) {
        return switch (action) {
            case Action.StopVms ignored -> STOP_RETRY;
            case Action.StartVms ignored -> START_RETRY;
            case Action.Script ignored -> Step.Retry.NONE;
            case Action.Probe ignored -> Step.Retry.NONE;
            case Action.Approve ignored -> Step.Retry.NONE;
            case Action.Pause ignored -> Step.Retry.NONE;
        };
    }
}
