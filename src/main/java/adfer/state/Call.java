package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.run.TaskProgress.Executor;

import java.time.Instant;
import java.util.Optional;

/**
 * That people are called for a reason, committed before it is done: so whoever leads next knows
 * whether they were. It is forgotten once the reason is over.
 *
 * @param id names the reason
 * @param executor which node calls, in which of its lives
 * @param order the log index at which it was told to
 */
public record Call(
        String id,
        String sentence,
        Executor executor,
        long order,
        Instant at,
        Optional<Outcome> outcome)
        implements Entity {
    /**
     * Why people are to be called.
     *
     * @param id lasts as long as the reason
     * @param instead the order of an earlier call for it that this one takes the place of, 0 where
     *     there was none
     */
    public record Reason(String id, String sentence, long instead) {}

    /**
     * What came of it.
     *
     * @param reached whether it was handed over in one way at least
     * @param sentence by which, and why not by others
     */
    public record Outcome(boolean reached, String sentence) {}

    Call with(Outcome seen) {
        return new Call(id, sentence, executor, order, at, Optional.of(seen));
    }

    /** Why nobody was reached; empty while that isn't known or not so. */
    public Optional<String> failure() {
        return outcome.filter(seen -> !seen.reached())
                .map(seen ->
                        "Nobody could be called about \"" + sentence + "\": " + seen.sentence());
    }

    @Override
    public Key key() {
        return key(id);
    }

    public static Key key(String id) {
        return new Key(Kind.CALL, id);
    }
}
