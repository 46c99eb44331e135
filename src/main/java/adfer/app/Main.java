package adfer.app;

import adfer.cli.AccessCommands;
import adfer.cli.Act;
import adfer.cli.Attest;
import adfer.cli.AuditCommands;
import adfer.cli.CliException;
import adfer.cli.ExitCode;
import adfer.cli.FenceCommand;
import adfer.cli.Look;
import adfer.cli.NodeCommands;
import adfer.cli.NotifyCommands;
import adfer.cli.PeopleCommands;
import adfer.cli.Reconcile;
import adfer.cli.Rejoin;
import adfer.cli.RunCommands;
import adfer.cli.RunbookCommands;
import adfer.cli.SessionCommands;
import adfer.cli.Simulate;
import adfer.cli.Takeover;
import adfer.cli.WishCommands;
import adfer.demo.Demo;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.lang.reflect.Method;

/** The program: reads the command line and hands over to the command named there. */
@Command(
        name = "adfer",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Fails services over from one data centre to another, and restores them.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading =
                "%nBegin with:  adfer demo        a library, two data centres, on this machine%n"
                        + "             adfer status      what is true now%n",
        exitCodeListHeading = "%nExit codes:%n")
public final class Main implements Runnable {
    /** Starts Adfer and exits with the command's exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.addSubcommand(new Look.Status());
        line.addSubcommand(new Look.Sites());
        line.addSubcommand(new Look.Mesh());
        line.addSubcommand(new Look.Inventory());
        line.addSubcommand(new RunbookCommands());
        line.addSubcommand(new Act.PlanCommand());
        line.addSubcommand(new Act.Migrate());
        line.addSubcommand(new Act.Failover());
        line.addSubcommand(new Attest());
        line.addSubcommand(new FenceCommand());
        line.addSubcommand(new WishCommands());
        line.addSubcommand(new Act.Restart());
        line.addSubcommand(new Reconcile.LeftoversCommand());
        line.addSubcommand(new Reconcile.ReconcileCommand());
        line.addSubcommand(new RunCommands());
        line.addSubcommand(new Takeover());
        line.addSubcommand(new Rejoin());
        line.addSubcommand(new AuditCommands());
        line.addSubcommand(new AccessCommands.SetUp());
        line.addSubcommand(new AccessCommands.Login());
        line.addSubcommand(new AccessCommands.Logout());
        line.addSubcommand(new AccessCommands.WhoAmI());
        line.addSubcommand(new AccessCommands.PasswordCommand());
        line.addSubcommand(new PeopleCommands());
        line.addSubcommand(new SessionCommands());
        line.addSubcommand(new NodeCommands());
        line.addSubcommand(new NotifyCommands());
        line.addSubcommand(new AccessCommands.Tokens());
        line.addSubcommand(new ServerCommand());
        line.addSubcommand(new GuardCommand());
        line.addSubcommand(new CertsCommand());
        line.addSubcommand(new WarmUp());
        line.addSubcommand(new Simulate());
        line.addSubcommand(new Demo());
        describe(line);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((problem, command, result) -> {
            boolean expected =
                    problem instanceof CliException || problem instanceof IllegalArgumentException;
            String sentence =
                    expected ? problem.getMessage() : "Adfer met an error of its own: " + problem;
            command.getErr().println("adfer: " + sentence);
            return problem instanceof CliException cli
                    ? cli.exitCode()
                    : expected ? ExitCode.USAGE : ExitCode.FAILED;
        });
        return line;
    }

    /** Help and exit codes on every command, however deep. */
    private static void describe(CommandLine line) {
        if (!(line.getCommandSpec().userObject() instanceof Method)) {
            line.getCommandSpec().mixinStandardHelpOptions(true);
        }
        ExitCode.explain(line.getCommandSpec().usageMessage());
        line.getSubcommands().values().forEach(Main::describe);
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
