package adfer.state;

import adfer.kernel.Problem;

import java.util.List;
import java.util.Optional;

/** What becomes of calls: they are begun, end, and are forgotten. */
final class Calls {
    private final Draft draft;

    Calls(Draft draft) {
        this.draft = draft;
    }

    /** All or none: who proposes it has seen every earlier call, or looks again. */
    Optional<Problem> begin(Command.CallPeople call) {
        boolean known =
                call.reasons().stream()
                        .allMatch(reason ->
                                draft.state().call(reason.id()).map(Call::order).orElse(0L)
                                        == reason.instead());
        if (!known) {
            return problem("called-already", "People were called about this meanwhile.");
        }
        call.reasons()
                .forEach(reason ->
                        draft.put(
                                new Call(
                                        reason.id(),
                                        reason.sentence(),
                                        call.executor(),
                                        draft.index,
                                        draft.at(),
                                        Optional.empty())));
        return Optional.empty();
    }

    Optional<Problem> end(Command.EndCall end) {
        List<Call> ended =
                draft.state()
                        .calls()
                        .filter(one -> one.order() == end.order() && one.outcome().isEmpty())
                        .toList();
        if (ended.isEmpty()) {
            return problem("stale-call", "This call has moved on.");
        }
        ended.forEach(one -> draft.put(one.with(new Call.Outcome(end.reached(), end.sentence()))));
        return Optional.empty();
    }

    Optional<Problem> forget(Command.ForgetCalls forget) {
        forget.ids().stream()
                .map(Call::key)
                .filter(key -> draft.state().find(key).isPresent())
                .forEach(draft::remove);
        return Optional.empty();
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
