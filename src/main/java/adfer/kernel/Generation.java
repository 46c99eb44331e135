package adfer.kernel;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cluster's count of its beginnings. A generation ends where people give up its majority for
 * good and found the next one from what a survivor knows. Generations are ordered, so that of any
 * two that meet it is clear which one goes on.
 *
 * @param number 1 for the cluster as it was installed
 * @param fork the last log index that it took over from the generation before; 0 for the first
 * @param founder the node at which it was founded; empty for the first
 * @param head the first 16 hex digits of the hash of the audit trail's last entry at the fork;
 *     empty for the first
 */
public record Generation(int number, long fork, String founder, String head)
        implements Comparable<Generation> {
    public static final Generation FIRST = new Generation(1, 0, "", "");

    /**
     * How far each generation's epochs are from those of the one before: more tenures than an old
     * generation can begin in all the time in which it has not heard of the new one.
     */
    private static final long EPOCHS = 1_000_000;

    private static final int HEAD_DIGITS = 16;

    private static final Comparator<Generation> ORDER =
            Comparator.comparingInt(Generation::number)
                    .thenComparingLong(Generation::fork)
                    .thenComparing(Generation::founder)
                    .thenComparing(Generation::head);

    public Generation {
        if (number < 1 || fork < 0) {
            throw new IllegalArgumentException("there is no generation " + number + " at " + fork);
        }
        if (number == 1 != founder.isEmpty() || number == 1 != head.isEmpty()) {
            throw new IllegalArgumentException(
                    "every generation but the first has a founder and a head");
        }
        if (number > 1 && !head.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("a head is 16 hex digits, not '" + head + "'");
        }
    }

    /**
     * The generation that comes after this one.
     *
     * @param auditHead the hash of the audit trail's last entry at the fork
     */
    public Generation next(long fork, NodeId founder, String auditHead) {
        return new Generation(
                number + 1, fork, founder.value(), auditHead.substring(0, HEAD_DIGITS));
    }

    /**
     * Whether this one goes on where the two meet. Where two nodes founded one of the same number,
     * it is the one that took over more of the log.
     */
    public boolean supersedes(Generation other) {
        return compareTo(other) > 0;
    }

    /**
     * The latest of those that were told, where it goes before this one. However old the word is: a
     * generation that began does not end but by a later one.
     */
    public Optional<Generation> supersededBy(Stream<Generation> told) {
        return told.filter(other -> other.supersedes(this)).max(Comparator.naturalOrder());
    }

    /** The epoch above which all of this generation's lie, and none of an earlier one's. */
    public Epoch floor() {
        return new Epoch((number - 1) * EPOCHS);
    }

    /** A word that no other generation of this cluster has; fit for the name of a folder. */
    public String label() {
        return number == 1 ? "1" : number + "-" + founder.replace('/', '_') + "-" + fork;
    }

    @Override
    public int compareTo(Generation other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return number == 1
                ? "generation 1"
                : "generation " + number + " (founded at " + founder + " from index " + fork + ")";
    }
}
