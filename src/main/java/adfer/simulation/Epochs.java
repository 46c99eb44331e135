package adfer.simulation;

import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.GroupId;
import adfer.simulation.Violation.Invariant;

import java.util.HashMap;
import java.util.Map;

/**
 * The epochs that each generation has given out: those of a later one are above all of an earlier
 * one, whichever gives out more of them first. Two that were founded apart are not compared.
 */
final class Epochs {
    private final Map<GroupId, Map<Generation, Span>> given = new HashMap<>();

    private record Span(Epoch least, Epoch most) {
        Span with(Epoch epoch) {
            return new Span(epoch.before(least) ? epoch : least, most.before(epoch) ? epoch : most);
        }
    }

    void given(History history, GroupId group, Epoch epoch) {
        Map<Generation, Span> spans = given.computeIfAbsent(group, g -> new HashMap<>());
        Generation generation = history.generation();
        spans.forEach((other, span) -> {
            int order = Integer.compare(other.number(), generation.number());
            boolean mixed =
                    (order < 0 && !span.most().before(epoch))
                            || (order > 0 && !epoch.before(span.least()));
            if (mixed) {
                throw new Violation(
                        Invariant.EPOCHS_RISE,
                        group
                                + " is given epoch "
                                + epoch
                                + " in "
                                + generation
                                + ", and had "
                                + span
                                + " in "
                                + other);
            }
        });
        spans.merge(generation, new Span(epoch, epoch), (span, one) -> span.with(epoch));
    }
}
