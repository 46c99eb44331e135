package adfer.service;

import adfer.access.Grant;
import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.access.Role;
import adfer.access.Visit;
import adfer.kernel.Actor;
import adfer.kernel.Result;
import adfer.port.Passwords;
import adfer.state.ClusterState;
import adfer.state.Command;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** People: who there is, and what an admin or oneself changes about it. */
public final class Accounts {
    public static final int MIN_PASSWORD = 12;

    private final Replica replica;
    private final Desk desk;
    private final Gate gate;
    private final Seconding seconding;
    private final Passwords passwords;
    private final InstantSource clock;
    private final Supplier<Optional<String>> setUpToken;

    /**
     * @param setUpToken what shows that somebody may set Adfer up at this node, while nobody is
     *     known
     */
    public Accounts(
            Replica replica,
            Desk desk,
            Gate gate,
            Seconding seconding,
            Passwords passwords,
            InstantSource clock,
            Supplier<Optional<String>> setUpToken) {
        this.replica = replica;
        this.desk = desk;
        this.gate = gate;
        this.seconding = seconding;
        this.passwords = passwords;
        this.clock = clock;
        this.setUpToken = setUpToken;
    }

    static List<String> words(List<Grant> grants) {
        return grants.stream().map(Grant::toString).toList();
    }

    /**
     * A person as others may see him or her.
     *
     * @param signedIn when last, as long as that session could last
     */
    public record PersonView(
            String name,
            String title,
            List<String> grants,
            boolean password,
            boolean disabled,
            boolean sealed,
            Instant validFrom,
            Optional<Instant> signedIn) {
        static PersonView of(Person person, Optional<Instant> signedIn) {
            return new PersonView(
                    person.name(),
                    person.title(),
                    words(person.grants()),
                    person.password().isPresent(),
                    person.disabled(),
                    person.sealed(),
                    person.validFrom(),
                    signedIn);
        }
    }

    /**
     * A person as an admin wants it to be.
     *
     * @param password a new one; empty leaves it as it is
     */
    public record Wanted(
            String title,
            List<Grant> grants,
            boolean disabled,
            boolean sealed,
            Optional<String> password) {
        public Wanted {
            grants = List.copyOf(grants);
        }

        @Override
        public String toString() {
            return "Wanted[" + title + ", " + grants + "]";
        }
    }

    /** Whether Adfer still waits for its first person. */
    public boolean untouched() {
        return gate.untouched();
    }

    /**
     * Makes the first person, an admin.
     *
     * @param token that the node keeps in its data folder
     */
    public Result<PersonView> setUp(
            String token, String name, String title, String password, List<Grant> grants) {
        if (!untouched()) {
            return Result.refused(
                    "set-up-already",
                    "Adfer is set up already; ask an admin to add you (adfer people).");
        }
        boolean shown =
                setUpToken
                        .get()
                        .filter(own ->
                                MessageDigest.isEqual(
                                        own.getBytes(StandardCharsets.UTF_8),
                                        token.strip().getBytes(StandardCharsets.UTF_8)))
                        .isPresent();
        if (!shown) {
            return Result.refused(
                    "wrong-token",
                    "That is not the set-up token of this node, which it keeps in its data folder,"
                            + " in the file setup-token.");
        }
        return named(name)
                .then(known -> strong(known, password).map(ignored -> known))
                .then(known -> {
                    Person first =
                            new Person(
                                    known,
                                    title,
                                    Optional.of(passwords.hash(password)),
                                    grants.contains(Grant.everywhere(Role.ADMIN))
                                            ? grants
                                            : with(Grant.everywhere(Role.ADMIN), grants),
                                    false,
                                    false,
                                    clock.instant());
                    return submit(
                            new Actor(known, "setup"),
                            "",
                            "",
                            new Command.SetUp(first),
                            () -> person(known).orElseThrow());
                });
    }

    private static List<Grant> with(Grant grant, List<Grant> grants) {
        return Stream.concat(Stream.of(grant), grants.stream()).toList();
    }

    /** Everybody; oneself where one may not see the others. */
    public List<PersonView> people(Principal who) {
        boolean all = who.may(Right.MANAGE_PEOPLE, Place.CLUSTER);
        ClusterState state = replica.state();
        Map<String, Instant> signedIn =
                state.visits()
                        .collect(
                                Collectors.toMap(
                                        Visit::name,
                                        Visit::at,
                                        BinaryOperator.maxBy(Comparator.naturalOrder())));
        return state.people()
                .filter(person -> all || person.name().equals(who.name()))
                .map(person ->
                        PersonView.of(person, Optional.ofNullable(signedIn.get(person.name()))))
                .toList();
    }

    /** Somebody as an admin or oneself may see; empty where only others know the name. */
    public Result<Optional<PersonView>> find(Principal who, String name) {
        return named(name)
                .then(known -> ownOr(who, known))
                .map(known ->
                        people(who).stream()
                                .filter(person -> person.name().equals(known))
                                .findFirst());
    }

    private Optional<PersonView> person(String name) {
        ClusterState state = replica.state();
        return state.person(name)
                .map(person ->
                        PersonView.of(
                                person,
                                state.visits()
                                        .filter(visit -> visit.name().equals(name))
                                        .map(Visit::at)
                                        .max(Comparator.naturalOrder())));
    }

    /** Adds or changes a person; where two people are demanded, it waits for the second one. */
    public Result<Asked<PersonView>> put(
            Principal who, String request, String reason, String name, Wanted wanted) {
        return managing(who)
                .then(ignored -> named(name))
                .then(known ->
                        wanted.password()
                                .map(password -> strong(known, password).map(ignored -> known))
                                .orElseGet(() -> Result.ok(known)))
                .then(known -> {
                    Person person =
                            new Person(
                                    known,
                                    wanted.title(),
                                    Optional.empty(),
                                    wanted.grants(),
                                    wanted.disabled(),
                                    wanted.sealed(),
                                    clock.instant());
                    return seconding.demandedForRights(who)
                            ? wish(who, request, reason, person, wanted.password())
                            : put(who, request, reason, person, wanted.password());
                });
    }

    private Result<Asked<PersonView>> put(
            Principal who,
            String request,
            String reason,
            Person person,
            Optional<String> password) {
        Result<PersonView> put =
                submit(
                        who.actor(),
                        request,
                        reason,
                        new Command.PutPerson(person),
                        () -> person(person.name()).orElseThrow());
        return (password.isEmpty()
                        ? put
                        : put.then(view -> password(who.actor(), person.name(), password.get())))
                .map(Asked.Done::new);
    }

    /** A password too: whoever set a colleague's alone could be the second person. */
    private Result<Asked<PersonView>> wish(
            Principal who,
            String request,
            String reason,
            Person person,
            Optional<String> password) {
        List<Command> commands = new ArrayList<>();
        commands.add(new Command.PutPerson(person));
        password.ifPresent(
                text -> commands.add(new Command.SetPassword(person.name(), passwords.hash(text))));
        String what =
                person.name()
                        + " is to be "
                        + (person.grants().isEmpty()
                                ? "nothing"
                                : String.join(", ", words(person.grants())))
                        + (person.disabled() ? ", and kept out" : "")
                        + (person.sealed() ? ", behind glass" : "")
                        + (password.isPresent() ? ", with a new password" : "");
        return wish(who, request, reason, what, "change " + person.name(), commands);
    }

    private Result<Asked<PersonView>> wish(
            Principal who,
            String request,
            String reason,
            String what,
            String phrase,
            List<Command> commands) {
        return seconding
                .propose(
                        who,
                        request,
                        reason,
                        new Seconding.Wanted(
                                Right.MANAGE_PEOPLE, Place.CLUSTER, what, phrase, commands))
                .map(Asked.Waits::new);
    }

    private Result<Person> existing(Principal who, String name) {
        return managing(who)
                .then(ignored -> named(name))
                .then(known ->
                        replica.state()
                                .person(known)
                                .map(Result::ok)
                                .orElseGet(() ->
                                        Result.refused(
                                                "no-such-person",
                                                "There is nobody called " + known + ".")));
    }

    /** Gives somebody a new password, and leaves the rest as it is. */
    public Result<Asked<PersonView>> resetPassword(
            Principal who, String request, String reason, String name, String password) {
        return existing(who, name)
                .then(person ->
                        put(
                                who,
                                request,
                                reason,
                                person.name(),
                                new Wanted(
                                        person.title(),
                                        person.grants(),
                                        person.disabled(),
                                        person.sealed(),
                                        Optional.of(password))));
    }

    public Result<Asked<PersonView>> remove(
            Principal who, String request, String reason, String name) {
        return existing(who, name)
                .then(person -> {
                    PersonView view = person(person.name()).orElseThrow();
                    Command remove = new Command.RemovePerson(view.name());
                    return seconding.demandedForRights(who)
                            ? wish(
                                    who,
                                    request,
                                    reason,
                                    view.name() + " is to be removed",
                                    "remove " + view.name(),
                                    List.of(remove))
                            : submit(who.actor(), request, reason, remove, () -> view)
                                    .map(Asked.Done::new);
                });
    }

    /** Ends all sessions and tokens of a name, one's own or, for an admin, anybody's. */
    public Result<String> endSessions(Principal who, String request, String reason, String name) {
        return named(name)
                .then(known -> ownOr(who, known))
                .then(known ->
                        submit(
                                who.actor(),
                                request,
                                reason,
                                new Command.EndSessions(known),
                                () -> known));
    }

    /** Changes one's own password. */
    public Result<PersonView> changePassword(
            Principal who, String present, String wanted, String address) {
        return gate.check(who.name(), present, address)
                .then(ignored -> strong(who.name(), wanted))
                .then(ignored -> password(who.actor(), who.name(), wanted));
    }

    private Result<PersonView> password(Actor actor, String name, String password) {
        return submit(
                actor,
                "",
                "",
                new Command.SetPassword(name, passwords.hash(password)),
                () -> person(name).orElseThrow());
    }

    private static Result<String> ownOr(Principal who, String name) {
        return name.equals(who.name()) ? Result.ok(name) : managing(who).map(ignored -> name);
    }

    private static Result<Boolean> managing(Principal who) {
        return Places.allowed(who, Right.MANAGE_PEOPLE, Place.CLUSTER);
    }

    private static Result<String> named(String name) {
        try {
            return Result.ok(Person.named(name));
        } catch (IllegalArgumentException e) {
            return Result.refused("bad-request", e.getMessage() + ".");
        }
    }

    private static Result<Boolean> strong(String name, String password) {
        if (password.length() < MIN_PASSWORD || password.length() > Gate.MAX_PASSWORD) {
            return Result.refused(
                    "weak-password",
                    "A password has "
                            + MIN_PASSWORD
                            + " to "
                            + Gate.MAX_PASSWORD
                            + " characters; a few words that don't belong together are good.");
        }
        boolean poor =
                password.chars().distinct().count() < 5
                        || password.toLowerCase(Locale.ROOT).contains(name);
        return poor
                ? Result.refused(
                        "weak-password",
                        "That password is too easy to guess: take other words, without the name.")
                : Result.ok(true);
    }

    private <T> Result<T> submit(
            Actor actor, String request, String reason, Command command, Supplier<T> view) {
        return desk.submit(actor, request, reason, command).map(ignored -> view.get());
    }
}
