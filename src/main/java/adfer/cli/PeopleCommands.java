package adfer.cli;

import adfer.api.AccessResource;
import adfer.service.Accounts;

import com.fasterxml.jackson.core.type.TypeReference;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code adfer people}: who may do what. */
@Command(
        name = "people",
        description = {
            "Lists people and what they are; an admin adds, changes and removes them.",
            "A role holds everywhere, or where it is said: commander, viewer@site:a,"
                    + " approver@runbook:email, operator@label:service=web."
        },
        subcommands = {
            PeopleCommands.Add.class,
            PeopleCommands.Change.class,
            PeopleCommands.Remove.class,
            PeopleCommands.End.class
        },
        footer = {
            "",
            "Examples: adfer people add jane --role commander --role viewer",
            "          adfer people change jane --disable",
            "",
            "Roles: viewer looks; operator rehearses and prepares; commander moves services;"
                    + " approver gives the second word; admin says who may do what."
        })
public final class PeopleCommands implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Override
    public Integer call() {
        return common.list(
                everybody(common.client()),
                "Nobody.",
                List.of("NAME", "IS", "SIGNS IN", "TITLE"),
                person ->
                        List.of(
                                person.name(),
                                is(person),
                                person.disabled()
                                        ? "kept out"
                                        : person.sealed()
                                                ? "behind glass"
                                                : person.password() ? "by password" : "elsewhere",
                                person.title()));
    }

    private static String is(Accounts.PersonView person) {
        return person.grants().isEmpty() ? "nothing" : String.join(", ", person.grants());
    }

    private static List<Accounts.PersonView> everybody(Client client) {
        return client.get("/api/v1/people", new TypeReference<>() {});
    }

    private static Integer put(Common common, String name, AccessResource.PersonRequest request) {
        Accounts.PersonView made =
                common.client()
                        .put(
                                "/api/v1/people/" + Client.encode(name),
                                request,
                                Accounts.PersonView.class);
        return common.tell(
                made,
                made.name() + " is " + is(made) + (made.disabled() ? ", and kept out" : "") + ".");
    }

    /** {@code adfer people add}. */
    @Command(
            name = "add",
            description =
                    "Adds a person. The first password is asked for, or read from standard input;"
                            + " with --elsewhere there is none.")
    public static final class Add implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "NAME", description = "In lower case, such as jane.")
        String name = "";

        @Option(names = "--title", paramLabel = "TEXT", description = "What the person is called.")
        String title = "";

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description = "Such as commander or viewer@site:a; may be given several times.")
        List<String> roles = new ArrayList<>();

        @Option(names = "--elsewhere", description = "Signs in elsewhere: OpenID or LDAP.")
        boolean elsewhere;

        @Option(
                names = "--sealed",
                description = "A break-glass account: it opens only together with another one.")
        boolean sealed;

        @Override
        public Integer call() {
            if (everybody(common.client()).stream()
                    .anyMatch(person -> person.name().equalsIgnoreCase(name.strip()))) {
                throw new CliException(
                        ExitCode.REFUSED,
                        name + " is there already; see ./adfer people change --help.");
            }
            Optional<String> password =
                    elsewhere
                            ? Optional.empty()
                            : Optional.of(Terminal.standard().newPassword(name));
            return put(
                    common,
                    name,
                    new AccessResource.PersonRequest(
                            Optional.of(title),
                            roles,
                            Optional.of(false),
                            Optional.of(sealed),
                            password,
                            Optional.empty()));
        }
    }

    /** {@code adfer people change}. */
    @Command(
            name = "change",
            description = "Changes what is named here, and leaves the rest of a person as it is.")
    public static final class Change implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "NAME", description = "Who.")
        String name = "";

        @Option(names = "--title", paramLabel = "TEXT", description = "What the person is called.")
        Optional<String> title = Optional.empty();

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description = "All roles from now on; give it once for each. Use none for none.")
        List<String> roles = new ArrayList<>();

        @Option(names = "--disable", description = "Keeps the person out, at once.")
        boolean disable;

        @Option(names = "--enable", description = "Lets the person in again.")
        boolean enable;

        @Option(names = "--password", description = "Asks for a new password.")
        boolean password;

        @Mixin Because because = new Because();

        @Override
        public Integer call() {
            Accounts.PersonView known =
                    everybody(common.client()).stream()
                            .filter(person -> person.name().equalsIgnoreCase(name.strip()))
                            .findFirst()
                            .orElseThrow(() ->
                                    new CliException(
                                            ExitCode.REFUSED,
                                            "There is nobody called " + name + "."));
            List<String> wanted =
                    roles.isEmpty()
                            ? known.grants()
                            : roles.equals(List.of("none")) ? List.of() : roles;
            return put(
                    common,
                    name,
                    new AccessResource.PersonRequest(
                            Optional.of(title.orElse(known.title())),
                            wanted,
                            Optional.of(disable || (known.disabled() && !enable)),
                            Optional.of(known.sealed()),
                            password
                                    ? Optional.of(Terminal.standard().newPassword(name))
                                    : Optional.empty(),
                            because.reason));
        }
    }

    /** {@code adfer people remove}. */
    @Command(name = "remove", description = "Removes a person, with all tokens.")
    public static final class Remove implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "NAME", description = "Who.")
        String name = "";

        @Override
        public Integer call() {
            Accounts.PersonView gone =
                    common.client()
                            .delete(
                                    "/api/v1/people/" + Client.encode(name),
                                    Accounts.PersonView.class);
            return common.tell(gone, gone.name() + " is removed.");
        }
    }

    /** {@code adfer people end}. */
    @Command(name = "end", description = "Ends all sessions and tokens of a name, at once.")
    public static final class End implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(paramLabel = "NAME", description = "Who, also somebody who signs in elsewhere.")
        String name = "";

        @Override
        public Integer call() {
            AccessResource.Ended ended =
                    common.client()
                            .delete(
                                    "/api/v1/people/" + Client.encode(name) + "/sessions",
                                    AccessResource.Ended.class);
            return common.tell(
                    ended, "All sessions and tokens of " + ended.name() + " have ended.");
        }
    }
}
