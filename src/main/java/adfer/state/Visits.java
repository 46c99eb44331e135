package adfer.state;

import adfer.access.Visit;
import adfer.kernel.Kind;
import adfer.kernel.Problem;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** What becomes of sessions as everybody knows of them: they are noted, ended, and forgotten. */
final class Visits {
    /** How many of one person's are known, the latest ones. */
    static final int MAX_OWN = 50;

    static final int MAX_VISITS = 20_000;

    private final Draft draft;

    Visits(Draft draft) {
        this.draft = draft;
    }

    /** A session that is not known is no less one; it can be ended with all of its person's. */
    Optional<Problem> note(Visit visit) {
        forget();
        if (draft.state().visit(visit.id()).isPresent()) {
            return Optional.empty();
        }
        if (draft.state().count(Kind.VISIT) >= MAX_VISITS) {
            return problem("too-many-sessions", "There are too many sessions to list this one.");
        }
        if (own(visit.name()).count() >= MAX_OWN) {
            Optional<Visit> oldest =
                    own(visit.name())
                            .filter(old -> !old.ended())
                            .min(Comparator.comparing(Visit::at));
            if (oldest.isEmpty()) {
                return problem(
                        "too-many-sessions",
                        visit.name() + " has too many sessions to list this one.");
            }
            draft.remove(oldest.get().key());
        }
        draft.put(visit);
        return Optional.empty();
    }

    /** It is kept as ended until it would have been over anyway. */
    Optional<Problem> end(String id, String name) {
        Optional<Visit> known =
                draft.state()
                        .visit(id)
                        .filter(visit ->
                                visit.name().equals(name) && visit.expires().isAfter(draft.at()));
        known.ifPresent(visit -> draft.put(visit.end()));
        return known.isPresent()
                ? Optional.empty()
                : problem("no-such-session", "There is no session " + id + " of " + name + ".");
    }

    private void forget() {
        draft.state()
                .visits()
                .filter(visit -> !visit.expires().isAfter(draft.at()))
                .toList()
                .forEach(visit -> draft.remove(visit.key()));
    }

    private Stream<Visit> own(String name) {
        return draft.state().visits().filter(visit -> visit.name().equals(name));
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
