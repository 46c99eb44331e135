package adfer.demo;

import adfer.api.AccessResource;
import adfer.cli.ExitCode;
import adfer.cli.SessionStore;
import adfer.cli.Terminal;
import adfer.cli.Terminal.Tone;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code adfer demo}: a library with two data centres on this machine, and a fire. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts two data centres and a witness on loopback, with a library's services on"
                    + " simulated VMs,",
            "and says where to look and what to try. Ends with Ctrl-C."
        })
public final class Demo implements Callable<Integer> {
    private static Path home() {
        return Path.of(Optional.ofNullable(System.getenv("ADFER_HOME")).orElse("."))
                .toAbsolutePath()
                .normalize();
    }

    private static Cluster cluster() {
        return new Cluster(home(), home().resolve("target").resolve("demo"));
    }

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = Terminal.standard();
        try (Cluster cluster = cluster()) {
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
            terminal.line("Starting data centres A and B and a witness ...");
            cluster.start();
            cluster.settle();
            terminal.line(
                    terminal.in(Tone.GOOD, "A library with four services runs at data centre A."));
            terminal.line("");
            terminal.line(
                    "  Console      "
                            + cluster.a().url()
                            + "  (the same at "
                            + cluster.b().url()
                            + ")");
            terminal.line("  Logs         " + cluster.data());
            terminal.line("");
            signIn(cluster);
            terminal.line(
                    "Its people, made up like the rest, all with the password "
                            + Staff.PASSWORD
                            + ":");
            for (String name : Staff.names()) {
                terminal.line("  %-12s %s".formatted(name, String.join(", ", Staff.roles(name))));
            }
            terminal.line("");
            terminal.line(
                    "Try, in another terminal (you are signed in there as " + Staff.HEAD + "):");
            terminal.line("  ./adfer status");
            terminal.line("  ./adfer plan migration library-catalogue");
            terminal.line("  ./adfer migrate library-catalogue");
            terminal.line(
                    "  kill -9 "
                            + cluster.a().pid().map(String::valueOf).orElse("?")
                            + "      # node a1; it is started again");
            terminal.line(
                    "  ./adfer demo fire       # after this one ended: a fire, without hands");
            terminal.line("");
            terminal.line("Ctrl-C ends it.");
            new CountDownLatch(1).await();
            return ExitCode.DONE;
        } catch (DemoFailure e) {
            terminal.line(terminal.in(Tone.BAD, "The demo failed: " + e.getMessage()));
            return ExitCode.FAILED;
        }
    }

    /** The command line's user is signed in as the head, so that what is to be tried works. */
    private static void signIn(Cluster cluster) {
        AccessResource.SignedIn session = cluster.staff().session(Staff.HEAD);
        SessionStore.standard(System.getenv())
                .keep(
                        new SessionStore.Stored(
                                cluster.nodes().stream().map(NodeProcess::url).toList(),
                                session.name(),
                                session.credential(),
                                session.expires(),
                                Optional.empty()),
                        Instant.now());
    }

    @Command(
            name = "fire",
            mixinStandardHelpOptions = true,
            description = {
                "Burns data centre A in the middle of the day and shows detection, verdict, plan,"
                        + " attestation and",
                "failover as they happen; checks every service at B, and brings A back. Needs no"
                        + " hands."
            })
    int fire(
            @Option(
                            names = "--kill-leader",
                            description =
                                    "Also kill -9 the leading node in the middle of the failover.")
                    boolean killLeader) {
        Terminal terminal = Terminal.standard();
        try (Cluster cluster = cluster()) {
            Thread hook = new Thread(cluster::close);
            Runtime.getRuntime().addShutdownHook(hook);
            new Fire(cluster, terminal, killLeader).run();
            return ExitCode.DONE;
        } catch (DemoFailure | adfer.cli.CliException e) {
            terminal.line(terminal.in(Tone.BAD, "The demo failed: " + e.getMessage()));
            terminal.line(
                    "What the nodes said is in "
                            + home().resolve("target").resolve("demo")
                            + "/*.log.");
            return ExitCode.FAILED;
        }
    }
}
