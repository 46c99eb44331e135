package adfer.port;

import adfer.runbook.Bundle;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs executables of a published runbook. */
public interface ScriptRunner {
    /**
     * Runs one executable in a folder of its own that holds the bundle's files, and waits for its
     * end. At the timeout, or when the calling thread is interrupted, the process and all its
     * descendants are told to end and, soon after, killed; so is what it leaves in the background
     * when it ends by itself. A bundle that can't be run is answered as a shell would: exit 126,
     * and one sentence as its output.
     *
     * @param path of the executable within the bundle
     * @param environment besides a small fixed set ({@code PATH}, {@code HOME}, {@code LANG});
     *     nothing of the node's own environment is passed on
     * @param output is given what is printed (standard output and error mixed), as it comes, in
     *     pieces of at most 8,192 characters
     */
    Ended run(
            Bundle bundle,
            String path,
            List<String> arguments,
            Map<String, String> environment,
            Duration timeout,
            Consumer<String> output);

    /**
     * @param exit the exit code, or -1 when it was killed
     * @param timedOut true when the deadline killed it
     */
    record Ended(int exit, boolean timedOut, Duration took) {}
}
