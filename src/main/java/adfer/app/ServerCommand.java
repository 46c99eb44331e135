package adfer.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** {@code adfer server}: runs one node until it is told to stop. */
@Command(
        name = "server",
        description =
                "Runs this node. ADFER_NODE in the environment says which of the configuration's"
                        + " nodes it is.",
        mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", description = "The configuration, such as config.yml.")
    String config = "";

    @Override
    public Integer call() throws Exception {
        return new Lives().run(config);
    }
}
