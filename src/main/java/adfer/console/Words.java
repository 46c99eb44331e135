package adfer.console;

import adfer.access.Grant;
import adfer.access.Scope;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader.Phase;
import adfer.service.Views.Readiness;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How values are said and toned on a page. A tone is a CSS class: good, warn, bad, busy or quiet.
 */
public final class Words {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Words() {}

    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A role and where it holds, such as {@code viewer at site A}; what it can't read as it is. */
    public static String grant(String grant) {
        return Grant.parse(grant) instanceof Result.Ok<Grant>(var known)
                ? known.role().word() + where(known.scope())
                : grant;
    }

    /** As it stands after a role. */
    static String where(Scope scope) {
        return switch (scope) {
            case Scope.Everywhere ignored -> "";
            case Scope.AtSite(SiteId site) -> " at site " + site.value().toUpperCase(Locale.ROOT);
            case Scope.Labelled(String label) -> " for label " + label;
            case Scope.OfRunbook(GroupId group) -> " for " + group;
        };
    }

    public static String time(Instant at) {
        return TIME.format(at.atZone(ZoneId.systemDefault()));
    }

    public static String day(Instant at) {
        return DAY.format(at.atZone(ZoneId.systemDefault()));
    }

    /** How old data is, in words. */
    public static String age(Duration age) {
        return age.isZero() ? "current" : duration(age) + " old";
    }

    public static String ago(Instant at, Instant now) {
        return duration(Duration.between(at, now)) + " ago";
    }

    /** A duration as people say it, in two units at most. */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 1) {
            return duration.toMillis() + " ms";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        return seconds / 3600
                + " h"
                + (seconds % 3600 / 60 == 0 ? "" : " " + seconds % 3600 / 60 + " min");
    }

    public static String tone(SiteVerdict.Status status) {
        return switch (status) {
            case HEALTHY -> "good";
            case DEGRADED, UNDECIDED -> "warn";
            case UNREACHABLE -> "bad";
        };
    }

    public static String tone(Readiness readiness) {
        return switch (readiness) {
            case READY -> "good";
            case READY_WITH_WARNINGS -> "warn";
            case NOT_READY -> "bad";
        };
    }

    public static String tone(StepStatus status) {
        return switch (status) {
            case WAITING, SKIPPED -> "quiet";
            case RUNNING -> "busy";
            case NEEDS_OPERATOR -> "bad";
            case DONE -> "good";
            case UNDONE -> "warn";
        };
    }

    public static String tone(Phase phase) {
        return switch (phase) {
            case RUNNING -> "busy";
            case PAUSED, CANCELLING, CANCELLED -> "warn";
            case DONE -> "good";
        };
    }

    /** The tone of a task's state, which is a {@code TaskProgress.Status} or {@code WAITING}. */
    public static String taskTone(String status) {
        return switch (status) {
            case "DONE" -> "good";
            case "FAILED" -> "bad";
            case "DOUBTFUL", "RETRYING" -> "warn";
            case "RUNNING" -> "busy";
            default -> "quiet";
        };
    }
}
