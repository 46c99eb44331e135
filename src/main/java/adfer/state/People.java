package adfer.state;

import adfer.access.Person;
import adfer.access.Token;
import adfer.kernel.Kind;
import adfer.kernel.Problem;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What becomes of people and their tokens. Who may order it is decided before it comes here. */
final class People {
    static final int MAX_PEOPLE = 5_000;
    static final int MAX_TOKENS = 5_000;

    /** How many tokens one person may have. */
    static final int MAX_OWN = 50;

    private final Draft draft;
    private final Wishes wishes;

    People(Draft draft, Wishes wishes) {
        this.draft = draft;
        this.wishes = wishes;
    }

    /** The very first person; there is nobody yet who could have been asked. */
    Optional<Problem> setUp(Person first) {
        if (draft.state().count(Kind.PERSON) > 0) {
            return problem(
                    "set-up-already",
                    "Adfer is set up already; ask an admin to add you (adfer people).");
        }
        if (!first.administers()) {
            return problem("no-admin", "The first person has to be an admin with a password.");
        }
        draft.put(first.validFrom(draft.at()));
        return Optional.empty();
    }

    /** Adds or changes; a password stays as it was. */
    Optional<Problem> put(Person person) {
        Optional<Person> known = draft.state().person(person.name());
        if (known.isEmpty() && draft.state().count(Kind.PERSON) >= MAX_PEOPLE) {
            return problem(
                    "too-many-people", "There are " + MAX_PEOPLE + " people; remove some first.");
        }
        wishes.dropOf(person.name());
        // Whoever is kept out or let in again begins with new sessions.
        boolean turned = known.filter(old -> old.disabled() == person.disabled()).isEmpty();
        draft.put(
                new Person(
                        person.name(),
                        person.title(),
                        known.flatMap(Person::password),
                        person.grants(),
                        person.disabled(),
                        person.sealed(),
                        turned ? draft.at() : known.orElseThrow().validFrom()));
        return lastAdmin();
    }

    Optional<Problem> password(String name, String hash) {
        wishes.dropOf(name);
        return known(name, person -> draft.put(person.withPassword(hash, draft.at())));
    }

    /** Ends what a name has open, also of somebody who signs in elsewhere. */
    Optional<Problem> endSessions(String name) {
        if (!Person.canBeNamed(name)) {
            return problem("bad-request", "Nobody can be called '" + name + "'.");
        }
        wishes.dropOf(name);
        Person person =
                draft.state()
                        .person(name)
                        .orElseGet(() ->
                                new Person(
                                        name,
                                        "",
                                        Optional.empty(),
                                        List.of(),
                                        false,
                                        false,
                                        draft.at()));
        draft.put(person.validFrom(draft.at()));
        return Optional.empty();
    }

    Optional<Problem> remove(String name) {
        wishes.dropOf(name);
        return known(
                        name,
                        person -> {
                            draft.remove(person.key());
                            draft.state()
                                    .tokens()
                                    .filter(token -> token.owner().equals(name))
                                    .toList()
                                    .forEach(token -> draft.remove(token.key()));
                        })
                .or(this::lastAdmin);
    }

    Optional<Problem> issue(Token token) {
        draft.state()
                .tokens()
                .filter(old -> !old.expires().isAfter(draft.at()))
                .toList()
                .forEach(expired -> draft.remove(expired.key()));
        long own = draft.state().tokens().filter(old -> old.owner().equals(token.owner())).count();
        if (own >= MAX_OWN || draft.state().count(Kind.TOKEN) >= MAX_TOKENS) {
            return problem(
                    "too-many-tokens",
                    token.owner() + " has " + own + " tokens; revoke one that isn't needed.");
        }
        if (draft.state().find(token.key()).isPresent()) {
            return problem("token-exists", "There is a token " + token.id() + " already.");
        }
        draft.put(token);
        return Optional.empty();
    }

    Optional<Problem> revoke(String id) {
        if (draft.state().token(id).isEmpty()) {
            return problem("no-such-token", "There is no token " + id + ".");
        }
        draft.remove(Token.key(id));
        return Optional.empty();
    }

    private Optional<Problem> known(String name, Consumer<Person> change) {
        Optional<Person> known = draft.state().person(name);
        known.ifPresent(change);
        return known.isPresent()
                ? Optional.empty()
                : problem("no-such-person", "There is nobody called " + name + ".");
    }

    /** Where nobody could say who may do what, nobody could ever again. */
    private Optional<Problem> lastAdmin() {
        return draft.state().people().anyMatch(Person::administers)
                ? Optional.empty()
                : problem(
                        "last-admin",
                        "That would leave nobody who may say who may do what: there has to be one"
                                + " admin with a password, everywhere.");
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
