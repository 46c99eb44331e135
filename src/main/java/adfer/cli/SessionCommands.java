package adfer.cli;

import adfer.service.Sessions;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code adfer sessions}: who is signed in. */
@Command(
        name = "sessions",
        description = {
            "Lists where you are signed in; an admin sees everybody's sessions.",
            "The latest 50 of a person are listed. To end all of somebody's, listed or not:"
                    + " ./adfer people end NAME, or ./adfer logout --everywhere for your own."
        },
        subcommands = SessionCommands.End.class,
        footer = {
            "",
            "Examples: adfer sessions",
            "          adfer sessions end 7k2m9x4q --reason \"a laptop was stolen\""
        })
public final class SessionCommands implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Override
    public Integer call() {
        List<Sessions.SessionView> sessions =
                common.client().get("/api/v1/sessions", new TypeReference<>() {});
        return common.list(
                sessions,
                "No sessions.",
                List.of("SESSION", "WHO", "BY", "DOOR", "FROM", "SINCE", "UNTIL"),
                session ->
                        List.of(
                                session.id(),
                                session.name(),
                                session.method().words(),
                                session.origin(),
                                session.address(),
                                Terminal.day(session.at()),
                                Terminal.day(session.expires())
                                        + (session.mine() ? "  (this one)" : "")));
    }

    static Sessions.SessionView end(Client client, String id, Optional<String> reason) {
        return client.delete(
                "/api/v1/sessions/" + Client.encode(id), reason, Sessions.SessionView.class);
    }

    /** {@code adfer sessions end}. */
    @Command(name = "end", description = "Ends a session at every node, at once.")
    public static final class End implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "SESSION", description = "Its id, as listed.")
        String id = "";

        @Mixin Because because = new Because();

        @Override
        public Integer call() {
            Sessions.SessionView gone = end(common.client(), id, because.reason);
            return common.tell(
                    gone,
                    "Session " + gone.id() + " of " + gone.name() + " has ended at every node.");
        }
    }
}
