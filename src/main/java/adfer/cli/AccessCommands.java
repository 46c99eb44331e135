package adfer.cli;

import adfer.api.AccessResource;
import adfer.cli.Terminal.Tone;
import adfer.service.Accounts;
import adfer.service.ApiTokens;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The commands about who somebody is. */
public final class AccessCommands {
    private AccessCommands() {}

    /** {@code adfer setup}. */
    @Command(
            name = "setup",
            description = {
                "Makes the first person of a new installation, who is an admin.",
                "It takes the set-up token of the node that is asked, which that node keeps in its"
                    + " data folder, in the file setup-token: --token-file names it or a copy."
                    + " Otherwise it is asked for, or read from standard input, in the line before"
                    + " the password."
            },
            footer = {
                "",
                "Example: adfer setup --url https://a1.example.org:8101 --name jane"
                        + " --token-file data/a1/setup-token"
            })
    public static final class SetUp implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Option(names = "--name", required = true, paramLabel = "NAME", description = "Who.")
        String name = "";

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "The file that holds the set-up token.")
        Optional<Path> tokenFile = Optional.empty();

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description =
                        "A role besides admin, such as commander; may be given several times.")
        List<String> roles = new ArrayList<>();

        @Override
        public Integer call() {
            Client client = common.stranger();
            Terminal terminal = Terminal.standard();
            String shown =
                    tokenFile.map(SetUp::read).orElseGet(() -> terminal.password("Set-up token: "));
            String password = terminal.newPassword(name);
            Accounts.PersonView made =
                    client.post(
                            "/api/v1/setup",
                            new AccessResource.SetUpRequest(
                                    shown, name, Optional.empty(), password, Optional.of(roles)),
                            Accounts.PersonView.class);
            return common.tell(
                    made,
                    made.name()
                            + " is "
                            + String.join(", ", made.grants())
                            + ". Sign in with ./adfer login --as "
                            + made.name()
                            + ", then add people with ./adfer people add.");
        }

        private static String read(Path file) {
            try {
                return Files.readString(file).strip();
            } catch (IOException e) {
                throw new CliException(
                        ExitCode.USAGE,
                        "The set-up token can't be read from "
                                + file
                                + "; it is there while Adfer knows nobody, and only whoever runs"
                                + " the node may read it.");
            }
        }
    }

    /** {@code adfer login}. */
    @Command(
            name = "login",
            description = {
                "Signs in. The session is kept in your home folder for some hours, and shown only"
                        + " to the nodes it was got for and, by TLS or on this machine, to the"
                        + " others of their cluster: these are asked where the first don't answer.",
                "The password is asked for, or read from standard input. For programs, make a token"
                        + " and set ADFER_TOKEN."
            },
            footer = {"", "Example: adfer login --as jane --url https://a1.example.org:8101"})
    public static final class Login implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Option(
                names = "--device",
                description =
                        "Sign in at the OpenID provider, with any browser: on your telephone, for"
                                + " example.")
        boolean device;

        @Override
        public Integer call() {
            Terminal terminal = Terminal.standard();
            AccessResource.SignedIn signed =
                    device ? DeviceSignIn.signIn(common, terminal) : byPassword(terminal);
            return common.tell(
                    signed.roles(),
                    signed.name()
                            + " is signed in until "
                            + Terminal.time(signed.expires())
                            + ", as "
                            + (signed.roles().isEmpty()
                                    ? "nothing yet: ask an admin"
                                    : String.join(", ", signed.roles()))
                            + ".");
        }

        private AccessResource.SignedIn byPassword(Terminal terminal) {
            String name = common.as.orElseGet(() -> terminal.ask("Name: ", "Give --as NAME."));
            return signIn(common, name, terminal.password("Password: "));
        }

        static AccessResource.SignedIn signIn(Common common, String name, String password) {
            return keep(
                    common,
                    common.stranger()
                            .post(
                                    "/api/v1/session",
                                    new AccessResource.SignInRequest(name, password),
                                    AccessResource.SignedIn.class));
        }

        static AccessResource.SignedIn keep(Common common, AccessResource.SignedIn signed) {
            common.store()
                    .keep(
                            new SessionStore.Stored(
                                    Kin.of(common.nodes(), signed.nodes()),
                                    signed.name(),
                                    signed.credential(),
                                    signed.expires(),
                                    common.believed()),
                            Instant.now());
            return signed;
        }
    }

    /** {@code adfer logout}. */
    @Command(
            name = "logout",
            description =
                    "Forgets the session kept here. With --everywhere, ends all your sessions and"
                            + " tokens at all nodes.")
    public static final class Logout implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Option(names = "--everywhere", description = "Ends them all, wherever they are kept.")
        boolean everywhere;

        @Override
        public Integer call() {
            Terminal terminal = Terminal.standard();
            if (everywhere) {
                Client client = common.client();
                AccessResource.Me me = client.get("/api/v1/me", AccessResource.Me.class);
                client.delete(
                        "/api/v1/people/" + Client.encode(me.name()) + "/sessions",
                        AccessResource.Ended.class);
                terminal.line("All sessions and tokens of " + me.name() + " have ended.");
            }
            String ended = everywhere ? "" : ended();
            int gone = common.store().forget(common.nodes(), common.as);
            terminal.line(gone == 0 ? "No session was kept here." : "Signed out." + ended);
            return ExitCode.DONE;
        }

        /** Whoever can't be asked doesn't hold up the forgetting here. */
        private String ended() {
            try {
                Client client = common.client();
                client.get("/api/v1/me", AccessResource.Me.class)
                        .session()
                        .ifPresent(id -> SessionCommands.end(client, id, Optional.empty()));
                return "";
            } catch (CliException e) {
                return " The nodes could not be told ("
                        + e.getMessage()
                        + "), so it is only"
                        + " forgotten here.";
            }
        }
    }

    /** {@code adfer whoami}. */
    @Command(name = "whoami", description = "Says who you are here, and what you may do.")
    public static final class WhoAmI implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Override
        public Integer call() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            AccessResource.Me me = client.get("/api/v1/me", AccessResource.Me.class);
            if (common.json()) {
                terminal.line(Client.pretty(me));
                return ExitCode.DONE;
            }
            terminal.line(terminal.in(Tone.STRONG, me.name()) + " is " + me.held() + ".");
            terminal.line(
                    "May, at least somewhere: "
                            + String.join(
                                    "; ", me.rights().stream().map(right -> right.words()).toList())
                            + ".");
            return ExitCode.DONE;
        }
    }

    /** {@code adfer password}. */
    @Command(
            name = "password",
            description = "Changes your password, and ends your sessions and tokens.")
    public static final class PasswordCommand implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Override
        public Integer call() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            AccessResource.Me me = client.get("/api/v1/me", AccessResource.Me.class);
            String present = terminal.password("Present password: ");
            String wanted = terminal.newPassword(me.name());
            client.put(
                    "/api/v1/me/password",
                    new AccessResource.PasswordRequest(present, wanted),
                    Accounts.PersonView.class);
            terminal.line("Changed. Sign in again: ./adfer login --as " + me.name());
            return ExitCode.DONE;
        }
    }

    /** {@code adfer tokens}. */
    @Command(
            name = "tokens",
            description =
                    "Lists, makes and revokes API tokens: for programs, in your name, narrowed to"
                            + " what they need.",
            subcommands = {Tokens.Add.class, Tokens.Revoke.class},
            footer = {
                "",
                "Example: adfer tokens add --note \"nightly report\" --role viewer --days 90"
            })
    public static final class Tokens implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Override
        public Integer call() {
            List<ApiTokens.TokenView> tokens =
                    common.client().get("/api/v1/tokens", new TypeReference<>() {});
            return common.list(
                    tokens,
                    "No tokens. Make one with ./adfer tokens add.",
                    List.of("TOKEN", "OWNER", "NARROWED TO", "EXPIRES", "FOR"),
                    token ->
                            List.of(
                                    token.id(),
                                    token.owner(),
                                    String.join(", ", token.grants()),
                                    token.expires().toString().substring(0, 10),
                                    token.note()));
        }

        /** {@code adfer tokens add}. */
        @Command(name = "add", description = "Makes a token. Its secret is shown this once.")
        public static final class Add implements Callable<Integer> {
            @Mixin Common common = new Common();

            @Option(
                    names = "--note",
                    required = true,
                    paramLabel = "TEXT",
                    description = "What it is for.")
            String note = "";

            @Option(
                    names = "--role",
                    required = true,
                    paramLabel = "ROLE",
                    description =
                            "What it is narrowed to, such as viewer or commander@site:a; may be"
                                    + " given several times.")
            List<String> roles = new ArrayList<>();

            @Option(
                    names = "--days",
                    paramLabel = "N",
                    description = "How long it lives; 90 by default.")
            int days = 90;

            @Override
            public Integer call() {
                Client client = common.client();
                Terminal terminal = Terminal.standard();
                ApiTokens.NewToken made =
                        client.post(
                                "/api/v1/tokens",
                                new AccessResource.TokenRequest(
                                        note, roles, Optional.of(Duration.ofDays(days))),
                                ApiTokens.NewToken.class);
                if (common.json()) {
                    terminal.line(Client.pretty(made));
                } else {
                    terminal.line(made.credential());
                    terminal.line(
                            "That is shown this once. Use it as ADFER_TOKEN, or as a bearer token,"
                                    + " until "
                                    + made.token().expires().toString().substring(0, 10)
                                    + ".");
                }
                return ExitCode.DONE;
            }
        }

        /** {@code adfer tokens revoke}. */
        @Command(name = "revoke", description = "Ends a token.")
        public static final class Revoke implements Callable<Integer> {
            @Mixin Common common = new Common();

            @Parameters(paramLabel = "TOKEN", description = "Its id, as listed.")
            String id = "";

            @Override
            public Integer call() {
                ApiTokens.TokenView gone =
                        common.client()
                                .delete(
                                        "/api/v1/tokens/" + Client.encode(id),
                                        ApiTokens.TokenView.class);
                return common.tell(gone, "Token " + gone.id() + " is revoked.");
            }
        }
    }
}
