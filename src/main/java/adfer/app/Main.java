package adfer.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: reads the command line and hands over to the command named there. */
@Command(
        name = "adfer",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Fails services over from one data centre to another, and restores them.")
public final class Main implements Runnable {
    /** Starts Adfer and exits with the command's exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
