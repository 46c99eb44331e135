package adfer.adapter.script;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How scripts are run at this node.
 *
 * @param folder where each attempt gets a folder of its own; no other node may use it
 * @param searchPath the {@code PATH} that scripts see
 * @param grace how long a script may take to end by itself once it is told to, zero or more
 * @param maxOutput the most characters of output passed on per attempt, at least 1
 */
public record ScriptSettings(Path folder, String searchPath, Duration grace, int maxOutput) {
    public ScriptSettings {
        if (grace.isNegative()) {
            throw new IllegalArgumentException(
                    "the grace for scripts is 0 s or more, not " + grace);
        }
        if (maxOutput < 1) {
            throw new IllegalArgumentException(
                    "scripts may print at least 1 character, not " + maxOutput);
        }
    }

    /** Five seconds of grace, and a million characters of output. */
    public static ScriptSettings in(Path folder) {
        return new ScriptSettings(
                folder,
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                Duration.ofSeconds(5),
                1_000_000);
    }
}
