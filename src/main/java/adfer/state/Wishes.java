package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Kind;
import adfer.kernel.Problem;
import adfer.kernel.Result;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What becomes of that for which two people are demanded: it is asked, confirmed, taken back. */
final class Wishes {
    /** Each may hold a plan. */
    static final int MAX_OPEN = 20;

    private final Draft draft;

    Wishes(Draft draft) {
        this.draft = draft;
    }

    /** The same wish of the same person takes the earlier one's place. */
    Optional<Problem> propose(Command.Propose propose) {
        Actor by = draft.entry.actor();
        drop(old ->
                old.over(draft.at())
                        || (old.by().samePerson(by) && old.what().equals(propose.what())));
        if (!propose.commands().stream().allMatch(Wishes::canWait)) {
            return problem("bad-request", "Only what people ask for can wait for a second one.");
        }
        if (draft.state().find(Wish.key(propose.id())).isPresent()) {
            return problem("wish-exists", "There is a wish " + propose.id() + " already.");
        }
        if (draft.state().count(Kind.WISH) >= MAX_OPEN) {
            return problem(
                    "too-many-wishes",
                    MAX_OPEN + " wishes wait for a second person already; withdraw some first.");
        }
        draft.put(
                new Wish(
                        propose.id(),
                        by,
                        propose.what(),
                        propose.phrase(),
                        propose.right(),
                        propose.place(),
                        propose.commands(),
                        draft.entry.reason(),
                        draft.at(),
                        draft.at().plus(propose.within()),
                        draft.index));
        return Optional.empty();
    }

    private static boolean canWait(Command command) {
        return command instanceof Command.StartRun
                || command instanceof Command.Decide
                || command instanceof Command.PutPerson
                || command instanceof Command.SetPassword
                || command instanceof Command.RemovePerson
                || command instanceof Command.ForgetNode;
    }

    /** What is to be carried out now; it waits no more then. */
    Result<Wish> second(Command.Second second) {
        Optional<Wish> known =
                draft.state().wish(second.id()).filter(wish -> !wish.over(draft.at()));
        if (known.isEmpty()) {
            return new Result.Refused<>(List.of(none(second.id())));
        }
        Wish wish = known.get();
        if (!wish.by().name().equals(second.by()) || !wish.what().equals(second.what())) {
            return Result.refused(
                    "wish-changed", "What was shown is not what waits now. Look at it again.");
        }
        if (wish.by().samePerson(draft.entry.actor())) {
            return Result.refused(
                    "same-person",
                    "A second person has to confirm it: " + wish.by().name() + " asked for it.");
        }
        draft.remove(wish.key());
        return Result.ok(wish);
    }

    Optional<Problem> withdraw(String id) {
        if (draft.state().wish(id).isEmpty()) {
            return Optional.of(none(id));
        }
        draft.remove(Wish.key(id));
        return Optional.empty();
    }

    /** Whose rights are changed asks anew. */
    void dropOf(String name) {
        drop(wish -> wish.by().name().equalsIgnoreCase(name));
    }

    private void drop(Predicate<Wish> which) {
        draft.state().wishes().filter(which).toList().forEach(wish -> draft.remove(wish.key()));
    }

    static Problem none(String id) {
        return new Problem(
                "no-such-wish",
                "No wish "
                        + id
                        + " waits for a second person: it was confirmed, withdrawn, or nobody"
                        + " confirmed it in time.");
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
