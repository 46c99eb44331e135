package adfer.plan;

import adfer.kernel.Result;
import adfer.kernel.SiteId;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a plan is for. Drill, reprotect and failback join here; they run the same steps in the same
 * order.
 */
public enum Operation {
    /** Planned: the source is up, is stopped in order, and nothing may be lost. */
    MIGRATION,
    /** Unplanned: the source is lost or given up, and something must prove that it is off. */
    FAILOVER,
    /** In place: what doesn't run at the owner's site is started there, in the runbook's order. */
    RESTART;

    /** The operation of this {@link #word}, or what there is instead. */
    public static Result<Operation> named(String word) {
        return Arrays.stream(values())
                .filter(operation -> operation.word().equalsIgnoreCase(word))
                .findFirst()
                .map(Result::ok)
                .orElseGet(() ->
                        Result.refused(
                                "no-such-operation",
                                "There is no operation '"
                                        + word
                                        + "'; say "
                                        + Arrays.stream(values())
                                                .map(Operation::word)
                                                .collect(Collectors.joining(" or "))
                                        + "."));
    }

    /** What it is and where, as a sentence begins: "Failover of Mail from site a to site b". */
    public String of(String title, SiteId source, SiteId target) {
        return switch (this) {
            case MIGRATION ->
                    "Planned migration of " + title + " from site " + source + " to site " + target;
            case FAILOVER -> "Failover of " + title + " from site " + source + " to site " + target;
            case RESTART -> "Restart of " + title + " at site " + target;
        };
    }

    /** As scripts and people read it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
