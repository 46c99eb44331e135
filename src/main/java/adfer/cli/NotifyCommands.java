package adfer.cli;

import adfer.api.Why;
import adfer.cli.Terminal.Tone;
import adfer.service.TestCalls;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** {@code adfer notify}: how people are called, and whether they can be. */
@Command(
        name = "notify",
        description = {
            "Shows by what a node calls people when a person is needed (notify in the"
                    + " configuration).",
            "Each node calls by its own configuration: name one with --url."
        },
        subcommands = NotifyCommands.Test.class,
        footer = {"", "Examples: adfer notify", "          adfer notify test --url http://b1:8102"})
public final class NotifyCommands implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Override
    public Integer call() {
        TestCalls.WaysView view = ways(common.here());
        return common.tell(
                view,
                view.sentence() + (view.ways().isEmpty() ? "" : " Try it: ./adfer notify test"));
    }

    private static TestCalls.WaysView ways(Client client) {
        return client.get("/api/v1/notify", TestCalls.WaysView.class);
    }

    /** {@code adfer notify test}. */
    @Command(
            name = "test",
            description = {
                "Has a node call people as a test, once by each way that it is configured with, and"
                        + " says of each whether the other side took it.",
                "Exit code 1 where one of them failed."
            },
            footer = {
                "",
                "Example: adfer notify test --url http://b1:8102 --reason \"new on call\""
            })
    public static final class Test implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Mixin Because because = new Because();

        @Override
        public Integer call() {
            Client client = common.here();
            Terminal terminal = Terminal.standard();
            TestCalls.Made made =
                    client.patient(ways(client).within())
                            .post(
                                    "/api/v1/notify/test",
                                    new Why(because.reason),
                                    TestCalls.Made.class);
            if (common.json()) {
                terminal.line(Client.pretty(made));
            } else {
                show(terminal, made);
            }
            return failed(made) ? ExitCode.FAILED : ExitCode.DONE;
        }

        private static boolean failed(TestCalls.Made made) {
            return made.ways().stream().anyMatch(way -> way.problem().isPresent());
        }

        private static void show(Terminal terminal, TestCalls.Made made) {
            terminal.line("Node " + made.node() + " has called people as a test:");
            made.ways()
                    .forEach(way -> terminal.line("  " + way.way() + ": " + word(terminal, way)));
            if (!made.ways().stream().allMatch(way -> way.problem().isPresent())) {
                terminal.line("What was taken is on its way: ask whoever is on call for it.");
            }
        }

        private static String word(Terminal terminal, TestCalls.Tried way) {
            return way.problem()
                    .map(why -> terminal.in(Tone.BAD, "failed.") + " " + why)
                    .orElseGet(() -> terminal.in(Tone.GOOD, "taken."));
        }
    }
}
