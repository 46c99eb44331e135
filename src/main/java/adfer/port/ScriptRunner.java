package adfer.port;

import adfer.kernel.Redaction;
import adfer.kernel.Secret;
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
     * @param output is given what is printed (standard output and error mixed), as it comes, in
     *     pieces of some thousand characters, with {@link Redaction three stars} for the secrets
     */
    Ended run(Bundle bundle, Call call, Duration timeout, Consumer<String> output);

    /**
     * What is run.
     *
     * @param path of the executable within the bundle
     * @param environment besides a small fixed set ({@code PATH}, {@code HOME}, {@code LANG});
     *     nothing of the node's own environment is passed on
     * @param secrets more variables, which reach the process by its environment alone
     */
    record Call(
            String path,
            List<String> arguments,
            Map<String, String> environment,
            Map<String, Secret> secrets) {
        public Call {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
            secrets = Map.copyOf(secrets);
        }
    }

    /**
     * @param exit the exit code, or -1 when it was killed
     * @param timedOut true when the deadline killed it
     */
    record Ended(int exit, boolean timedOut, Duration took) {}
}
