package adfer.cli;

import adfer.api.Why;
import adfer.api.WishResource;
import adfer.cli.Terminal.Tone;
import adfer.service.Views;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code adfer wishes}: what waits for a second person. */
@Command(
        name = "wishes",
        description = {
            "Shows what waits for a second person, who asked for it, and who may confirm it.",
            "The configuration (access.twoPeople) and runbooks (twoPeople) say what two people are"
                    + " demanded for."
        },
        footer = {
            "",
            "Examples: adfer wishes",
            "          adfer wishes confirm 7k2m9x",
            "          adfer wishes withdraw 7k2m9x"
        },
        subcommands = {WishCommands.Confirm.class, WishCommands.Withdraw.class})
public final class WishCommands implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Override
    public Integer call() {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        List<Views.WishView> wishes = client.get("/api/v1/wishes", new TypeReference<>() {});
        if (common.json()) {
            terminal.line(Client.pretty(wishes));
        } else if (wishes.isEmpty()) {
            terminal.line("Nothing waits for a second person.");
        } else {
            wishes.forEach(wish -> show(terminal, wish));
        }
        return ExitCode.DONE;
    }

    private static void show(Terminal terminal, Views.WishView wish) {
        terminal.line(
                terminal.in(Tone.STRONG, wish.id())
                        + "  "
                        + wish.sentence()
                        + (wish.reason().isEmpty() ? "" : " Why: " + wish.reason() + ".")
                        + " Until "
                        + Terminal.time(wish.expires())
                        + ".");
    }

    private static String path(String id) {
        return "/api/v1/wishes/" + Client.encode(id);
    }

    /** {@code adfer wishes confirm}. */
    @Command(
            name = "confirm",
            description = {
                "Confirms, as the second person, what a colleague asks for; it is done at once.",
                "It takes a session of your own: a token is nobody who is there."
            },
            footer = {"", "Example: adfer wishes confirm 7k2m9x"})
    public static final class Confirm implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "ID", description = "The wish, as adfer wishes names it.")
        String id = "";

        @Mixin Phrase phrase = new Phrase();

        @Override
        public Integer call() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            Views.WishView wish = client.get(path(id), Views.WishView.class);
            if (wish.objection().isPresent()) {
                throw new CliException(ExitCode.REFUSED, wish.objection().get());
            }
            if (!common.json()) {
                show(terminal, wish);
            }
            String typed =
                    phrase.or(terminal, "If you want this too, type \"" + wish.phrase() + "\": ");
            Views.WishView done =
                    client.post(
                            path(id) + "/confirmation",
                            new WishResource.SecondRequest(typed),
                            Views.WishView.class);
            return common.tell(
                    done,
                    "Confirmed: "
                            + done.what()
                            + "."
                            + done.run()
                                    .map(run -> " Follow it: ./adfer run watch " + run)
                                    .orElse(""));
        }
    }

    /** {@code adfer wishes withdraw}. */
    @Command(
            name = "withdraw",
            description = "Takes back what you asked for, or says no to a colleague.",
            footer = {"", "Example: adfer wishes withdraw 7k2m9x --reason \"false alarm\""})
    public static final class Withdraw implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "ID", description = "The wish, as adfer wishes names it.")
        String id = "";

        @Mixin Because because = new Because();

        @Override
        public Integer call() {
            Views.WishView gone =
                    common.client()
                            .post(
                                    path(id) + "/withdrawal",
                                    new Why(because.reason),
                                    Views.WishView.class);
            return common.tell(gone, "Withdrawn: " + gone.what() + ". Nothing was done.");
        }
    }
}
